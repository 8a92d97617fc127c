"""An old card's Undo undoes only the outcome that the card shows."""

import pytest

from bot.services.calls import calling, outcomes
from bot.services.errors import NotYours, OutcomeChanged
from bot.services.hand_out import next_call
from policy.vocabulary import Outcome
from storage.models import Attempt, Suppression
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


def test_the_same_undo_again_takes_back_nothing_that_was_said_since(acme: SampleOrganisation) -> None:
    """Slack delivers a press again whose acknowledgement was lost; the person asked to stop in between."""
    acme.add_contact()
    [card] = next_call.hand_out(acme.deps, acme.alice, 1).cards
    calling.call(acme.deps, acme.alice, card.lease_id)  # type: ignore[union-attr]
    acme.clock.tick(minutes=1, seconds=0.3)
    slip = outcomes.record(acme.deps, acme.alice, 1, Outcome.DO_NOT_CALL)
    acme.clock.tick(seconds=2.4)
    outcomes.record(acme.deps, acme.alice, 1, Outcome.DO_NOT_CALL, "Pressed by mistake")
    acme.clock.tick(seconds=0.2)
    for _ in range(2):
        outcomes.undo(acme.deps, acme.alice, 1, Outcome.DO_NOT_CALL, slip.undo_until)
    assert [one.outcome for one in acme.all(Attempt)] == [None]
    acme.clock.tick(seconds=20.1)
    said = outcomes.record(acme.deps, acme.alice, 1, Outcome.DO_NOT_CALL)
    acme.clock.tick(seconds=0.4)
    with pytest.raises(OutcomeChanged):
        outcomes.undo(acme.deps, acme.alice, 1, Outcome.DO_NOT_CALL, slip.undo_until)
    assert [one.withdrawn_at for one in acme.all(Suppression)][-2:] == [None, None]
    outcomes.undo(acme.deps, acme.alice, 1, Outcome.DO_NOT_CALL, said.undo_until)
    assert None not in [one.withdrawn_at for one in acme.all(Suppression)]
