"""How a word of the vocabulary is stored: as its text, in an ordinary column, the same on SQLite and PostgreSQL."""

from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Enum, text

# A later column of words: rows written by the version before have none.
EMPTY: Final[dict[str, Any]] = {"server_default": text("''")}
# A later column of numbers likewise.
ZERO: Final[dict[str, Any]] = {"server_default": text("0")}
_LONGEST = 32


def word_of(vocabulary: type[StrEnum]) -> Enum:
    """A column type for one closed list. No native enum: a new word must not need a change of the schema."""
    return Enum(
        vocabulary,
        values_callable=lambda words: [word.value for word in words],
        native_enum=False,
        create_constraint=False,
        length=_LONGEST,
    )
