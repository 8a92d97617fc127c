"""What tables share: what each says of itself and its columns, whose a row is, words as text, indexes of some rows."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Final, Literal, dataclass_transform

from sqlalchemy import ColumnElement, Enum, TextClause, false, literal_column, true
from sqlmodel import JSON, Field, Index, SQLModel

_LONGEST = 32
# What an erasure takes, of what a column may say of itself under `personal`.
ERASED: Final = ("empty", "hash", "rewrite")


@dataclass(frozen=True, slots=True)
class Signed:
    """The table's rows are statements: the log has a leaf of each. What is named here are columns.

    `at`: when the row was written; `ends`: when it came to its end; both are written at that very moment. `settled`:
    from then on nothing of the row changes. `told_in`: the table whose rows explain changes of "itself" columns, and
    its column with the row's id.
    """

    at: str = ""
    ends: str = ""
    settled: str = ""
    told_in: str = ""


class About:
    """The table's rows are about people who are called.

    `title`, `place`: of its section in the export of a person's data.
    `by`: the columns by which a person's rows are found. A table that is found by another one's rows stands after it.
    `is_proof`: rules ask for its rows, which say what a person or a register said; retention keeps the person's name.
    """

    def __init__(self, title: str, place: int, *by: str, is_proof: bool = False) -> None:
        self.title, self.place, self.by, self.is_proof = title, place, by, is_proof


def column(
    *,
    personal: Literal["empty", "hash", "rewrite", "keep"] | None = None,
    forgotten: bool = False,
    exported: bool = True,
    signed: Literal[True, False, "changing", "itself", "never"] | None = None,
    is_later: bool = False,
    **field: Any,
) -> Any:
    """A column that says what it is. Tests name each that must say it and does not.

    `personal`: what an erasure does to text about people who are called. "empty": names and free words go. "hash": the
    number's hash replaces it. "rewrite": numbers or words in it are replaced. "keep": words of a closed list, or about
    others, say nothing of who the person is. Dates, flags and ids stay: without name and number they are about nobody.
    `forgotten`: retention empties it. `exported`: False for what says nothing of the person and must not leave.

    `signed`: what a leaf of the log says of it: openly, or as a salted commitment if an erasure takes it. True: it
    never changes. "changing": each change is a new leaf, and a RecordedChange says who made it. "itself": a new leaf
    too, but the row itself or other rows explain the change. "never": it may change, but nothing in the product changes
    it. False: no leaf says it, since other statements tell it or it only says what is going on.

    A default that is made for each row is a list or a dict, kept as JSON.

    `is_later`: the table had rows when it was added. They got its default, which the database therefore knows too.
    """
    marks = {"personal": personal, "forgotten": forgotten, "exported": exported, "signed": signed}
    known = {"server_default": _literal(field["default"])} if is_later else {}
    kind: dict[str, Any] = {"sa_type": JSON} if "default_factory" in field else {}
    return Field(**kind, **field, sa_column_kwargs={**known, "info": marks})


def _literal(default: str | int | bool) -> ColumnElement[Any]:
    if isinstance(default, bool):
        return true() if default else false()
    return literal_column(repr(default))


@dataclass_transform(kw_only_default=True, field_specifiers=(Field, column))
class Row(SQLModel):
    """A row of any table. A table whose rows are no statements, or not about people who are called, says why."""

    __signed__: ClassVar[Signed | str]
    __about__: ClassVar[About | str]


class OrganisationRow(Row):
    """A row that belongs to one organisation."""

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")


def partial_index(name: str, *columns: str, where: TextClause, unique: bool = False) -> Index:
    """An index of the rows that `where` names."""
    return Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)


def word_of(vocabulary: type[StrEnum]) -> Enum:
    """Column type for one closed list. Not a native enum, so that a new word needs no schema change."""
    return Enum(
        vocabulary,
        values_callable=lambda words: [word.value for word in words],
        native_enum=False,
        create_constraint=False,
        length=_LONGEST,
    )


def every_table() -> tuple[type[Row], ...]:
    """The model of each table. A table stands before those that point to it."""
    models = {str(model.__tablename__): model for base in (Row, OrganisationRow) for model in base.__subclasses__()}
    return tuple(models[table.name] for table in SQLModel.metadata.sorted_tables)


def columns_that(model: type[SQLModel], mark: str, *say: object) -> tuple[str, ...]:
    """The names of the columns that say one of these words under a mark."""
    columns = SQLModel.metadata.tables[str(model.__tablename__)].c
    return tuple(one.name for one in columns if one.info.get(mark) in say)
