"""Takes pictures of every screen from the real bot in the local workspace, for docs/screens and docs/start/screens.md.

The day is a Tuesday in December with the demo's people and leads, so that each run gives the same pictures.
"""

import sys
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from types import ModuleType

from screens.browser import Browser, NoBrowser, browser
from screens.days import admin_day, agent_day, french_day, german_day, lead_day, manager_day, proof_day, register_day
from screens.roads import desk_road, house_road, lead_road, list_road, manager_road, message_road
from screens.sitting import Screen
from screens.stage import Holds, album_of

DOCS = Path(__file__).resolve().parents[1] / "docs"
FOLDER, GALLERY = DOCS / "screens", DOCS / "start" / "screens.md"
DAYS = (
    *(desk_road, message_road, agent_day, lead_day, lead_road, list_road, register_day),
    *(manager_day, manager_road, proof_day, admin_day, house_road, german_day, french_day),
)
HOLDS = {lead_road: Holds.ORGANISATION, list_road: Holds.ORGANISATION, admin_day: Holds.NOTHING}
_HEAD = """# What people see

`make screens` takes every picture from the real bot in the local workspace. Slack's own clients look a little\
 different.
The names are made up, and the numbers come from the ranges that regulators keep for fiction.
"""


def main(names: Sequence[str] = ()) -> int:
    """Take all pictures, or those of the days named, such as `desk_road`. Returns 1 where there is no Chromium."""
    FOLDER.mkdir(exist_ok=True)
    screens: list[Screen] = []
    try:
        with browser() as window:
            for day in DAYS:
                if not names or day.__name__.rpartition(".")[2] in names:
                    screens += _pictured(day, window)
    except NoBrowser as missing:
        print(missing, file=sys.stderr)
        return 1
    if names:
        return 0
    for old in set(FOLDER.glob("*.png")) - {FOLDER / one.file for one in screens}:
        old.unlink()
    GALLERY.write_text(_gallery(screens), encoding="utf-8")
    return 0


def _pictured(day: ModuleType, window: Browser) -> list[Screen]:
    with album_of(FOLDER, window, HOLDS.get(day, Holds.LEADS)) as album:
        day.picture(album)
        return album.screens


def _gallery(screens: Sequence[Screen]) -> str:
    parts = [_HEAD]
    for chapter, found in groupby(screens, key=lambda one: one.chapter):
        parts.append(f"\n## {chapter}\n")
        parts += [f"\n{one.caption}\n\n![{one.caption.replace('`', '')}](../screens/{one.file})\n" for one in found]
    return "".join(parts)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
