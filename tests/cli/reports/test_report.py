"""`nextcall report`: figures of a span as a table, as JSON, as a workbook and as a page."""

import json
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.cli.conftest import Command, fails, succeeds


@pytest.mark.night
def test_it_shows_the_last_week_and_its_files(settled: Command, tmp_path: Path) -> None:
    book, page = tmp_path / "calls.xlsx", tmp_path / "calls.pdf"
    shown = succeeds(settled("report", "--xlsx", str(book), "--pdf", str(page)))
    assert shown.stdout.startswith("all teams, campaigns and lists, ")
    assert "Contact rate" in shown.stdout
    assert (book.read_bytes()[:2], page.read_bytes()[:4]) == (b"PK", b"%PDF")
    with ZipFile(book) as parts:
        assert 'name="Hours of the week"' in parts.read("xl/workbook.xml").decode()
    assert f"{page} exists already: choose another name." in fails(settled("report", "--pdf", str(page))).stderr


def test_it_prints_json(settled: Command) -> None:
    found = json.loads(settled("report", "--from", "2026-03-02", "--to", "2026-03-08", "--json").stdout)
    assert (found["whole"]["attempts"], len(found["days"]), found["before"]["first"]) == (0, 7, "2026-02-23")


@pytest.mark.long
def test_it_refuses_what_it_cannot_report(settled: Command) -> None:
    backwards = settled("report", "--from", "2026-03-02", "--to", "2026-03-01")
    assert (backwards.exit_code, backwards.stderr.strip()) == (
        1,
        "The last day is before the first one. Choose another.",
    )
    ahead = settled("report", "--from", "2098-03-01", "--to", "2098-03-02")
    assert (ahead.exit_code, ahead.stderr) == (1, "2098-03-02 has not begun: choose an earlier day.\n")
    assert "There is no campaign called “Gas”. Campaigns: " in fails(settled("report", "--campaign", "Gas")).stderr
