"""Each defence that the page on threats names is held by a test that exists."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "background" / "threats.md"


def test_each_test_that_the_page_names_exists() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE.read_text())
    rows = [line for line in PAGE.read_text().splitlines() if line.count(" | ") == 3 and "---" not in line]
    assert [row for row in rows if "`tests/" not in row and "held by" not in row] == [], "a row without its test"
    lost = [one for one in named if f"def {one[1]}(" not in (ROOT / one[0]).read_text()]
    assert (lost, len(named) > 20) == ([], True)
