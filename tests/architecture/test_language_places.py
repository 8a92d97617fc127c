"""A language is one file: its sentences, and what it says of itself. A test names the sentences that it lacks."""

import json
from pathlib import Path

import pytest

from tests.architecture.test_places import Copy

pytestmark = pytest.mark.night

DUTCH = """\
[language]
forms = ["one", "other"]
plural = "n != 1"
help = ["hulp"]
rules = ["regels"]
opt_outs = ["niet meer bellen"]
rejects = ["Regel", "Waarom niet"]
parts = ["preferences"]
packs = []

[help_page]
nextcall = "*`/nextcall`* toont wie u mag bellen."

[labels]
call = "Bellen"
"""


def test_a_language_is_its_file_of_sentences(tmp_path: Path) -> None:
    copy = Copy(tmp_path)
    copy.write("bot/slack/wording/nl.toml", DUTCH)
    (folder := tmp_path / "database").mkdir()
    note = "wil niet meer bellen, zegt zij"
    seen = json.loads(copy.run("tests.architecture.language_road", "nl", note, str(folder)))
    title, *lacks = seen.pop("what it lacks")
    assert seen == {
        "menu of my settings": ["Nederlands"],
        "opt-out in a note": [note],
        "a day": ["woensdag 2 september 2026"],
        "file of rejects": ["Name,Phone,Regel,Waarom niet"],
        "file of rejects read again": ["('Name', 'Phone')"],
        "buttons of a card": ["Bellen", "Give back", "Keep longer", "Elsewhere…", "History"],
        "help": ["*`/nextcall`* toont wie u mag bellen."],
    }
    assert title == "say it in nl.toml:"
    assert {line.partition(".")[0] for line in lacks if " = " in line} == {"preferences"}
    assert copy.edited == {"bot/slack/wording/nl.toml"}
