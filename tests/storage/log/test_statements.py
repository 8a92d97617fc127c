"""Every table and column has its decision: what a leaf says of it, or why it is no statement."""

from pathlib import Path

from sqlalchemy import JSON, Boolean, Column, Date, DateTime, Float, Integer, String, Time
from sqlmodel import SQLModel

from storage.log import NOT_STATED, STATED
from storage.subject import HELD, NOT_PERSONAL

# Quotes words about people, though the table is none of theirs: an erasure rewrites it.
_QUOTES = {"digestrun": {"content"}}


def test_every_table_is_a_statement_or_named_as_none() -> None:
    stated, others = {one.name for one in STATED}, {str(table.__tablename__) for table in NOT_STATED}
    assert len(stated) == len(STATED), "a table named twice gets each of its leaves twice"
    assert not stated & others
    assert stated | others == set(SQLModel.metadata.tables)


def test_every_column_is_in_exactly_one_place() -> None:
    wrong = []
    for stated in STATED:
        columns = {column.name for column in SQLModel.metadata.tables[stated.name].columns} - {"id", "organisation_id"}
        placed = [*stated.fixed, *stated.changing, *stated.sealed, *stated.left]
        wrong += [f"{stated.name}.{name}" for name in columns ^ set(placed)]
        assert len(placed) == len(set(placed)), stated.name
        assert set(stated.sealed_later) <= set(stated.sealed)
        assert not stated.at or stated.at in stated.fixed, stated.name
        assert set(stated.ends) <= set(stated.changing), stated.name
        assert set(stated.itself) <= {*stated.changing, *stated.sealed_later}, stated.name
    assert not wrong, "say in statements.py what a leaf says of these"


def test_what_cannot_be_named_is_in_the_document() -> None:
    """A change of these needs no statement: who reads what the log proves must know."""
    document = (Path(__file__).parents[3] / "docs" / "background" / "proof.md").read_text("utf-8")
    listed = document.partition("### What it cannot name")[2].partition("### ")[0]
    for stated in STATED:
        if stated.itself and not stated.told_in:
            assert f"`{stated.name}`" in listed, stated.name


def test_exactly_what_an_erasure_takes_is_sealed() -> None:
    """Contacts are the exception: of a contact a leaf says only that it is there."""
    personal = {one.name: {*one.emptied, *one.numbers, *one.rewritten} for one in HELD}
    for stated in STATED:
        named = personal.get(stated.name, _QUOTES.get(stated.name, set()))
        assert set(stated.sealed) == named - set(stated.left), stated.name
        assert not named & {*stated.fixed, *stated.changing}, stated.name
    assert {str(table.__tablename__) for table in NOT_PERSONAL} >= set(_QUOTES)


def test_leaves_can_say_every_type_alike_on_both_engines() -> None:
    known = (Integer, String, Boolean, Date, DateTime, Time, JSON, Float)
    for stated in STATED:
        columns: dict[str, Column[object]] = dict(SQLModel.metadata.tables[stated.name].columns)
        for name in (*stated.fixed, *stated.changing, *stated.sealed):
            assert isinstance(_kind(columns[name]), known), f"{stated.name}.{name}"
        for name in stated.sealed:
            assert isinstance(_kind(columns[name]), String | JSON), f"{stated.name}.{name} is no text"


def _kind(column: "Column[object]") -> object:
    return getattr(column.type, "impl_instance", column.type)
