"""The local workspace, and what an agent does in it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy import create_engine, text

from bot.cli.demo import cast
from bot.cli.demo.stage import CAMPAIGN, LEADS, LONDON, SETUP, when_there_is_something_to_call
from bot.clock import system_clock
from bot.sandbox import Member, SandboxClock, SandboxServer, Seen, VisibleMessage
from bot.services import local_time
from deploy.check.box import USER, Box
from deploy.check.steps import Failed, equal

WITHIN_S = 60.0
NUMBER = "<tel:+44"
OUTCOME = "outcome_refused"
_CLOCK = Path(__file__).with_name("clock")


class Office:
    """Slack on this machine, with the people of the sample setup. `ahead`: of the machine's clock, outside calling
    hours."""

    def __init__(self, server: SandboxServer, ahead: timedelta) -> None:
        self.server, self.ahead = server, ahead
        self.alice: Member = server.person(cast.ALICE)
        self._mobiles = iter(range(900_500, 901_000))

    def box(self, name: str, database_url: str = "", *, user: str = USER, http: bool = False) -> Box:
        """A container whose Slack this is."""
        workspace = self.server.workspace
        environ = {
            "SLACK_BOT_TOKEN": workspace.bot_token,
            "SLACK_APP_TOKEN": workspace.app_token,
            "SLACK_SIGNING_SECRET": workspace.signing_secret,
            "SLACK_API_URL": self.server.api_url,
        }
        if database_url:
            environ["DATABASE_URL"] = database_url
        mounts: tuple[str, ...] = (f"{SETUP}:/walk/setup.toml:ro", f"{LEADS}:/walk/leads.csv:ro")
        if self.ahead:
            environ |= {"AHEAD_S": str(self.ahead.total_seconds()), "PYTHONPATH": "/clock"}
            mounts = (*mounts, f"{_CLOCK}:/clock:ro")
        return Box(name, environ, user, http, mounts)

    def connect(self, box: Box) -> None:
        """Has events delivered to the container."""
        if box.http:
            self.server.use_http(f"http://127.0.0.1:{box.port}/slack/events")
        else:
            self.server.use_socket_mode()
            self.server.wait_for_connections(1, WITHIN_S)

    def set_up(self, box: Box) -> None:
        """Sets up the sample organisation and imports its leads, by the commands that an admin types."""
        today = local_time.date_in(LONDON, self.server.workspace.clock.now())
        proofs = ("--basis", "legitimate_interest", "--told-of-calls", "--screened", f"tps={today}")
        box.nextcall("apply", "/walk/setup.toml")
        where = ("--rejects", "/data/rejects.csv")
        done = box.nextcall("import-contacts", "/walk/leads.csv", "--campaign", CAMPAIGN, *where, *proofs)
        equal("imported", "191 imported" in done, True)

    def take_call(self) -> VisibleMessage:
        """Alice gets a card and presses Call. Returns the card with the number."""
        self.alice.command("/nextcall 1")
        card = self._message(lambda one: any(button.action_id == "call" for button in one.buttons))
        self.alice.press(card, "call")
        return self._message(lambda one: NUMBER in one.words)

    def end_call(self, shown: VisibleMessage) -> None:
        self.alice.press(shown, OUTCOME)

    def see_ended(self) -> None:
        """Waits until no number is on Alice's screen."""
        self.alice.wait_for(lambda seen: not any(NUMBER in one.words for one in seen.messages), WITHIN_S)

    def stop_number(self) -> str:
        """Alice types a do-not-call. Returns its number once the bot has acknowledged it."""
        number = f"07700 {next(self._mobiles)}"
        if (done := self.alice.command(f"/dnc {number}")).failed:
            raise Failed(f"/dnc was not acknowledged: {done.reason}")
        return number

    def _message(self, is_wanted: Callable[[VisibleMessage], bool]) -> VisibleMessage:
        """The newest such message on Alice's screen. Waits for it."""

        def newest(seen: Seen) -> VisibleMessage | None:
            return next((one for one in reversed(seen.messages) if is_wanted(one)), None)

        if (found := self.alice.wait_for(newest, WITHIN_S)) is None:
            raise Failed("no such message")
        return found


@contextmanager
def office() -> Iterator[Office]:
    now = system_clock()
    ahead = when_there_is_something_to_call(now) - now
    with SandboxServer(cast.workspace(SandboxClock(now + ahead)), ack_within=30.0) as server:
        yield Office(server, ahead)


def counted(database_url: str) -> dict[str, int]:
    """What is on record, read past the bot."""
    engine = create_engine(database_url.replace("postgresql:", "postgresql+psycopg:"))
    try:
        with engine.connect() as connection:
            tables = ("attempt", "outcomerecord", "suppression")
            return {one: connection.execute(text(f"SELECT count(*) FROM {one}")).scalar_one() for one in tables}
    finally:
        engine.dispose()
