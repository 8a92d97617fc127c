"""Cells of CSV files that people open in a spreadsheet: a cell that begins like a formula would be run there."""

import re

# Also after blanks, which spreadsheets drop, and in the wide forms that some take for the plain ones.
_FORMULA = r"[^\S\t\r\n]*[=+\-@＝＋－＠]"
# Where a country writes its decimals with a comma, a spreadsheet splits lines at semicolons; others at tabs or bars.
_BEGINS = re.compile(rf"^(?=[\t\r\n]|{_FORMULA})|(?<=[;|\t\r\n])(?={_FORMULA})")
_MARKED = re.compile(rf"^'(?=[\t\r\n]|{_FORMULA})|(?<=[;|\t\r\n])'(?={_FORMULA})")


def inert(cell: str) -> str:
    """The cell with an apostrophe before whatever a spreadsheet would run."""
    return _BEGINS.sub("'", cell)


def as_written(cell: str) -> str:
    """What `inert` was given."""
    return _MARKED.sub("", cell)
