"""`nextcall subject`: writes what is held about a person to private files, and erases only with --yes."""

import json
import stat
from collections.abc import Callable
from pathlib import Path

from typer.testing import Result

Command = Callable[..., Result]
ROWS = "name,phone,reference\nFreya Evans,07700 900811,crm-1\nBen Evans,07700 900811,crm-2\n"


def imported(house: Command, folder: Path) -> None:
    (folder / "more.csv").write_text(ROWS)
    assert house("import-contacts", "more.csv", "--campaign", "Energy switch").exit_code == 0


def test_it_exports_a_page_and_json_that_only_the_owner_may_read(house: Command, folder: Path) -> None:
    imported(house, folder)
    done = house("subject", "export", "07700 900811", "--person", "crm-1")
    assert done.exit_code == 0, done.output
    files = sorted(folder.glob("subject-0811-*"))
    assert [one.suffix for one in files] == [".html", ".json"]
    assert all(stat.S_IMODE(one.stat().st_mode) == 0o600 for one in files)
    assert "Freya Evans" in files[0].read_text()
    assert [one["name"] for one in json.loads(files[1].read_text())["people"]] == ["Freya Evans"]
    printed = house("subject", "export", "07700 900811", "--everyone-at-number", "--json")
    assert [one["name"] for one in json.loads(printed.stdout)["people"]] == ["Freya Evans", "Ben Evans"]


def test_it_asks_whom_is_meant_and_says_how_to_answer(house: Command, folder: Path) -> None:
    imported(house, folder)
    refused = house("subject", "export", "07700 900811")
    assert refused.exit_code == 1
    assert "2 people have this number: #" in refused.output
    assert "Freya Evans (reference crm-1)" in refused.output
    assert "--everyone-at-number" in refused.output


def test_it_erases_only_with_yes_and_says_what_is_kept_and_why(house: Command, folder: Path) -> None:
    imported(house, folder)
    planned = house("subject", "erase", "+447700900811", "--everyone-at-number")
    assert planned.exit_code == 1
    assert "This would be erased:" in planned.output
    assert "Nothing was erased. Add --yes to erase." in planned.output
    assert "add --stop" in planned.output
    done = house("subject", "erase", "+447700900811", "--everyone-at-number", "--stop", "--yes")
    assert done.exit_code == 0, done.output
    assert "  2 names of 2 people, with their references" in done.output
    assert "Kept, without the person:\n  3 stops: a later list with the number is refused" in done.output
    assert "Out of reach: backups" in done.output
    again = house("import-contacts", "more.csv", "--campaign", "Energy switch")
    assert "not imported: the person was erased at their own request and is on do-not-call" in again.output
    assert "07700" not in (folder / "more.rejects.csv").read_text()
    assert "SUPPRESSED" in house("explain", "07700 900811").output


def test_it_prints_figures_as_json(house: Command, folder: Path) -> None:
    imported(house, folder)
    said = json.loads(house("subject", "erase", "07700 900811", "--person", "Ben Evans", "--json").stdout)
    assert (said["people"], said["numbers"], said["shared_numbers"], said["dry_run"]) == (1, 0, 1, True)


def test_a_number_that_is_nowhere_is_refused(house: Command) -> None:
    refused = house("subject", "erase", "07700 900899", "--yes")
    assert (refused.exit_code, "on none of the lists" in refused.output) == (1, True)
