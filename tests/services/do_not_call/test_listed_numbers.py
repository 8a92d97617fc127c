"""A register, with numpy and without: it finds all its numbers and no others, in any order of asking."""

import builtins
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.services.do_not_call import register_file
from bot.services.do_not_call.register_arrays import Sketch, SortedNumbers
from bot.services.do_not_call.register_table import Entries, Listed, TabledNumbers

NUMBERS = st.integers(1, 999_999_999_999_999).map("+{}".format) | st.integers(10, 30).map("+4477009001{}".format)
DAYS = st.none() | st.dates(date(1999, 1, 1), date(2030, 1, 1))
Kind = Callable[[Entries], Listed]
EITHER = pytest.mark.parametrize("kind", [SortedNumbers.gather, TabledNumbers], ids=["arrays", "table"])


@pytest.mark.long
@EITHER
@settings(max_examples=150)
@given(st.lists(st.tuples(NUMBERS, DAYS), max_size=40), st.lists(NUMBERS, max_size=40))
def test_it_finds_what_a_dictionary_finds(
    kind: Kind, entries: list[tuple[str, date | None]], strangers: list[str]
) -> None:
    known = dict(entries)
    listed = kind(entries)
    wanted = [*reversed(known), *strangers]
    assert listed.find(wanted) == {number: known[number] for number in wanted if number in known}
    assert len(listed) == len(known)
    for prefix in {number[:length] for number in wanted for length in (2, 5, 8) if length <= len(number)}:
        seen = [one for one in known if one.startswith(prefix) and 8 <= len(one) <= 16]
        assert listed.has_any_of(prefix) == bool(seen), prefix
    assert set(listed.area_codes()) == {one[:-7] if len(one) > 8 else "+0" for one in known}


@EITHER
def test_it_accepts_an_empty_query_and_an_empty_register(kind: Kind) -> None:
    assert kind([("+447700900123", None)]).find([]) == {}
    empty = kind([])
    assert (len(empty), empty.has_any_of("+44"), empty.area_codes()) == (0, False, [])
    assert empty.find(["+447700900123"]) == {}


@EITHER
def test_every_listed_number_is_found_among_many_strangers_in_any_order(
    kind: Kind,
) -> None:
    numbers = [f"+4477{number:08}" for number in range(0, 3_000_000, 97)]
    listed = kind((number, None) for number in reversed(numbers))
    wanted = [f"+4477{number:08}" for number in range(0, 3_000_000, 11)]
    assert listed.find(wanted) == {f"+4477{number:08}": None for number in range(0, 3_000_000, 11 * 97)}


def test_without_numpy_a_register_is_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(register_file.gather([]), SortedNumbers)
    imported = builtins.__import__

    def without(name: str, *args: Any, **more: Any) -> Any:
        if name.endswith("register_arrays"):
            raise ModuleNotFoundError("No module named 'numpy'", name="numpy")
        return imported(name, *args, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    listed = register_file.gather([("+447700900123", date(2026, 11, 1))])
    assert isinstance(listed, TabledNumbers)
    assert listed.find(["+447700900124", "+447700900123"]) == {"+447700900123": date(2026, 11, 1)}


@pytest.mark.parametrize("count", [1, 9, 207, 1_000, 5_000, 60_000])
@pytest.mark.parametrize("apart", [1, 2, 10, 7_919])
def test_the_sketch_passes_every_listed_number_and_few_others(count: int, apart: int) -> None:
    numbers = np.arange(count, dtype=np.int64) * apart + 447_700_000_000
    sketch = Sketch(numbers)
    assert sketch.possible(numbers).tolist() == list(range(count))
    for strangers in (numbers + 1_000_000_000, numbers + 1 if apart > 1 else numbers - count):
        assert sketch.possible(strangers).size <= 0.15 * count + 15
