"""Leases that end: by the agent, by the lead, or because their time is up."""

from datetime import timedelta

import pytest

from bot.services.answers.calls import CallOpened, CardGone, OfferCard, Released
from bot.services.calls import calling
from bot.services.errors import AlreadyGone, NotYours
from bot.services.hand_out import hand, next_call, releases
from bot.services.hand_out.cards import LEASED_FOR
from policy.vocabulary import AttemptState, LeaseEnd, ReleaseReason
from storage.models import Attempt, Contact, Lease, Organisation
from tests.fakes import TUESDAY, SampleOrganisation


def offered(acme: SampleOrganisation, count: int = 1) -> list[OfferCard]:
    cards = next_call.hand_out(acme.deps, acme.alice, count).cards
    return [card for card in cards if isinstance(card, OfferCard)]


def test_every_lease_whose_time_is_up_ends_and_is_counted(acme: SampleOrganisation) -> None:
    acme.add_contacts(3)
    first, *_ = offered(acme, 3)
    opened = calling.call(acme.deps, acme.alice, first.lease_id)
    assert isinstance(opened, CallOpened)
    acme.clock.at(TUESDAY + LEASED_FOR - timedelta(microseconds=1))
    assert hand.lapse_due(acme.deps) == 0
    acme.clock.at(TUESDAY + LEASED_FOR)
    assert hand.lapse_due(acme.deps) == 2
    assert acme.one(Attempt, opened.attempt_id).state is AttemptState.OPEN, "a call has an hour"
    acme.clock.at(TUESDAY + timedelta(hours=1))
    assert hand.lapse_due(acme.deps) == 1
    assert acme.one(Attempt, opened.attempt_id).state is AttemptState.UNREPORTED
    assert [one.ended_because for one in acme.all(Lease)] == [LeaseEnd.LAPSED] * 3
    assert hand.lapse_due(acme.deps) == 0


@pytest.mark.both_engines
def test_a_contact_that_still_looks_leased_returns_to_the_hand_out(acme: SampleOrganisation) -> None:
    """The mark is a hint, and may be missed when a lease ends: after a lease of old, too."""
    contact = acme.add_contact()
    [card] = offered(acme)
    releases.release(acme.deps, acme.alice, card.lease_id, ReleaseReason.BREAK)
    acme.change(Contact, contact.id, leased_until=acme.clock() + timedelta(minutes=30))
    hand.lapse_due(acme.deps)
    assert acme.one(Contact, contact.id).leased_until is None
    assert len(offered(acme)) == 1
    held_until = acme.one(Contact, contact.id).leased_until
    hand.lapse_due(acme.deps)
    assert acme.one(Contact, contact.id).leased_until == held_until is not None, "this lease is in force"


def test_another_agents_card_is_named_with_its_holder_and_stays(acme: SampleOrganisation) -> None:
    acme.add_contact()
    (card,) = offered(acme)
    with pytest.raises(NotYours) as refused:
        releases.release(acme.deps, acme.bob, card.lease_id, ReleaseReason.BREAK)
    assert refused.value.holder == "Alice"
    assert acme.all(Lease)[0].ended_at is None


def test_a_card_of_nobody_or_of_another_organisation_is_gone(acme: SampleOrganisation) -> None:
    acme.add_contact()
    (card,) = offered(acme)
    with pytest.raises(AlreadyGone):
        releases.release(acme.deps, acme.alice, card.lease_id + 1, ReleaseReason.BREAK)
    with pytest.raises(AlreadyGone):
        releases.take_back(acme.deps, acme.dana, card.lease_id + 1)
    other = acme.put(Organisation(slack_team_id="T0OTHER0001", name="Others"))
    acme.change(Lease, card.lease_id, organisation_id=other.id)
    with pytest.raises(AlreadyGone):
        releases.release(acme.deps, acme.alice, card.lease_id, ReleaseReason.BREAK)
    with pytest.raises(AlreadyGone):
        releases.take_back(acme.deps, acme.dana, card.lease_id)


def test_a_card_given_back_late_has_run_out(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace")
    (card,) = offered(acme)
    acme.clock.at(TUESDAY + LEASED_FOR)
    gone = releases.release(acme.deps, acme.alice, card.lease_id, ReleaseReason.BREAK)
    assert gone == CardGone("Grace", LeaseEnd.LAPSED, None, None)


def test_a_call_whose_time_is_up_is_gone_and_names_the_call_that_needs_an_outcome(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace")
    (card,) = offered(acme)
    opened = calling.call(acme.deps, acme.alice, card.lease_id)
    assert isinstance(opened, CallOpened)
    gone = releases.release(acme.deps, acme.alice, card.lease_id, ReleaseReason.BREAK)
    assert gone == CardGone("Grace", "calling", None, opened.attempt_id)
    acme.clock.at(TUESDAY + timedelta(hours=1))
    late = releases.release(acme.deps, acme.alice, card.lease_id, ReleaseReason.BREAK)
    assert late == CardGone("Grace", LeaseEnd.LAPSED, None, opened.attempt_id)


def test_a_contact_taken_back_twice_is_told_once(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace")
    (card,) = offered(acme)
    for is_repeat in (False, True):
        done = releases.take_back(acme.deps, acme.dana, card.lease_id)
        assert isinstance(done, Released)
        assert (done.name, done.is_repeat) == ("Grace", is_repeat)
    assert acme.notifier.withdrawn == [("U0ALICE", "Grace", "taken_back")]
