"""The life of one container: started, used, stopped, upgraded, backed up, destroyed, restored."""

import re
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from deploy.check.box import USER, Box
from deploy.check.lint import ROOT
from deploy.check.office import Office, counted, office
from deploy.check.postgres import Server
from deploy.check.postgres import server as postgres
from deploy.check.steps import Failed, equal, step

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
            self.first.take("/data/backup", self.backup)
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
        self.slack.end_call(self.slack.take_call())
        self.slack.see_ended()

    def stop_often(self, stops: int) -> None:
        """Stops the container right after an outcome and a do-not-call were acknowledged. Both are kept."""
        for done in range(stops):
            with step(f"stop {done + 1} of {stops}, in the middle of work, and start again"):
                before, shown = self.on_record(self.first), self.slack.take_call()
                self.slack.end_call(shown)
                number = self.slack.stop_number()
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
