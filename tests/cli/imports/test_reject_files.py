"""The file of faulty rows: harmless in a spreadsheet, never over another file, and never instead of the report."""

import csv
import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from tests.cli.conftest import Command, fails

HARMFUL = (
    "=HYPERLINK(A1)",
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    " =1+1",
    "＝1+1",
    "\n=1",
    "Ann;=cmd|' /C calc'!A0",
    "Ann\n=1+1",
)
LIST = "Name,Phone\nAnn,123\nBen,07700 900124\n"


@pytest.fixture
def imports(settled: Command, folder: Path) -> Callable[..., Result]:
    """Imports the list in leads.csv."""
    (folder / "leads.csv").write_text(LIST)
    return lambda *more: settled("import-contacts", "leads.csv", "--campaign", "Energy switch", *more)


def cells_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


@pytest.mark.long
@pytest.mark.parametrize("name", HARMFUL)
def test_no_cell_runs_in_a_spreadsheet(imports: Callable[..., Result], folder: Path, name: str) -> None:
    with (folder / "leads.csv").open("w", newline="") as file:
        csv.writer(file).writerows([[name, "Name", "Phone"], [name, f"Ann {name}", f"{name}123"]])
    imports()
    rejected = cells_of(folder / "leads.rejects.csv")
    assert len(rejected) == 2
    parts = [part for row in rejected for cell in row for part in re.split(r"[;\t\n]", cell)]
    assert not [part for part in parts if part.lstrip().startswith(tuple("=+-@＝＋－＠"))]


@pytest.mark.long
def test_a_corrected_reject_file_imports_the_lists_original_values(
    imports: Callable[..., Result], folder: Path
) -> None:
    names = [f"{name} {serial}" for serial, name in enumerate(HARMFUL)]
    with (folder / "leads.csv").open("w", newline="") as file:
        csv.writer(file).writerows([["Name", "Phone"], *([name, "123"] for name in names)])
    assert imports().exit_code == 1
    rejects = folder / "leads.rejects.csv"
    text = rejects.read_text(encoding="utf-8-sig").replace(",123,", ",+44 7700 900124,")
    (folder / "leads.csv").write_text(text, encoding="utf-8-sig")
    assert f"{len(names):>7,} imported" in imports().stdout
    found = imports("--json")
    assert json.loads(found.stdout)["duplicates_in_database"] == len(names)


@pytest.mark.long
def test_it_refuses_to_overwrite_its_input_and_its_own_files(imports: Callable[..., Result], folder: Path) -> None:
    (folder / "link.csv").symlink_to("leads.csv")
    os.link(folder / "leads.csv", folder / "twin.csv")
    (folder / "dangling").symlink_to("calls.db-wal")
    before = {path: path.read_bytes() for path in (folder / "leads.csv", folder / "calls.db")}
    for name in ("leads.csv", "./leads.csv", "link.csv", "twin.csv", "calls.db", "calls.db-wal", "dangling", "."):
        shown = imports("--rejects", name)
        assert (shown.exit_code, shown.stdout, len(shown.stderr.splitlines())) == (1, "", 1), name
        assert "choose another file" in shown.stderr
        assert "incident" not in shown.stderr
    assert {path: path.read_bytes() for path in before} == before, "nothing was imported, and nothing written over"


def test_the_default_reject_file_is_never_the_list(nextcall: Command, imports: Callable[..., Result]) -> None:
    Path("leads.rejects.csv").symlink_to("leads.csv")
    assert "choose another file" in imports().stderr
    assert Path("leads.csv").read_text() == LIST


def test_import_suppressions_has_the_same_limits(nextcall: Command, imports: Callable[..., Result]) -> None:
    Path("stop.csv").write_text("Phone\n07700 900124\n123\n")
    assert "choose another file" in fails(nextcall("import-suppressions", "stop.csv", "--rejects", "stop.csv")).stderr
    shown = nextcall("import-suppressions", "stop.csv", "--rejects", "no/such/folder.csv")
    assert (shown.exit_code, "1 added" in shown.stdout) == (1, True)
    assert "could not be written" in shown.stderr


@pytest.mark.long
@pytest.mark.parametrize("where", ["no/such/folder.csv", "/dev/full"])
def test_the_report_appears_when_rejects_cannot_be_written(imports: Callable[..., Result], where: str) -> None:
    shown = fails(imports("--rejects", where))
    assert "1 imported" in shown.stdout
    assert "line 2: the number is too short" in shown.stdout
    assert "are in" not in shown.stdout
    assert shown.stderr.startswith(f"The faulty rows could not be written to {where} (")
    assert len(shown.stderr.splitlines()) == 1
    again = imports("--rejects", where, "--json")
    report = json.loads(again.stdout)
    assert (again.exit_code, report["duplicates_in_database"], report["reject_file"]) == (1, 1, None)


def test_the_rejects_of_a_pipe_go_into_the_current_folder(nextcall: Command, imports: Callable[..., Result]) -> None:
    reader, writer = os.pipe()
    os.write(writer, LIST.encode())
    os.close(writer)
    try:
        shown = nextcall("import-contacts", f"/dev/fd/{reader}", "--campaign", "Energy switch", "--list", "Piped")
    finally:
        os.close(reader)
    assert "1 imported" in shown.stdout
    assert Path(f"{reader}.rejects.csv").exists()


def test_a_corrected_reject_file_is_read_like_its_list_and_drops_the_line_and_the_reason(
    settled: Command, folder: Path
) -> None:
    (folder / "leads.csv").write_text("Who,Ring,Segment\nAnn,123,gold\nBen,07700 900124,gold\n")
    take = ("--campaign", "Energy switch")
    settled("import-contacts", "leads.csv", *take, "--map", "Who=name", "--map", "Ring=phone", "--save-mapping", "crm")
    rejects = folder / "leads.rejects.csv"
    rejects.write_text(rejects.read_text("utf-8-sig").replace("123,", "07700 900123,"))
    said = json.loads(settled("import-contacts", rejects.name, *take, "--dry-run", "--json").stdout)
    assert [(one["heading"], one["meaning"]) for one in said["columns"]] == [
        ("Who", "name"),
        ("Ring", "phone"),
        ("Segment", "detail"),
    ]
