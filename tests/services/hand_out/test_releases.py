"""Leases that end: by the agent, by the lead, or because their time is up."""

from datetime import timedelta

import pytest

from bot.services.answers.calls import CallOpened, CardGone, OfferCard, Released
from bot.services.calls import calling
from bot.services.errors import AlreadyGone, NotYours
from bot.services.hand_out import next_call, releases
from bot.services.hand_out.lease_terms import LEASED_FOR
from policy.vocabulary import AttemptState, LeaseEnd, ReleaseReason
from storage.models import Attempt, Lease, Organisation
from tests.fakes import TUESDAY, House


def offered(house: House, count: int = 1) -> list[OfferCard]:
    cards = next_call.hand_out(house.deps, house.alice, count).cards
    return [card for card in cards if isinstance(card, OfferCard)]


def test_every_lease_whose_time_is_up_ends_and_is_counted(house: House) -> None:
    house.add_contacts(3)
    first, *_ = offered(house, 3)
    opened = calling.call(house.deps, house.alice, first.lease_id)
    assert isinstance(opened, CallOpened)
    house.clock.at(TUESDAY + LEASED_FOR - timedelta(microseconds=1))
    assert releases.lapse_due(house.deps) == 0
    house.clock.at(TUESDAY + LEASED_FOR)
    assert releases.lapse_due(house.deps) == 2
    assert house.one(Attempt, opened.attempt_id).state is AttemptState.OPEN, "a call has an hour"
    house.clock.at(TUESDAY + timedelta(hours=1))
    assert releases.lapse_due(house.deps) == 1
    assert house.one(Attempt, opened.attempt_id).state is AttemptState.UNREPORTED
    assert [one.ended_because for one in house.all(Lease)] == [LeaseEnd.LAPSED] * 3
    assert releases.lapse_due(house.deps) == 0


def test_another_agents_card_is_named_with_its_holder_and_stays(house: House) -> None:
    house.add_contact()
    (card,) = offered(house)
    with pytest.raises(NotYours) as refused:
        releases.release(house.deps, house.bob, card.lease_id, ReleaseReason.BREAK)
    assert refused.value.holder == "Alice"
    assert house.all(Lease)[0].ended_at is None


def test_a_card_of_nobody_or_of_another_organisation_is_gone(house: House) -> None:
    house.add_contact()
    (card,) = offered(house)
    with pytest.raises(AlreadyGone):
        releases.release(house.deps, house.alice, card.lease_id + 1, ReleaseReason.BREAK)
    with pytest.raises(AlreadyGone):
        releases.take_back(house.deps, house.dana, card.lease_id + 1)
    other = house.put(Organisation(slack_team_id="T0OTHER0001", name="Others"))
    house.change(Lease, card.lease_id, organisation_id=other.id)
    with pytest.raises(AlreadyGone):
        releases.release(house.deps, house.alice, card.lease_id, ReleaseReason.BREAK)
    with pytest.raises(AlreadyGone):
        releases.take_back(house.deps, house.dana, card.lease_id)


def test_a_card_given_back_late_has_run_out(house: House) -> None:
    house.add_contact("Grace")
    (card,) = offered(house)
    house.clock.at(TUESDAY + LEASED_FOR)
    gone = releases.release(house.deps, house.alice, card.lease_id, ReleaseReason.BREAK)
    assert gone == CardGone("Grace", LeaseEnd.LAPSED, None, None)


def test_a_call_whose_time_is_up_is_gone_and_names_the_call_that_needs_an_outcome(house: House) -> None:
    house.add_contact("Grace")
    (card,) = offered(house)
    opened = calling.call(house.deps, house.alice, card.lease_id)
    assert isinstance(opened, CallOpened)
    gone = releases.release(house.deps, house.alice, card.lease_id, ReleaseReason.BREAK)
    assert gone == CardGone("Grace", "calling", None, opened.attempt_id)
    house.clock.at(TUESDAY + timedelta(hours=1))
    late = releases.release(house.deps, house.alice, card.lease_id, ReleaseReason.BREAK)
    assert late == CardGone("Grace", LeaseEnd.LAPSED, None, opened.attempt_id)


def test_a_contact_taken_back_twice_is_told_once(house: House) -> None:
    house.add_contact("Grace")
    (card,) = offered(house)
    for is_repeat in (False, True):
        done = releases.take_back(house.deps, house.dana, card.lease_id)
        assert isinstance(done, Released)
        assert (done.name, done.is_repeat) == ("Grace", is_repeat)
    assert house.notifier.withdrawn == [("U0ALICE", "Grace", "taken_back")]
