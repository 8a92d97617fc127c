"""Every table and column says in its model what a leaf says of it, or why it is no statement."""

from pathlib import Path

from sqlalchemy import JSON, Boolean, Column, Date, DateTime, Float, Integer, String, Time
from sqlmodel import SQLModel

from storage.log.statements import BY_NAME, STATED
from storage.models import Signed, columns_that, every_table

_SAID = (True, False, "changing", "itself", "never")


def test_every_table_is_a_statement_or_says_why_it_is_none() -> None:
    assert {str(table.__tablename__) for table in every_table()} == set(SQLModel.metadata.tables)
    for table in every_table():
        assert isinstance(table.__signed__, Signed) or table.__signed__, table.__name__
    assert {one.table for one in STATED} == {one for one in every_table() if isinstance(one.__signed__, Signed)}


def test_every_column_of_a_statement_says_what_a_leaf_says_of_it() -> None:
    for table in every_table():
        name = str(table.__tablename__)
        columns = {one.name for one in SQLModel.metadata.tables[name].columns} - {"id", "organisation_id"}
        said = set(columns_that(table, "signed", *_SAID))
        assert said == (columns if name in BY_NAME else set()), f"say in the model of {name}: `column(signed=...)`"


def test_moments_are_columns_that_leaves_say() -> None:
    for stated in STATED:
        assert not stated.at or stated.at in stated.fixed, stated.name
        assert {*stated.ends, *filter(None, [stated.settled])} <= set(stated.changing), stated.name
        if stated.told_in:
            table, column = stated.told_in.split()
            assert column in BY_NAME[table].fixed, stated.name


def test_a_row_stands_before_those_that_speak_of_it() -> None:
    names = [one.name for one in STATED]
    for stated in STATED:
        of = {key.column.table.name for key in SQLModel.metadata.tables[stated.name].foreign_keys}
        assert all(names.index(one) <= names.index(stated.name) for one in of & set(names)), stated.name


def test_what_cannot_be_named_is_in_the_document() -> None:
    """A change of these needs no statement: who reads what the log proves must know."""
    document = (Path(__file__).parents[3] / "docs" / "background" / "proof.md").read_text("utf-8")
    listed = document.partition("### What it cannot name")[2].partition("### ")[0]
    for stated in STATED:
        if stated.itself and not stated.told_in:
            assert f"`{stated.name}`" in listed, stated.name


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
