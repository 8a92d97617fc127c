"""Every column of text in every table is named: what an erasure does to it, or why it is about no one."""

from sqlalchemy import JSON, Column, Enum, String
from sqlmodel import SQLModel

from storage.subject import HELD, NOT_PERSONAL


def is_text(column: "Column[object]") -> bool:
    return isinstance(column.type, String | JSON | Enum)


def test_every_table_is_held_or_named_as_not_personal() -> None:
    held = {one.name for one in HELD}
    others = {str(table.__tablename__) for table in NOT_PERSONAL}
    assert not held & others
    assert held | others == set(SQLModel.metadata.tables)


def test_every_column_of_text_about_a_person_has_its_treatment() -> None:
    unnamed, unknown = [], []
    for held in HELD:
        table = SQLModel.metadata.tables[held.name]
        named = [*held.emptied, *held.numbers, *held.rewritten, *held.kept]
        assert len(named) == len(set(named)), held.name
        texts = {column.name for column in table.columns if is_text(column)}
        unnamed += [f"{held.name}.{name}" for name in texts - set(named)]
        unknown += [f"{held.name}.{name}" for name in {*named, *held.by} - {column.name for column in table.columns}]
    assert not unnamed, "say in held_tables.py whether an erasure empties these"
    assert not unknown


def test_every_number_is_replaced_and_no_name_is_kept() -> None:
    for held in HELD:
        for name in held.kept:
            assert name not in ("number", "name", "key", "note", "words"), f"{held.name}.{name}"
