"""Every table and column says in its model what it is about, and what an erasure does to it."""

from sqlalchemy import JSON, Column, Enum, String
from sqlmodel import SQLModel

from storage.models import ERASED, About, OutcomeRecord, columns_that, every_table
from storage.subject.subject_rows import HELD

_PERSONAL = (*ERASED, "keep")
_QUOTES = {"digestrun": ("content",)}  # words about people, though the table is none of theirs
# Each in its own way: what an erasure does to another one is to be written.
_REWRITTEN = {
    *("contact.because", "contact.sentence", "decision.facts", "decision.findings", "decision.sentences"),
    *("digestrun.content", "hold.reason"),
}


def is_text(column: "Column[object]") -> bool:
    return isinstance(getattr(column.type, "impl_instance", column.type), String | JSON | Enum)


def test_every_table_says_whether_it_is_about_people() -> None:
    assert {str(table.__tablename__) for table in every_table()} == set(SQLModel.metadata.tables)
    for table in every_table():
        assert isinstance(table.__about__, About) or table.__about__, (
            f"{table.__name__} says not why it is about no one"
        )


def test_every_column_of_text_about_a_person_has_its_treatment() -> None:
    for table in every_table():
        name, said = str(table.__tablename__), columns_that(table, "personal", *_PERSONAL)
        texts = {column.name for column in SQLModel.metadata.tables[name].columns if is_text(column)}
        if isinstance(table.__about__, About):
            assert set(said) == texts, (
                f"say in the model of {name} what an erasure does to these: `column(personal=...)`"
            )
        else:
            assert said == _QUOTES.get(name, ()), f"{name} says that it is about no one"


def test_every_number_is_replaced_and_no_name_is_kept() -> None:
    for held in HELD:
        for name in columns_that(held.table, "personal", "keep"):
            assert name not in ("number", "name", "key", "note", "words"), f"{held.name}.{name}"


def test_the_erasure_knows_how_each_is_rewritten() -> None:
    said = {f"{one.__tablename__}.{name}" for one in every_table() for name in columns_that(one, "personal", "rewrite")}
    assert said == _REWRITTEN, "rewrite it in bot/services/privacy too"


def test_rows_are_found_by_those_of_earlier_tables() -> None:
    places = [table.__about__.place for table in every_table() if isinstance(table.__about__, About)]
    assert len(places) == len(set(places)), "two sections of an export have the same place"
    known = {"id", "number"}
    for held in HELD:
        known.add(f"{held.name}_id")
        assert set(held.said.by) <= known - {f"{held.name}_id"}, f"{held.name} is found by what is not read before it"


def test_retention_forgets_what_an_erasure_empties_and_finds_it() -> None:
    for table in every_table():
        forgotten = columns_that(table, "forgotten", True)
        assert set(forgotten) <= set(columns_that(table, "personal", "empty")), table.__name__
        if forgotten and table is not OutcomeRecord:  # whose notes go by their own age
            assert {"person_id", "key"} & table.model_fields.keys(), f"{table.__name__} names no person to forget"
