"""An old card's Undo undoes only the outcome that the card shows."""

import pytest

from bot.services.calls import calling, outcomes
from bot.services.errors import NotYours, OutcomeChanged
from bot.services.hand_out import next_call
from policy.vocabulary import Outcome
from storage.models import Attempt
from tests.fakes import SampleOrganisation


def test_a_card_shows_what_its_reader_said_last_or_is_stale(acme: SampleOrganisation) -> None:
    acme.add_contact()
    [card] = next_call.hand_out(acme.deps, acme.alice, 1).cards
    calling.call(acme.deps, acme.alice, card.lease_id)  # type: ignore[union-attr]
    outcomes.record(acme.deps, acme.alice, 1, Outcome.BUSY)
    acme.clock.tick(minutes=2, seconds=0.3)
    outcomes.record(acme.deps, acme.alice, 1, Outcome.CONVERSATION)
    with pytest.raises(OutcomeChanged):
        outcomes.undo(acme.deps, acme.alice, 1, Outcome.BUSY)
    with pytest.raises(NotYours):
        outcomes.undo(acme.deps, acme.bob, 1, Outcome.BUSY)
    assert [one.outcome for one in acme.all(Attempt)] == [Outcome.CONVERSATION]
    for _ in range(2):
        outcomes.undo(acme.deps, acme.alice, 1, Outcome.CONVERSATION)
    assert [one.outcome for one in acme.all(Attempt)] == [None]
    with pytest.raises(OutcomeChanged):
        outcomes.undo(acme.deps, acme.alice, 1, Outcome.BUSY)
