"""The stage of a day: the local workspace with the real bot, set up as the day needs it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path

from bot.cli import logs
from bot.cli.demo.stage import SETUP, fresh_folder, set_up, staged
from bot.sandbox import SandboxClock
from bot.services.setup import plan
from screens.browser import Browser
from screens.sitting import Album

BEGINS_AT = datetime(2026, 12, 1, 10, tzinfo=UTC)


class Holds(Enum):
    """What the database holds when the day begins."""

    LEADS = "the sample organisation with its list"
    ORGANISATION = "the sample organisation without a list"
    NOTHING = "nothing"


@contextmanager
def album_of(folder: Path, window: Browser, holds: Holds = Holds.LEADS) -> Iterator[Album]:
    """An album whose pictures go to `folder`, with the bot running."""
    with fresh_folder() as kept:
        logs.configure("INFO", kept / "nextcall.log")
        with staged(SandboxClock(BEGINS_AT, frozen=True), 0, kept) as stage:
            if holds is Holds.LEADS:
                set_up(stage)
            elif holds is Holds.ORGANISATION:
                plan.apply(stage.installation.deps, plan.read_setup(SETUP))
            stage.bot.connect()
            stage.server.wait_for_connections(1)
            try:
                yield Album(folder, window, stage)
            finally:
                stage.bot.stop()
