"""A pack is its file, its entry among the changes, and its sentences; it is then offered, shown and decided by."""

import json
import re
from pathlib import Path

import pytest

from tests.architecture.test_places import Copy

pytestmark = pytest.mark.night

PACK = """\
[pack]
id = "gb-quiet"
like = "au-house"
title = "United Kingdom: quiet evenings"
effective_from = 2021-10-01
effective_until = "open"
reviewed_on = 2026-11-29
review_by = 2027-05-29

[[rule]]
id = "gb-quiet.hours"
windows = { mon-fri = [[10:00:00, 17:00:00]], holiday = [] }
"""


def test_a_pack_is_its_file_its_entry_and_its_sentences(tmp_path: Path) -> None:
    copy = Copy(tmp_path)
    copy.write("policy/packs/gb-quiet.toml", PACK)
    copy.translate("United Kingdom: quiet evenings")
    listed = copy.run("bot", "policy", "list")
    [version] = re.findall(r"^gb-quiet +house .*version (\w+)$", listed, re.MULTILINE)
    entry = f"- 2026-12-01 `{version}` | impacted dates: none | impacted areas: GB | First edition."
    copy.edit("policy/CHANGES.md", lambda text: f"{text}\n## gb-quiet\n\n{entry}\n")
    copy.run("pytest", "-q", "-p", "no:randomly", "-p", "no:xdist", "tests/policy/packs/test_changes.py")
    (folder := tmp_path / "database").mkdir()
    seen = json.loads(copy.run("tests.architecture.pack_road", "gb-quiet", str(folder)))
    assert seen == {
        "menu of a campaign": ["gb-quiet"],
        "meaning of a campaign": ["Monday to Friday 10:00 to 17:00, never on Saturday or Sunday"],
        "packs of a call": ["gb-quiet"],
        "open until": ["callable"] * 5 + ["locked"] * 5,
        "title in en": ["United Kingdom: quiet evenings"],
        **{f"title in {one}": ["United Kingdom: quiet evenings (translated)"] for one in ("de", "fr")},
    }
    assert "Monday to Friday 10:00 to 17:00" in copy.run("bot", "policy", "show", "gb-quiet")
    assert copy.places == {"policy/packs/*.toml", "policy/CHANGES.md", "bot/slack/wording/*.toml"}
