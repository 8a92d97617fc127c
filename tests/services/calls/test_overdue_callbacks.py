"""A callback that its agent does not make in time goes to the team, and is told to its lead, once."""

import pytest

from bot.services.answers.callbacks import Trouble
from bot.services.answers.calls import OfferCard
from bot.services.calls import callback_watch
from bot.services.hand_out import next_call
from storage.models import Callback
from tests.fakes import SampleOrganisation
from tests.services.calls.promised_calls import A_MOMENT, contact_with_callback, started_again, told
from tests.services.stage import MINUTE

pytestmark = pytest.mark.both_engines


def test_fifteen_minutes_overdue_it_goes_to_the_next_of_the_team_who_asks_and_the_lead_hears_once(
    acme: SampleOrganisation,
) -> None:
    contact = contact_with_callback(acme)
    acme.add_contacts(2)
    due = acme.all(Callback)[0].due_at
    acme.clock.at(due + 15 * MINUTE - A_MOMENT)
    assert told(acme) == []
    others = next_call.hand_out(acme.deps, acme.dana, 2).cards
    assert contact.id not in [one.contact_id for one in others if isinstance(one, OfferCard)]
    acme.clock.at(due + 15 * MINUTE)
    heard = told(acme)
    assert [(user, one.trouble, bool(one.team_id)) for user, one in heard] == [
        ("U0ALICE", Trouble.OVERDUE, False),
        ("U0DANA", Trouble.OVERDUE, True),
    ]
    assert [callback_watch.tell_troubles(deps) for deps in (acme.deps, started_again(acme))] == [0, 0]
    [card] = next_call.hand_out(started_again(acme), acme.bob, 1).cards
    assert isinstance(card, OfferCard)
    assert (card.contact_id, card.callback_due_at) == (contact.id, due)
