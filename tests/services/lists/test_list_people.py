"""The fast path for rows of new people finds the same people as the slow path."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.services.lists.people import People
from bot.services.lists.proofs import NOTHING_SAID
from bot.services.lists.rows import ContactRow, NumberOfRow

NUMBERS = st.builds(NumberOfRow, st.sampled_from(["+441", "+442", "+443", "+444"]), st.sampled_from(["", "mobile"]))
ROWS = st.lists(
    st.builds(
        lambda name, reference, numbers: ContactRow(
            2,
            name.title(),
            name,
            reference,
            tuple(numbers),
            "GB",
            "Europe/London",
            "",
            "consumer",
            False,
            (2,),
            NOTHING_SAID,
            "",
        ),
        st.sampled_from(["ann", "bob"]),
        st.sampled_from(["", "", "R1", "r1", "R2"]),
        st.lists(NUMBERS, min_size=1, max_size=3, unique_by=lambda one: one.number),
    ),
    max_size=8,
)


@pytest.mark.night
@settings(max_examples=400)
@given(ROWS)
def test_the_fast_path_matches_the_same_people_as_the_slow_path(rows: list[ContactRow]) -> None:
    short, long = People(None, 1, []), People(None, 1, [])  # type: ignore[arg-type]  # nobody is known: nothing is asked
    meant = [short.of(row) for row in rows]
    again = [long._somebody(row) for row in rows]
    assert [_seen(one) for one in meant] == [_seen(one) for one in again]
    assert [meant.index(one) for one in meant] == [again.index(one) for one in again]


def _seen(one: object) -> list[object]:
    return [getattr(one, name) for name in one.__slots__]  # type: ignore[attr-defined]
