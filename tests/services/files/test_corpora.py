"""Thousands of notes and columns as people write them: none that may say no is silently callable, few others are
held."""

from bot.services.files.bars import Doubts, read_bars
from bot.services.files.columns import read_heading
from tests.services.files.corpora import Column, columns_that_say_no, notes_that_say_no, ordinary_notes

NOTES, COLUMNS, ORDINARY = 2_000, 2_000, 5_000
MOST_HELD = 0.03


def test_no_note_that_says_no_is_silently_callable() -> None:
    columns = read_heading(("Name", "Phone", "Notes"))
    notes = notes_that_say_no(NOTES)
    assert len(notes) == NOTES
    assert [note for note in notes if not read_bars(columns, ("Ann", "07700 900123", note))[0]] == []


def test_few_notes_of_usual_outcomes_are_held() -> None:
    columns = read_heading(("Name", "Phone", "Notes"))
    notes = ordinary_notes(ORDINARY)
    held = [note for note in notes if read_bars(columns, ("Ann", "07700 900123", note))[0]]
    assert len(held) <= MOST_HELD * len(notes), held[:20]


def is_silent(column: Column) -> bool:
    """Whether an import asks nothing of a column and reads its no as nothing."""
    columns = read_heading(("Name", "Mobile", column.heading))
    doubts = Doubts(columns)
    rows = [["Ann", "07700 900123", cell] for cell in (column.no, *column.others)]
    for line, cells in enumerate(rows, start=2):
        doubts.look(line, cells)
    return not list(doubts.questions()) and not read_bars(columns, tuple(rows[0]))[0]


def test_no_column_that_says_no_becomes_a_detail_silently() -> None:
    columns = columns_that_say_no(COLUMNS)
    assert len(columns) == COLUMNS
    assert [column for column in columns if is_silent(column)] == []
