"""Keeps a spreadsheet from running cells of a CSV file that begin like a formula."""

import re

# Also after blanks, which spreadsheets drop, and in the full-width forms that some treat alike.
_FORMULA = r"[^\S\t\r\n]*[=+\-@＝＋－＠]"
# Where decimals have a comma, a spreadsheet splits lines at semicolons; others split at tabs or bars.
_BEGINS = re.compile(rf"^(?=[\t\r\n]|{_FORMULA})|(?<=[;|\t\r\n])(?={_FORMULA})")
_MARKED = re.compile(rf"^'(?=[\t\r\n]|{_FORMULA})|(?<=[;|\t\r\n])'(?={_FORMULA})")


def inert(cell: str) -> str:
    """The cell, with an apostrophe before each part that a spreadsheet would run."""
    return _BEGINS.sub("'", cell)


def as_written(cell: str) -> str:
    """The cell as it was before `inert`."""
    return _MARKED.sub("", cell)
