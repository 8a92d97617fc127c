"""A press on a card is one transaction, from the admission of the agent to the commit, and asks little of it."""

import pytest

from benchmarks.road.presses import measured, said

# the statements of that transaction, with those that draw what the agent holds after it
MOST = {"call": 11, "outcome": 10, "undo": 11, "refusal": 11, "give back": 7}
_LOOKS_AGAIN = (
    "call",
    "outcome",
    "undo",
    "refusal",
)  # on PostgreSQL, once it has locked a number's and person's contacts


@pytest.mark.long
@pytest.mark.both_engines
@pytest.mark.parametrize("cards", [1, 3])
def test_a_press_is_one_transaction_that_reads_a_row_once(database: str, cards: int) -> None:
    found = measured(database, cards)
    print(said(cards, found))
    assert {name: one.began for name, one in found.items()} == dict.fromkeys(MOST, 1)
    once_more = _LOOKS_AGAIN if database.startswith("postgresql") else ()
    over = {name: one.statements for name, one in found.items() if one.statements > MOST[name] + (name in once_more)}
    assert not over
