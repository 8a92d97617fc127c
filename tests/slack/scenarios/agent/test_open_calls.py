"""Call on a second card: it asks for the outcome of the first, with the way to it, and opens nothing."""

import pytest

from bot.slack import ids
from storage.models import Attempt
from tests.slack.scenarios.town import NUMBER, Town, form, given, presses, reads, types

pytestmark = pytest.mark.both_engines


@pytest.mark.day
@pytest.mark.long
def test_second_call_asks_whose_outcome_is_missing(town: Town) -> None:
    for name in ("Grace", "Ada"):
        town.acme.add_contact(name)
    cards = types(town.alice, "/nextcall 2", "You hold 2 contacts")
    first, second = (one.value for one in cards.buttons if one.action_id == "call")
    shown = presses(town.alice, cards, "call", NUMBER, "Grace", value=first)
    town.move(minutes=2)
    town.alice.press(shown, "call", value=second)
    asked = reads(town.alice, "Your call to *Grace* has been open since", "Record its outcome, then call *Ada*", NUMBER)
    assert len(town.acme.all(Attempt)) == 1
    town.alice.press(asked, label="Record the outcome")
    town.alice.submit(form(town.alice, ids.NOTE), given(outcome_chosen="busy"))
    done = reads(town.alice, "*Grace*: *Busy* recorded", without=NUMBER)
    presses(town.alice, done, "call", NUMBER, "Ada", without="Record its outcome", value=second)
