"""Quotation marks that are never closed: each is named with its line, and the rows after it are read."""

from pathlib import Path

import pytest

from bot.services.errors import FileRefused
from bot.services.files.number_list import open_numbers
from bot.services.files.table import open_list
from tests.services.import_stage import Lists, reasons

SWALLOWED = "".join(f"Name{row},07700 9{row:05d}\n" for row in range(20))


@pytest.mark.parametrize(
    ("file", "lines", "names"),
    [
        (f'Name,Phone\n"Ann,07700 900123\n{SWALLOWED}', [2], 20),
        (f'Name,Phone\nAnn,07700 900123\n"Ben,07700 900124\n{SWALLOWED}"\nCat,07700 900125\n', [3, 24], 22),
        (f'Name,Phone\nAnn,"07700 900123\n{SWALLOWED}Cat,"07700 900125"\n', [2], 21),
        (f'Name,Phone\nAnn,"07700 900123\n{SWALLOWED}"Cat",07700 900125\n', [2], 21),
        ('Name,Phone,Note\nAnn,07700 900123,"rang\nBen,07700 900124,5"\nCat,07700 900125,x\n', [2], 2),
        ('Name,Phone,Note\nAnn,07700 900123,"rang\nBen,07700 900124\nCat,07700 900125,"x"\n', [2], 2),
        ('Name,Phone\nAnn,07700 900123\nBen,"07700 900124\n', [3], 1),
        ('Name,Phone\n"Ann,07700 900123\n"Ben,07700 900124\n"Cat,07700 900125\nDan,07700 900126\n', [2, 3, 4], 1),
    ],
)
def test_an_open_quotation_mark_is_named_with_its_line_and_no_row_is_lost(
    lists: Lists, file: str, lines: list[int], names: int
) -> None:
    report = lists.take(file)
    assert reasons(report) == [
        (line, "a quotation mark in this row is never closed: close it, or delete it") for line in lines
    ]
    assert (report.imported, report.rows) == (names, names + len(lines))


def test_an_open_quotation_mark_before_thousands_of_rows_costs_one_of_them(lists: Lists) -> None:
    rows = "".join(f"Name{row},07700 9{row:05d}\n" for row in range(9_000))
    found = open_list(lists.write(f'Name,Phone\n"Ann,07700 900123\n{rows}'))
    assert (found.rows, list(found.refused)) == (9_001, [2])


@pytest.mark.parametrize(
    "cell",
    [
        "1 High St\nLeeds, Yorkshire\nUK",
        "said: never mind, really, no\nrang again, later",
        "a\n" * 30,
        'the ""best"" customer\nof all',
        "paid 2026-01-02, late, twice\n2026-02-03, again, late",
    ],
)
def test_a_cell_of_many_lines_is_one_cell(lists: Lists, cell: str) -> None:
    report = lists.take(f'Name,Text,Phone\nAnn,"{cell}",07700 900123\nBen,,07700 900124\n')
    assert (report.imported, report.faults) == (2, ())


def test_an_open_quotation_mark_in_the_heading_is_named(lists: Lists) -> None:
    with pytest.raises(FileRefused, match="the row that begins on line 1 has a quotation mark without its second one"):
        lists.take('Name,"Phone\nAnn,07700 900123\nBen,07700 900124\n')


@pytest.mark.parametrize("above", ["", "Of today\n\n", "Of today\nby Ann\n"])
@pytest.mark.parametrize(
    "rows",
    [
        'Name,Phone,"Notes\nAnn,07700 900001,x\nBen,07700 900002,y\nCat,07700 900003,"said yes"\nDan,07700 900004,z\n',
        'Name,Phone,"Notes\nAnn,07700 900001,x\nBen,07700 900002,"\nCat,07700 900003,z\n',
        'Name,Phone,"Notes\nAnn,07700 900001,x,,\nBen,07700 900002,y,"\nCat,07700 900003,z\n',
        'Name,Phone,"Notes' + "\nAnn,withheld,x,," * 20 + '"\nCat,07700 900003,z\n',
        'Name;Phone;"Notes\nAnn;07700 900001;x\nBen;07700 900002;"y"\nDan;07700 900004;z\n',
    ],
)
def test_a_heading_that_swallows_the_first_rows_is_refused(tmp_path: Path, above: str, rows: str) -> None:
    path = tmp_path / "leads.csv"
    path.write_text(above + rows)
    for opens in (open_list, lambda one: open_numbers(one, "GB")):
        with pytest.raises(FileRefused, match=f"the row that begins on line {above.count(chr(10)) + 1} has a"):
            opens(path)


@pytest.mark.parametrize("above", ["Of today\n", "Of today\n\n\nby Ann\n", "Stand, today, of Ann\nby Ann, Leeds, us\n"])
def test_a_first_row_below_titles_that_swallows_others_is_named(tmp_path: Path, above: str) -> None:
    path = tmp_path / "leads.csv"
    rows = 'Ann,07700 900001,"x\nBen,07700 900002,y\nCat,07700 900003,"said yes"\nDan,07700 900004,z\n'
    path.write_text(f"{above}Name,Phone,Notes\n{rows}")
    found = open_list(path)
    assert (found.rows, list(found.refused)) == (4, [above.count("\n") + 2])


def test_a_heading_of_two_lines_is_read(lists: Lists) -> None:
    assert lists.take('Name,Phone,"Town\n(25/03/2026, or before)"\nAnn,07700 900123,Leeds\n').imported == 1
