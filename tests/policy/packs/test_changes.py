"""A changed pack without an entry in policy/CHANGES.md is refused."""

import re
from datetime import date

from policy import load_rulebook
from tests.every import every
from tests.policy.shipped import ROOT

RULEBOOK = load_rulebook()
CHANGES = ROOT / "policy" / "CHANGES.md"
ENTRY = re.compile(r"- (\d{4}-\d\d-\d\d) `([0-9a-f]{12})` \| impacted dates: (.+?) \| impacted areas: (.+?) \| (.+)")


def newest_entry(pack: str) -> re.Match[str]:
    text = CHANGES.read_text("utf-8")
    sections = dict(re.findall(r"^## ([\w-]+)\n+(.*?)(?=^## |\Z)", text, re.M | re.S))
    found = ENTRY.match(sections.get(pack, "").strip())
    now = RULEBOOK.pack(pack).digest
    assert found, f"'## {pack}' in policy/CHANGES.md needs an entry with `{now}`, of the form that is described there"
    return found


def test_it_refuses_a_changed_pack_without_an_entry() -> None:
    """A pack that is like another changes with it."""
    every(RULEBOOK.packs, assert_has_an_entry)


def assert_has_an_entry(pack: str) -> None:
    entry = newest_entry(pack)
    now = RULEBOOK.pack(pack).digest
    assert entry[2] == now, f"{pack} has changed: add an entry with `{now}` on top of '## {pack}' in policy/CHANGES.md"
    assert date.fromisoformat(entry[1])
