"""Writes rows as PostgreSQL's COPY reads them: one line for each row, a tab between values.

Works column by column: the values of one column have one type, and most need no escaping. Value by value, the writing
would take as long as the server does.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

_ROWS = 500  # in one block: the server reads one while the next is written
_OTHERWISE = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_NOTHING = "\\N"
_NONE = type(None)


def blocks(columns: Sequence[Sequence[Any]], same: Sequence[Any]) -> Iterator[str]:
    """Write the rows of these columns in blocks, each row followed by the values of `same`.

    Raises TypeError for a value that is not a string, integer, boolean, date, datetime, psycopg.Binary or None.
    """
    texts: list[Sequence[str]] = [_texts(one) for one in columns]
    behind = "".join([f"\t{_text(one)}" for one in same]) + "\n"
    for start in range(0, len(texts[0]), _ROWS):
        part = [one[start : start + _ROWS] for one in texts]
        yield behind.join(map("\t".join, zip(*part, strict=True))) + behind


def _texts(values: Sequence[Any]) -> Sequence[str]:
    kinds = set(map(type, values))
    if kinds == {str}:
        return values if _is_plain("".join(values)) else [one.translate(_OTHERWISE) for one in values]
    if kinds == {int}:
        return list(map(str, values))
    return list(map(_Text().__getitem__, values)) if kinds <= {str, _NONE} else [_text(one) for one in values]


class _Text(dict[str | None, str]):
    """Escapes strings, each distinct one once: few are distinct."""

    def __missing__(self, value: str | None) -> str:
        found = self[value] = _text(value)
        return found


def _is_plain(text: str) -> bool:
    return not ("\\" in text or "\t" in text or "\n" in text or "\r" in text)


def _text(value: Any) -> str:
    if value is None:
        return _NOTHING
    if isinstance(value, str):
        return value if _is_plain(value) else value.translate(_OTHERWISE)
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, date):  # or a datetime
        return value.isoformat()
    from psycopg import Binary  # only the rarest values need it, and the driver comes with the extra [postgres]

    if isinstance(value, Binary):
        return rf"\\x{value.obj.hex()}"
    raise TypeError(f"COPY is not taught to write {type(value).__name__}")
