"""Workbooks as people send them: numbers, dates, formulas, errors, titles, sheets; and those that must be refused."""

import io
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.services.answers.lists import Meaning
from bot.services.errors import FileRefused
from bot.services.files.number_list import open_numbers
from bot.services.files.table import Wishes, open_list
from bot.services.lists.importing import ListOrder, import_contacts
from bot.services.lists.preview import preview_list
from bot.services.lists.reading import Reading
from tests.services.files.xlsx import DATE_STYLE, ELAPSED_STYLE, MAIN, MONEY_STYLE, Raw, SheetXml, with_sheet, workbook
from tests.services.import_stage import Lists, reasons

HEADING = ("Name", "Phone")


def take(lists: Lists, *sheets: SheetXml, **more: object) -> list[tuple[str, str, str]]:
    """Import a workbook and tell the numbers stored."""
    path = lists.write(workbook(*sheets, **more), "leads.xlsx")  # type: ignore[arg-type]
    import_contacts(lists.deps, ListOrder(path, "Energy switch"))
    return lists.numbers()


def cells(path: Path, wishes: Wishes | None = None) -> list[tuple[str, ...]]:
    return [record.cells for record in (open_list(path, wishes) if wishes else open_list(path)).below()]


def rows_of(lists: Lists, *rows: tuple[object, ...], **more: object) -> list[tuple[str, ...]]:
    sheet = SheetXml("Leads", [HEADING, *rows])
    return cells(lists.write(workbook(sheet, **more), "leads.xlsx"))  # type: ignore[arg-type]


# -- cells


def test_it_imports_a_workbook_whose_telephone_numbers_are_numbers(lists: Lists) -> None:
    rows = [HEADING, ("Ann", 447700900123.0), ("Ben", Raw("4.4770090012400000E+11")), ("Cat", "07700 900125")]
    assert take(lists, SheetXml("Leads", rows)) == [
        ("Ann", "+447700900123", "mobile"),
        ("Ben", "+447700900124", "mobile"),
        ("Cat", "+447700900125", "mobile"),
    ]


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        (True, "TRUE"),
        (Raw("TRUE", kind="b"), "TRUE"),
        (Raw(None, kind="e"), "#NO VALUE"),
        (1.5, "1.5"),
        (Raw("7.0"), "7"),
        (Raw("46082", style=DATE_STYLE), "2026-03-01"),
        (Raw("46082.604166666664", style=DATE_STYLE), "2026-03-01 14:30:00"),
        (Raw("0.5", style=DATE_STYLE), "12:00:00"),
        (Raw("59", style=DATE_STYLE), "1900-02-28"),
        (Raw("61", style=DATE_STYLE), "1900-03-01"),
        (Raw("1.5", style=ELAPSED_STYLE), "1900-01-01 12:00:00"),
        (Raw("46082", style=MONEY_STYLE), "46082"),
        (Raw("-3", style=DATE_STYLE), "-3"),
        (Raw("#N/A", "e"), "#N/A"),
        (Raw("yes", "str", formula='IF(A1="x","yes","no")'), "yes"),
        (Raw("", "str", formula="A9"), ""),
        (Raw(None, formula="1+1"), "#NO VALUE"),
        (Raw("2026-03-01T10:00:00", "d"), "2026-03-01T10:00:00"),
        (Raw("&lt;b&gt;", "str"), "&lt;b&gt;"),
    ],
)
def test_it_reads_a_cell_as_it_is_shown_and_makes_nothing_blank(lists: Lists, cell: object, written: str) -> None:
    assert rows_of(lists, ("Ann", "1", cell, "end")) == [("Ann", "1", written, "end")]


def test_it_counts_days_from_1904_where_the_workbook_does(lists: Lists) -> None:
    assert rows_of(lists, ("Ann", Raw("44620", style=DATE_STYLE)), is_1904=True) == [("Ann", "2026-03-01")]


def test_it_joins_the_runs_of_a_text_and_leaves_out_how_it_sounds(lists: Lists) -> None:
    name = '<c r="A2" t="inlineStr"><is><r><t>An</t></r><r><t>n</t></r><rPh><t>an</t></rPh></is></c>'
    rich = f'<row r="2">{name}<c r="B2"><v>1</v></c></row>'
    assert cells(lists.write(workbook(SheetXml("L", [HEADING], after=rich)), "leads.xlsx")) == [("Ann", "1")]


def test_cells_merged_downwards_share_the_value_of_the_first(lists: Lists) -> None:
    rows = [("Name", "Phone", "Company"), ("Ann", "1", "Acme"), ("Ben", "2"), ("Cat", "3"), ("Dan", "4")]
    path = lists.write(workbook(SheetXml("L", rows, merged=["C2:C4", "A9:B9"])), "leads.xlsx")
    assert [row[2:] for row in cells(path)] == [("Acme",), ("Acme",), ("Acme",), ()]


@pytest.mark.parametrize("column", ["Do Not Call", "Deceased"])
@pytest.mark.parametrize("cell", [Raw("#N/A", "e"), Raw(None, formula="VLOOKUP(B2,tps,1)")])
def test_an_error_in_a_column_that_bars_calls_is_a_question(lists: Lists, column: str, cell: Raw) -> None:
    path = lists.write(workbook(SheetXml("L", [(*HEADING, column), ("Ann", 447700900123, cell)])), "leads.xlsx")
    with pytest.raises(FileRefused, match="is neither yes nor no"):
        import_contacts(lists.deps, ListOrder(path, "Energy switch"))
    assert lists.contacts() == []


def test_an_error_in_a_screening_column_is_a_faulty_row_and_one_for_a_name_is_no_name(lists: Lists) -> None:
    rows = [(*HEADING, "TPS"), ("Ann", 447700900123, Raw("#N/A", "e")), (Raw("#REF!", "e"), 447700900124, "N")]
    path = lists.write(workbook(SheetXml("L", rows)), "leads.xlsx")
    report = import_contacts(lists.deps, ListOrder(path, "Energy switch"))
    assert reasons(report) == [
        (2, 'TPS: "#N/A" is neither yes nor no'),
        (3, "the row has no name: the agent must know whom to ask for"),
    ]


# -- sheets, headings, hidden rows


def test_it_finds_the_heading_below_titles_and_counts_lines_as_the_sheet_does(lists: Lists) -> None:
    rows = [
        ("Customers of Acme",),
        (),
        ("as of", Raw("46082", style=DATE_STYLE)),
        HEADING,
        ("Ann", "x"),
        ("Ben", 447700900124),
    ]
    path = lists.write(workbook(SheetXml("L", rows)), "leads.xlsx")
    assert [line for line, _ in reasons(import_contacts(lists.deps, ListOrder(path, "Energy switch")))] == [5]
    assert lists.one().name == "Ben"


def test_it_chooses_the_sheet_with_a_recognised_heading_or_the_one_asked_for(lists: Lists) -> None:
    sheets = (
        SheetXml("Summary", [("Total", 2)]),
        SheetXml("Leads", [HEADING, ("Ann", 447700900123)]),
        SheetXml("Old", [HEADING, ("Ben", 447700900124)]),
        SheetXml("Spare", [HEADING, ("Cat", 447700900125)], state="hidden"),
        SheetXml("Secret", [(*HEADING, "Do Not Call"), ("Dan", 447700900126, "No")], state="veryHidden"),
    )
    path = lists.write(workbook(*sheets), "leads.xlsx")
    said = preview_list(lists.deps, ListOrder(path, "Energy switch"))
    assert (said.sheet, said.sheets, said.first_rows) == ("Leads", ("Summary", "Leads", "Old"), (("Ann", "•••• 123"),))
    assert cells(path, Wishes(sheet="old")) == [("Ben", "447700900124")]
    assert cells(path, Wishes(sheet="Spare")) == [("Cat", "447700900125")]
    for name in ("Secret", "Leeds"):
        with pytest.raises(FileRefused, match='choose one of "Summary", "Leads", "Old", "Spare"'):
            open_list(path, Wishes(sheet=name))


def test_a_hidden_row_makes_no_contact_and_its_stop_counts(lists: Lists) -> None:
    rows = [(*HEADING, "DNC"), ("Ann", 447700900123, "No"), ("Ben", 447700900123, "Yes"), ("Cat", 447700900125, "No")]
    path = lists.write(workbook(SheetXml("L", rows, hidden_rows=[3, 4])), "leads.xlsx")
    report = import_contacts(lists.deps, ListOrder(path, "Energy switch"))
    assert [line for line, _ in reasons(report)] == [3, 4]
    assert "hidden in the workbook" in report.faults[0].reason
    assert (lists.one().name, lists.one().verdict.value) == ("Ann", "suppressed")
    assert dict(report.stopped) == {Meaning.STOP: 1}


def test_a_saved_choice_works_for_a_workbook_too(lists: Lists) -> None:
    path = lists.write(workbook(SheetXml("L", [("Who", "Where"), ("Ann", 447700900123)])), "leads.xlsx")
    import_contacts(lists.deps, ListOrder(path, "Energy switch", reading=Reading({"Who": "name", "Where": "phone"})))
    assert lists.one().name == "Ann"


def test_a_register_may_be_a_workbook(lists: Lists) -> None:
    path = lists.write(workbook(SheetXml("L", [(447700900123,), (447700900124,)])), "tps.xlsx")
    assert [row.numbers for row in open_numbers(path, "GB").read()] == [("+447700900123",), ("+447700900124",)]  # type: ignore[union-attr]


# -- what must be refused


def _bomb() -> bytes:
    """A sheet of 64 MiB of blanks."""
    return with_sheet(b" " * (64 << 20))


def _lying(content: bytes) -> bytes:
    """The same, with sizes of nothing declared in the directory."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        size = max(one.file_size for one in file.infolist())
    return content.replace(struct.pack("<L", size), struct.pack("<L", 200))


def _many() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for at in range(5_001):
            file.writestr(f"xl/{at}", b"")
    return out.getvalue()


def _entities() -> bytes:
    doctype = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    rows = '<sheetData><row r="1"><c r="A1" t="str"><v>&b;</v></c></row></sheetData>'
    sheet = f'{doctype}<worksheet xmlns="{MAIN}">{rows}</worksheet>'
    return with_sheet(sheet.encode())


def _archive(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name in names:
            file.writestr(name, b"application/vnd.oasis.opendocument.spreadsheet")
    return out.getvalue()


GOOD = workbook(SheetXml("L", [HEADING, ("Ann", 447700900123)]))
FAR = workbook(SheetXml("L", [HEADING, ("Ann", 1)], after='<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (FAR, "a list has at most 1,000 columns"),
        (GOOD[:-200], "not whole"),
        (GOOD[:200], "not whole"),
        (_archive("mimetype", "content.xml"), r"\(ODS\): open it and save it as XLSX"),
        (_archive("xl/workbook.bin"), r"\(XLSB\): open it and save it as XLSX"),
        (_archive("readme.pdf"), "archive, not a spreadsheet workbook"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "old Excel workbook"),
        (b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "A password protects it"),
        (b"\xef\xbb\xbf\r\n<!DOCTYPE html><html><table><tr><td>Name</td><td>Phone</td></tr></table>", "is a web page"),
        (workbook(SheetXml("L", [])), "is empty"),
        (workbook(SheetXml("L", [HEADING])), "has a heading and no rows"),
        (workbook(SheetXml("L", [HEADING, ("Ann", 1)], state="hidden")), "no visible sheet"),
        (workbook(SheetXml("L", [("Name", "Email"), ("Ann", "a@example.com")])), "no column holds telephone numbers"),
    ],
)
def test_it_refuses_what_is_no_list_and_says_what_to_do(lists: Lists, content: bytes, told: str) -> None:
    _is_refused(lists, content, told)


@pytest.mark.long
@pytest.mark.parametrize(
    ("make", "told"),  # made in the test alone, for that takes long
    [
        (_bomb, "unpacks to far more than it holds"),
        (lambda: _lying(_bomb()), "unpacks to far more|not whole|is damaged"),
        (_many, "archive of more than 5,000 files"),
        (_entities, "is damaged"),
    ],
    ids=["bomb", "lying bomb", "many", "entities"],
)
def test_it_refuses_a_workbook_that_would_exhaust_the_machine(
    lists: Lists, make: Callable[[], bytes], told: str
) -> None:
    _is_refused(lists, make(), told)


def _is_refused(lists: Lists, content: bytes, told: str) -> None:
    path = lists.write(content, "leads.xlsx")
    with pytest.raises(FileRefused, match=told):
        import_contacts(lists.deps, ListOrder(path, "Energy switch"))
    assert lists.contacts() == []


@pytest.mark.parametrize("named", ['r="2"', 'r="" '])
def test_a_cell_without_a_place_is_damage(lists: Lists, named: str) -> None:
    after = f'<row r="3"><c r="A3" t="str"><v>Ann</v></c><c {named} t="str"><v>No</v></c></row>'
    path = lists.write(workbook(SheetXml("L", [HEADING, ("Ben", "07700 900123")], after=after)), "leads.xlsx")
    with pytest.raises(FileRefused, match="is damaged"):
        import_contacts(lists.deps, ListOrder(path, "Energy switch"))
    assert lists.contacts() == []


@pytest.mark.parametrize("text", ["99", "-1", "x"])
def test_a_text_that_is_not_there_is_damage(lists: Lists, text: str) -> None:
    rows = [HEADING, ("Ann", "07700 900123"), ("Ben", Raw(text, kind="s"))]
    path = lists.write(workbook(SheetXml("L", rows)), "leads.xlsx")
    with pytest.raises(FileRefused, match="is damaged"):
        import_contacts(lists.deps, ListOrder(path, "Energy switch"))
    assert lists.contacts() == []


@pytest.mark.night
def test_memory_does_not_grow_with_the_rows(lists: Lists) -> None:
    def peak(rows: int) -> int:
        path = lists.write(
            workbook(SheetXml("L", [HEADING, *((f"Person {at}", at) for at in range(rows))])), "leads.xlsx"
        )
        tracemalloc.start()
        assert sum(1 for _ in open_list(path).below()) == rows
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    assert peak(30_000) < 1.3 * peak(15_000)
