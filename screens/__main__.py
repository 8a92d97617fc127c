"""Takes pictures of every screen from the real bot in the local workspace, for docs/screens and docs/screens.md.

The day is a Tuesday in December with the demo's people and leads, so that each run gives the same pictures.
"""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from types import ModuleType

from bot.cli import logs
from bot.cli.demo.stage import fresh_folder, set_up, staged
from bot.sandbox import SandboxClock
from screens import admin_day, agent_day, german_day, lead_day, list_day, manager_day, register_day
from screens.browser import Browser, NoBrowser, browser
from screens.sitting import Album, Screen

DOCS = Path(__file__).resolve().parents[1] / "docs"
FOLDER, GALLERY = DOCS / "screens", DOCS / "screens.md"
BEGINS_AT = datetime(2026, 12, 1, 10, tzinfo=UTC)
DAYS = (agent_day, lead_day, list_day, register_day, manager_day, admin_day, german_day)
EMPTY = (admin_day,)  # starts with an empty database
_HEAD = """# What people see

`make screens` takes every picture from the real bot in the local workspace. Slack's own clients look a little different.
The names are made up, and the numbers come from the ranges that regulators keep for fiction.
"""


def main() -> int:
    """Take all pictures. Returns 1 where there is no Chromium."""
    FOLDER.mkdir(exist_ok=True)
    screens: list[Screen] = []
    try:
        with browser() as window:
            for day in DAYS:
                screens += _pictured(day, window)
    except NoBrowser as missing:
        print(missing, file=sys.stderr)
        return 1
    for old in set(FOLDER.glob("*.png")) - {FOLDER / one.file for one in screens}:
        old.unlink()
    GALLERY.write_text(_gallery(screens), encoding="utf-8")
    return 0


def _pictured(day: ModuleType, window: Browser) -> list[Screen]:
    with fresh_folder() as folder:
        logs.configure("INFO", folder / "nextcall.log")
        with staged(SandboxClock(BEGINS_AT, frozen=True), 0, folder) as stage:
            if day not in EMPTY:
                set_up(stage)
            stage.bot.connect()
            stage.server.wait_for_connections(1)
            album = Album(FOLDER, window, stage)
            try:
                day.picture(album)
            finally:
                stage.bot.stop()
    return album.screens


def _gallery(screens: Sequence[Screen]) -> str:
    parts = [_HEAD]
    for chapter, found in groupby(screens, key=lambda one: one.chapter):
        parts.append(f"\n## {chapter}\n")
        parts += [f"\n{one.caption}\n\n![{one.caption.replace('`', '')}](screens/{one.file})\n" for one in found]
    return "".join(parts)


if __name__ == "__main__":
    raise SystemExit(main())
