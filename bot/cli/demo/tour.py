"""`nextcall demo --tour`: the whole road as text, played against the real bot with a clock that can be moved.

Each step says what should appear and waits for it; the first that shows something else ends the tour with a reason.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.cli import logs
from bot.cli.demo import cast
from bot.cli.demo.player import Player, TourFailed
from bot.cli.demo.stage import LONDON, Stage, fresh_folder, staged
from bot.cli.screen import say
from bot.sandbox import SandboxClock
from bot.scheduler.ticks import tick_once
from storage.models import Attempt, Contact

BEGINS_AT = datetime(2026, 12, 1, 10, tzinfo=UTC)  # a Tuesday; no holiday anywhere near


class Tour:
    """The cast, the clock and the counter of steps."""

    def __init__(self, at: Stage) -> None:
        self.stage = at
        self.alice, self.bob, self.dana, self.erin, self.charlie = (
            Player(name, at.server.person(user_id))
            for name, user_id in (
                ("Alice", cast.ALICE),
                ("Bob", cast.BOB),
                ("Dana", cast.DANA),
                ("Erin", cast.ERIN),
                ("Charlie", cast.CHARLIE),
            )
        )
        self._steps = 0

    def step(self, title: str, at: datetime | None = None) -> None:
        """Begin a step, once it is as late as that: its heading tells the time at which it happens."""
        self._steps += 1
        if at is not None:
            self.passes(at - self.stage.clock.now())
        now = self.stage.clock.now().astimezone(ZoneInfo(LONDON))
        say(f"\n{self._steps:>2}. {title}  ({now:%a} {now.day} {now:%b %H:%M}, London)")

    def expect(self, holds: object, what: str) -> None:
        if not holds:
            raise TourFailed(f"it should be so that {what}")
        self.shown(what)

    def shown(self, what: str) -> None:
        """Say what the answer just waited for has proved."""
        say(f"      ✓ {what}")

    def passes(self, by: timedelta) -> None:
        """Let time pass, and let everything that is due happen."""
        self.stage.clock.advance(by)
        broken = [name for name, done in tick_once(self.stage.house.deps).items() if done is None]
        if broken:
            raise TourFailed(f"a tick broke: {', '.join(broken)}")

    def contact_of(self, attempt_id: int) -> Contact:
        """The contact of an attempt, as the database has it."""
        with self.stage.house.deps.unit_of_work(is_read_only=True) as uow:
            attempt = uow.session.get_one(Attempt, attempt_id)
            return uow.session.get_one(Contact, attempt.contact_id)

    @property
    def steps(self) -> int:
        return self._steps


def play() -> int:
    """Play the tour. Answers the exit status: 0 only if every step showed what it should."""
    from bot.cli.demo import first_day, later_days

    with fresh_folder() as folder:
        log_file = folder / "nextcall.log"
        logs.configure("INFO", log_file)
        with staged(SandboxClock(BEGINS_AT, frozen=True), 0, folder) as at:
            at.bot.connect()
            at.server.wait_for_connections(1)
            tour = Tour(at)
            try:
                first_day.play(tour)
                later_days.play(tour)
                _nothing_broke(tour, _log_of(log_file))
            except TourFailed as failed:
                say(f"\nThe tour failed at step {tour.steps}: {failed}")
                say("\n".join(["The end of its log:", *_log_of(log_file).splitlines()[-12:]]))
                return 1
            finally:
                at.bot.stop()
                logs.configure("INFO", logs.LOG_FILE)
    say(f"\nAll {tour.steps} steps showed what they should.")
    return 0


def _log_of(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.exists() else ""


def _nothing_broke(tour: Tour, log: str) -> None:
    tour.step("The log of the day")
    tour.expect("level=ERROR" not in log, "nothing broke on the way")
    tour.expect("+4477009" not in log and "+44207946" not in log, "no telephone number stands in the log")
