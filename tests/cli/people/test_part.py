"""`nextcall part`: two people whom lists gave as one, parted on the command line, and what `explain` says then."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Command, fails

NUMBER = "07700 900321"
HEADING = "Reference,Name,Phone"


@pytest.fixture
def mistaken(with_leads: Command, folder: Path) -> Command:
    """Ann and Ben, whom two files call customer Z-1."""
    for name, row in (("a.csv", "Z-1,Ann Lee,0117 496 0001"), ("b.csv", f"Z-1,Ben Kay,{NUMBER}")):
        (folder / name).write_text(f"{HEADING}\n{row}\n")
        assert with_leads("import-contacts", name, "--campaign", "Energy switch").exit_code == 0
    return with_leads


@pytest.mark.night
def test_it_parts_them_and_explain_says_so(mistaken: Command) -> None:
    shown = mistaken("explain", NUMBER).stdout
    assert "Ann Lee is one person from several rows of lists" in shown
    assert "#1: b.csv, line 2" in shown
    done = mistaken("part", NUMBER, "--reason", "two clients, one number")
    assert (done.exit_code, done.stdout) == (0, "Ben Kay and Ann Lee are two people now.\n")
    shown = mistaken("explain", NUMBER).stdout
    assert "one person" not in shown
    assert "Ben Kay was parted from another person" in shown
    assert "by an admin: two clients, one number" in shown
    again = mistaken("part", NUMBER, "--row", "1", "--reason", "x", "--json")
    assert json.loads(again.stdout)["is_repeat"] is True
    assert "No rows at that number" in mistaken("part", NUMBER, "--reason", "x").stderr


@pytest.mark.long
def test_of_several_rows_one_is_named(mistaken: Command, folder: Path) -> None:
    (folder / "c.csv").write_text(f"{HEADING}\nZ-1,Cat Orr,07700 900322\n")
    assert mistaken("import-contacts", "c.csv", "--campaign", "Energy switch").exit_code == 0
    asked = fails(mistaken("part", NUMBER, "--reason", "two clients"))
    assert "#1 Ben Kay, b.csv, line 2; #2 Cat Orr, c.csv, line 2. Add --row" in asked.stderr
    assert "No row #9" in mistaken("part", NUMBER, "--row", "9", "--reason", "x").stderr
    assert mistaken("part", NUMBER, "--row", "2", "--reason", "two clients").stdout.startswith("Cat Orr and Ann Lee")


def test_a_reason_is_needed(mistaken: Command) -> None:
    assert mistaken("part", NUMBER).exit_code == 2
    assert "Say why they are two people" in mistaken("part", NUMBER, "--reason", " ").stderr
