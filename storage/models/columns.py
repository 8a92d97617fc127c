"""What tables share: the organisation a row belongs to, words as text, indexes of some rows."""

from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Enum, TextClause, text
from sqlmodel import Field, Index, SQLModel

# For word columns added later: rows of earlier versions have none.
EMPTY: Final[dict[str, Any]] = {"server_default": text("''")}
# For number columns added later.
ZERO: Final[dict[str, Any]] = {"server_default": text("0")}
_LONGEST = 32


class OrganisationRow(SQLModel):
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
