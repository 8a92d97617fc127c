"""A register as a sorted file: what it holds it finds, and nothing else, in whatever order it is asked."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.services.listed_numbers import ListedNumbers

NUMBERS = st.integers(1, 999_999_999_999_999).map("+{}".format) | st.integers(10, 30).map("+4477009001{}".format)
DAYS = st.none() | st.dates(date(1999, 1, 1), date(2030, 1, 1))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(NUMBERS, DAYS), max_size=40), st.lists(NUMBERS, max_size=40))
def test_it_finds_what_a_dictionary_finds(entries: list[tuple[str, date | None]], strangers: list[str]) -> None:
    known = dict(entries)
    listed = ListedNumbers.gather(entries)
    wanted = [*reversed(known), *strangers]
    assert list(listed.find(wanted)) == [(number in known, known.get(number)) for number in wanted]
    assert len(listed) == len(known)


def test_it_is_asked_for_nothing() -> None:
    assert list(ListedNumbers.gather([("+447700900123", None)]).find([])) == []
