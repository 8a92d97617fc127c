"""`nextcall demo --tour`: the whole workflow as text, played against the real bot with a movable clock.

Each step says what should appear and waits for it. The first that shows anything else ends the tour with a reason.
"""

from datetime import UTC, datetime
from pathlib import Path

from bot.cli import logs
from bot.cli.demo import first_day, later_days
from bot.cli.demo.player import TourFailed
from bot.cli.demo.script import Tour
from bot.cli.demo.stage import fresh_folder, staged
from bot.cli.terminal import say
from bot.sandbox import SandboxClock

BEGINS_AT = datetime(2026, 12, 1, 10, 0, 0, 417_003, tzinfo=UTC)  # a Tuesday, with no holiday near


def play() -> int:
    """Plays the tour. Returns the exit status: 0 only if every step showed what it should."""
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
    say(f"\nAll {tour.steps} steps passed.")
    return 0


def _log_of(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.exists() else ""


def _nothing_broke(tour: Tour, log: str) -> None:
    tour.step("The log of the day")
    tour.expect("level=ERROR" not in log, "the log has no error")
    tour.expect("+4477009" not in log and "+44207946" not in log, "the log has no telephone number")
