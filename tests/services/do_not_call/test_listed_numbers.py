"""A register as a sorted file: it finds all its numbers and no others, in any order of asking."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.services.do_not_call.register_index import ListedNumbers, Sketch

NUMBERS = st.integers(1, 999_999_999_999_999).map("+{}".format) | st.integers(10, 30).map("+4477009001{}".format)
DAYS = st.none() | st.dates(date(1999, 1, 1), date(2030, 1, 1))


@pytest.mark.long
@settings(max_examples=150)
@given(st.lists(st.tuples(NUMBERS, DAYS), max_size=40), st.lists(NUMBERS, max_size=40))
def test_it_finds_what_a_dictionary_finds(entries: list[tuple[str, date | None]], strangers: list[str]) -> None:
    known = dict(entries)
    listed = ListedNumbers.gather(entries)
    wanted = [*reversed(known), *strangers]
    found = listed.find(wanted)
    assert found.is_listed.tolist() == [number in known for number in wanted]
    assert found.since() == [known.get(number) for number in wanted]
    assert len(listed) == len(known)


def test_it_accepts_an_empty_query() -> None:
    found = ListedNumbers.gather([("+447700900123", None)]).find([])
    assert (found.is_listed.tolist(), found.since()) == ([], [])


def test_every_listed_number_is_found_among_many_strangers_in_any_order() -> None:
    numbers = [f"+4477{number:08}" for number in range(0, 3_000_000, 97)]
    listed = ListedNumbers.gather((number, None) for number in reversed(numbers))
    wanted = [f"+4477{number:08}" for number in range(0, 3_000_000, 11)]
    assert listed.find(wanted).is_listed.tolist() == [number % 97 == 0 for number in range(0, 3_000_000, 11)]


@pytest.mark.parametrize("count", [1, 9, 207, 1_000, 5_000, 60_000])
@pytest.mark.parametrize("apart", [1, 2, 10, 7_919])
def test_the_sketch_passes_every_listed_number_and_few_others(count: int, apart: int) -> None:
    numbers = np.arange(count, dtype=np.int64) * apart + 447_700_000_000
    sketch = Sketch(numbers)
    assert sketch.possible(numbers).tolist() == list(range(count))
    for strangers in (numbers + 1_000_000_000, numbers + 1 if apart > 1 else numbers - count):
        assert sketch.possible(strangers).size <= 0.15 * count + 15
