"""One open call at a time, or as many as the organisation allows: the outcome of the first comes first."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from bot.services.answers.calls import CallOpened, CallRefused, CardGone, OutcomeFirst
from bot.services.calls import calling, outcomes
from bot.services.hand_out import hand, next_call
from policy.vocabulary import AttemptState, LeaseStage, Outcome
from storage.models import Attempt, DecisionRecord, Lease
from tests.fakes import SampleOrganisation

pytestmark = pytest.mark.both_engines


def offered(acme: SampleOrganisation, how_many: int) -> list[int]:
    """The leases of that many cards, for Alice."""
    for one in range(how_many):
        acme.add_contact(f"Person {one}")
    cards = next_call.hand_out(acme.deps, acme.alice, how_many).cards
    return sorted(lease.id or 0 for lease in acme.all(Lease)) if len(cards) == how_many else []


def press(acme: SampleOrganisation, lease_id: int) -> CallOpened | CallRefused | CardGone | OutcomeFirst:
    return calling.call(acme.deps, acme.alice, lease_id)


def test_second_call_asks_for_the_outcome_of_the_first_and_opens_nothing(acme: SampleOrganisation) -> None:
    first, second = offered(acme, 2)
    assert isinstance(press(acme, first), CallOpened)
    decided = len(acme.all(DecisionRecord))
    acme.clock.tick(minutes=2, seconds=0.3)
    asked = press(acme, second)
    assert isinstance(asked, OutcomeFirst)
    [attempt] = acme.all(Attempt)
    assert (asked.name, asked.first.name, asked.first.attempt_id) == ("Person 1", "Person 0", attempt.id)
    assert asked.first.opened_at == acme.clock() - timedelta(minutes=2, seconds=0.3)
    assert acme.one(Lease, second).stage is LeaseStage.OFFERED
    assert len(acme.all(DecisionRecord)) == decided, "nothing was asked of the rules"
    outcomes.record(acme.deps, acme.alice, attempt.id or 0, Outcome.BUSY)
    assert isinstance(press(acme, second), CallOpened)


def test_repeat_of_the_open_call_is_answered_as_before(acme: SampleOrganisation) -> None:
    first, _ = offered(acme, 2)
    press(acme, first)
    again = press(acme, first)
    assert isinstance(again, CallOpened)
    assert again.is_repeat


@pytest.mark.long
@pytest.mark.parametrize("allowed", [2, 3])
def test_organisation_may_allow_up_to_three(acme: SampleOrganisation, allowed: int) -> None:
    acme.allow_open_calls(allowed)
    leases = offered(acme, allowed + 1)
    answers = [press(acme, one) for one in leases]
    assert [type(one) for one in answers] == [CallOpened] * allowed + [OutcomeFirst]
    assert isinstance(answers[-1], OutcomeFirst)
    assert answers[-1].first.name == "Person 0", "the oldest of them"


def test_call_whose_hour_is_over_bars_no_other(acme: SampleOrganisation) -> None:
    """Its outcome is asked for by message; the agent goes on."""
    first, second = offered(acme, 2)
    press(acme, first)
    acme.clock.tick(minutes=25)
    second = _kept(acme, second)
    acme.clock.tick(minutes=14)
    assert isinstance(press(acme, second), OutcomeFirst)
    acme.clock.tick(minutes=21, seconds=0.1)
    hand.lapse_due(acme.deps)
    assert acme.all(Attempt)[0].state is AttemptState.UNREPORTED
    next_call.hand_out(acme.deps, acme.alice, 1)
    [card] = [one for one in acme.all(Lease) if one.ended_at is None]
    assert isinstance(press(acme, card.id or 0), CallOpened)


def _kept(acme: SampleOrganisation, lease_id: int) -> int:
    acme.change(Lease, lease_id, leased_until=acme.clock() + timedelta(minutes=30))
    return lease_id


def test_calls_of_others_bar_nobody(acme: SampleOrganisation) -> None:
    first, _ = offered(acme, 2)
    press(acme, first)
    acme.add_contact("Person 9")
    next_call.hand_out(acme.deps, acme.bob, 1)
    [other] = [one for one in acme.all(Lease) if one.agent_id == acme.bob.agent_id]
    assert isinstance(calling.call(acme.deps, acme.bob, other.id or 0), CallOpened)


@pytest.mark.parametrize("turn", range(3))
def test_of_two_presses_at_once_one_opens(acme: SampleOrganisation, turn: int) -> None:
    leases, start = offered(acme, 2), Barrier(2)

    def at_once(lease_id: int) -> object:
        start.wait()
        return press(acme, lease_id)

    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(at_once, leases))
    assert sorted(type(one).__name__ for one in answers) == ["CallOpened", "OutcomeFirst"], turn
    assert len(acme.all(Attempt)) == 1
