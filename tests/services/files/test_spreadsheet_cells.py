"""Cells that a spreadsheet would run are marked, and the mark can be removed."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.files.spreadsheet_cells import as_written, inert

_RUN = tuple("=+-@＝＋－＠")
_TEXT = st.text(max_size=20) | st.text('=+-@＝＋－＠;|,\t\r\n\u00a0 "1a', max_size=9)


@given(_TEXT)
def test_no_line_of_a_cell_begins_like_a_formula(text: str) -> None:
    marked = inert(text)
    assert not [part for part in re.split(r"[;|\t\r\n]", marked) if part.lstrip().startswith(_RUN)]
    assert marked[:1] not in set("\t\r\n")


@pytest.mark.long
@given(_TEXT.filter(lambda text: "'" not in text))
def test_the_mark_can_be_removed(text: str) -> None:
    assert as_written(inert(text)) == text
