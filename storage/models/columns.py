"""Stores a word of the vocabulary as text in an ordinary column, the same on SQLite and PostgreSQL."""

from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Enum, text

# For word columns added later: rows of earlier versions have none.
EMPTY: Final[dict[str, Any]] = {"server_default": text("''")}
# For number columns added later.
ZERO: Final[dict[str, Any]] = {"server_default": text("0")}
_LONGEST = 32


def word_of(vocabulary: type[StrEnum]) -> Enum:
    """Column type for one closed list. Not a native enum, so that a new word needs no schema change."""
    return Enum(
        vocabulary,
        values_callable=lambda words: [word.value for word in words],
        native_enum=False,
        create_constraint=False,
        length=_LONGEST,
    )
