"""An old card's Undo undoes only the outcome that the card shows."""

import pytest

from bot.services.calls import calling, outcomes, shown_outcome
from bot.services.errors import NotYours, OutcomeChanged
from bot.services.hand_out import next_call
from policy.vocabulary import Outcome
from tests.fakes import SampleOrganisation


def test_a_card_shows_what_its_reader_said_last_or_is_stale(acme: SampleOrganisation) -> None:
    acme.add_contact()
    [card] = next_call.hand_out(acme.deps, acme.alice, 1).cards
    calling.call(acme.deps, acme.alice, card.lease_id)  # type: ignore[union-attr]
    outcomes.record(acme.deps, acme.alice, 1, Outcome.BUSY)
    shown_outcome.refuse_stale(acme.deps, acme.alice, 1, Outcome.BUSY)
    acme.clock.tick(minutes=2, seconds=0.3)
    outcomes.record(acme.deps, acme.alice, 1, Outcome.CONVERSATION)
    with pytest.raises(OutcomeChanged):
        shown_outcome.refuse_stale(acme.deps, acme.alice, 1, Outcome.BUSY)
    shown_outcome.refuse_stale(acme.deps, acme.alice, 1, Outcome.CONVERSATION)
    shown_outcome.refuse_stale(acme.deps, acme.dana, 1, Outcome.BUSY)  # said nothing of it: undo itself refuses
    with pytest.raises(NotYours):
        shown_outcome.refuse_stale(acme.deps, acme.bob, 1, Outcome.BUSY)
