"""A centre whose bot is a real process that can be killed: its database is real, its Slack answers on a socket."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Engine

from bot.sandbox import Member, SandboxServer, Seen, VisibleMessage
from storage.models import Organisation, Reminder
from tests.crashes.running_clock import RunningClock
from tests.fakes import SampleOrganisation
from tests.forks import Forks, is_alive
from tests.slack.scenarios.town import NUMBER

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120.0  # real seconds; a start takes one, or thirty on a busy machine
Found = TypeVar("Found")


def reads(member: Member, *words: str, without: str = "\x00") -> VisibleMessage:
    """The newest message on screen with all of these words; waits for it, however slow the machine."""

    def newest(seen: Seen) -> VisibleMessage | None:
        found = (one for one in reversed(seen.messages) if all(word in one.words for word in words))
        return next((one for one in found if without not in one.words), None)

    return member.wait_for(newest, within=PATIENCE)


def first_reminder(centre: "Centre") -> Reminder:
    """Of the story so far. Where no test told one before, of a busy number called now by a bot that stays."""
    if not centre.acme.all(Reminder):
        centre.acme.add_contact("Grace")
        centre.start()
        alice = centre.person("alice")
        alice.command("/nextcall 1")
        alice.press(reads(alice, "Grace"), "call")
        alice.press(reads(alice, NUMBER), "outcome_busy")
        reads(alice, "recorded", without=NUMBER)
    return centre.acme.all(Reminder)[0]


class Centre:
    """Kills the bot, starts it again, and looks at its rows and at what people see."""

    def __init__(
        self, acme: SampleOrganisation, engine: Engine, server: SandboxServer, folder: Path, forks: Forks
    ) -> None:
        self.acme, self.engine, self.server, self.folder, self._forks = acme, engine, server, folder, forks
        self.clock = RunningClock(folder / "clock")
        self.clock.put(acme.clock.now)
        self._running: list[int] = []
        (folder / "log").touch()
        acme.change(Organisation, acme.organisation_id, slack_team_id=server.workspace.team_id)

    def person(self, name: str) -> Member:
        return self.server.person(f"U0{name.upper()}")

    def start(self, bots: int = 1, ahead: float = 0.0) -> None:
        """Start bots, and wait until they are connected and listening. `ahead`: how many seconds fast their clocks
        are."""
        before = self.server.connections
        for _ in range(bots):
            self._running.append(self.fork(ahead))
        self.server.wait_for_connections(before + bots, within=PATIENCE)

    def fork(self, ahead: float = 0.0) -> int:
        """One more bot, which may refuse to start."""
        return self._forks.fork(folder=str(self.folder), environ=self._environ(), ahead=ahead)

    def kill(self) -> None:
        """SIGKILL the bot that has run longest: none of its code runs any more."""
        left = self.server.connections - 1
        os.kill(self._running.pop(0), signal.SIGKILL)
        self.server.wait_for_connections(left, within=PATIENCE)

    def stop(self) -> None:
        """Ends every bot, and waits until the last has let go of its files."""
        for process in self._running:
            os.kill(process, signal.SIGKILL)
        self.until(lambda: not any(map(is_alive, self._running)))

    @contextmanager
    def hanging(self, method: str, with_: str = "timeout", times: int = 1) -> Iterator[None]:
        """Leave the bot's next calls of the method without an answer (with `no_reply` they still take effect).

        The block ends when the bot waits for all of them.
        """
        self.server.fail_next(method, with_=with_, times=times, hangs_for=3 * PATIENCE)
        yield
        self.until(lambda: not self.server.workspace.faults.left(method))

    @contextmanager
    def killed_while(self, method: str, waits: Callable[[], object], with_: str = "timeout") -> Iterator[None]:
        """Leave every call of the method without an answer, and kill the bot once `waits`: others may come in
        between."""
        self.server.fail_next(method, with_=with_, times=1_000, hangs_for=3 * PATIENCE)
        yield
        self.until(waits)
        self.kill()
        self.server.end_faults()

    def move(self, **span: float) -> None:
        """Move the bot's clock, Slack's and the test's own."""
        self.acme.clock.tick(**span)
        self.clock.put(self.clock() + timedelta(**span))
        self.server.workspace.clock.advance(timedelta(**span))

    def put(self, at: datetime) -> None:
        self.acme.clock.at(at)
        self.clock.put(at)

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text()

    @contextmanager
    def write_locked(self) -> Iterator[None]:
        """Keep the write lock during the block: a listener waits between its ack and its commit."""
        with self.engine.connect() as connection:
            if self.engine.dialect.name == "postgresql":
                connection.exec_driver_sql("LOCK TABLE lease, attempt, outcomerecord IN SHARE MODE")
            else:
                connection.exec_driver_sql("SELECT 1")  # begins the transaction, which takes the lock
            yield
            connection.rollback()

    def until(self, wanted: Callable[[], Found]) -> Found:
        """The first truthy answer. Raises after a while."""
        give_up_at = time.monotonic() + PATIENCE
        while not (found := wanted()):
            assert time.monotonic() < give_up_at, f"it never came to be\n{self.log}"
            time.sleep(0.05)
        return found

    def _environ(self) -> dict[str, str]:
        workspace = self.server.workspace
        ours = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        return ours | {
            "CLOCK_FILE": str(self.folder / "clock"),
            "DATABASE_URL": self.engine.url.render_as_string(hide_password=False),
            "SLACK_BOT_TOKEN": workspace.bot_token,
            "SLACK_APP_TOKEN": workspace.app_token,
            "SLACK_API_URL": self.server.api_url,
        }
