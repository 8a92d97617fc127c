"""Rows as PostgreSQL's COPY reads them: a line a row, a tab between two values.

A column at a time, because the values of one column are of one kind and most hold nothing that must be written otherwise:
written row by row, value by value, they would take this program as long as they take the server.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

_ROWS = 500  # in one block: the server is at one while the next is written
_OTHERWISE = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_NOTHING = "\\N"
_NONE = type(None)


def blocks(columns: Sequence[Sequence[Any]], same: Sequence[Any]) -> Iterator[str]:
    """The rows of these columns, each with the values of `same` behind its own.

    Raises TypeError for a value that is neither a word, a whole number, true or false, a date, a moment nor None.
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
    """Words that may be missing are few, and repeat: each is written once."""

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
    if isinstance(value, date):  # or a moment
        return value.isoformat()
    raise TypeError(f"COPY is not taught to write {type(value).__name__}")
