"""`nextcall subject`: writes what is held about a person to private files, and erases only with --yes."""

import json
import stat
from pathlib import Path

import pytest

from tests.cli.conftest import Command, fails, succeeds

ROWS = "name,phone,reference\nFreya Evans,07700 900811,crm-1\nBen Evans,07700 900811,crm-2\n"


def imported(with_leads: Command, folder: Path) -> None:
    (folder / "more.csv").write_text(ROWS)
    assert with_leads("import-contacts", "more.csv", "--campaign", "Energy switch").exit_code == 0


@pytest.mark.long
def test_it_exports_a_page_and_json_that_only_the_owner_may_read(with_leads: Command, folder: Path) -> None:
    imported(with_leads, folder)
    succeeds(with_leads("subject", "export", "07700 900811", "--person", "crm-1"))
    files = sorted(folder.glob("subject-0811-*"))
    assert [one.suffix for one in files] == [".html", ".json"]
    assert all(stat.S_IMODE(one.stat().st_mode) == 0o600 for one in files)
    assert "Freya Evans" in files[0].read_text()
    assert [one["name"] for one in json.loads(files[1].read_text())["people"]] == ["Freya Evans"]
    printed = with_leads("subject", "export", "07700 900811", "--everyone-at-number", "--json")
    assert [one["name"] for one in json.loads(printed.stdout)["people"]] == ["Freya Evans", "Ben Evans"]


def test_it_asks_whom_is_meant_and_says_how_to_answer(with_leads: Command, folder: Path) -> None:
    imported(with_leads, folder)
    refused = fails(with_leads("subject", "export", "07700 900811"))
    assert "2 people have this number: #" in refused.output
    assert "Freya Evans (reference crm-1)" in refused.output
    assert "--everyone-at-number" in refused.output


@pytest.mark.long
def test_it_erases_only_with_yes_and_says_what_is_kept_and_why(with_leads: Command, folder: Path) -> None:
    imported(with_leads, folder)
    planned = fails(with_leads("subject", "erase", "+447700900811", "--everyone-at-number"))
    assert "This would be erased:" in planned.output
    assert "Nothing was erased. Add --yes to erase." in planned.output
    assert "add --stop" in planned.output
    done = succeeds(with_leads("subject", "erase", "+447700900811", "--everyone-at-number", "--stop", "--yes"))
    assert "  2 names of 2 people, with their references" in done.output
    assert "Kept, without the person:\n  3 stops: the number stays stopped in later lists" in done.output
    assert "Out of reach: backups" in done.output
    again = with_leads("import-contacts", "more.csv", "--campaign", "Energy switch")
    assert "not imported: the person was erased at their own request and is on do-not-call" in again.output
    assert "07700" not in (folder / "more.rejects.csv").read_text()
    assert "DO NOT CALL" in with_leads("explain", "07700 900811").output


def test_it_prints_figures_as_json(with_leads: Command, folder: Path) -> None:
    imported(with_leads, folder)
    said = json.loads(with_leads("subject", "erase", "07700 900811", "--person", "Ben Evans", "--json").stdout)
    assert (said["people"], said["numbers"], said["shared_numbers"], said["dry_run"]) == (1, 0, 1, True)


def test_a_number_that_is_nowhere_is_refused(with_leads: Command) -> None:
    assert "on none of the lists" in fails(with_leads("subject", "erase", "07700 900899", "--yes")).output
