"""Call: decided again at that moment; the attempt is opened once; only then is the number shown."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest

from bot.services.answers.calls import CallingCard, CallOpened, CallRefused, CardGone, OfferCard, Released
from bot.services.answers.people import Actor
from bot.services.calls import calling, outcomes
from bot.services.errors import AlreadyGone, NotYours
from bot.services.hand_out import hand, next_call, releases
from bot.services.hand_out.hand import held_cards
from policy.vocabulary import NOT_SAID, AttemptState, LeaseEnd, LeaseStage, Outcome, ReleaseReason, Role, Verdict
from storage.models import Attempt, Callback, Contact, DecisionRecord, Lease
from tests.fakes import SampleOrganisation
from tests.rows import a_call, a_callback

pytestmark = pytest.mark.both_engines


def offered(acme: SampleOrganisation, actor: Actor | None = None) -> OfferCard:
    """A card just handed out."""
    card = next_call.hand_out(acme.deps, actor or acme.alice, 1).cards[-1]
    assert isinstance(card, OfferCard)
    return card


def shown(acme: SampleOrganisation) -> CallingCard:
    """The card of Alice's call."""
    [card] = held_cards(acme.deps, acme.alice).cards
    assert isinstance(card, CallingCard)
    return card


def test_it_opens_the_attempt_and_shows_the_number(acme: SampleOrganisation) -> None:
    contact = acme.add_contact("Grace Hopper", "+447700900123")
    card = offered(acme)
    opened = calling.call(acme.deps, acme.alice, card.lease_id)
    assert isinstance(opened, CallOpened)
    assert not opened.is_repeat
    assert (shown(acme).number, shown(acme).number_shown) == ("+447700900123", "07700 900123")
    [attempt], [lease] = acme.all(Attempt), acme.all(Lease)
    assert (attempt.state, attempt.number, attempt.lease_id) == (AttemptState.OPEN, "+447700900123", lease.id)
    assert (lease.stage, lease.leased_until) == (LeaseStage.CALLING, acme.clock() + timedelta(minutes=60))
    assert acme.one(Contact, contact.id).owner_id == acme.alice.agent_id
    assert [record.asked_for for record in acme.all(DecisionRecord)] == ["hand_out", "call"]


def test_it_records_the_principal_and_the_person_of_the_call(acme: SampleOrganisation) -> None:
    campaign = acme.add_campaign("Solar", "Sun Power", acme.energy, subject="panels")
    contact = acme.add_contact("Grace Hopper", "+447700900123", campaign)
    card = offered(acme)
    acme.clock.tick(seconds=2.3)
    calling.call(acme.deps, acme.alice, card.lease_id)
    [attempt] = acme.all(Attempt)
    assert (attempt.organisation_id, attempt.agent_id, attempt.opened_at) == (1, acme.alice.agent_id, acme.clock())
    assert (attempt.contact_id, attempt.person_id, attempt.number_kind) == (contact.id, contact.person_id, "mobile")
    assert (attempt.campaign_id, attempt.principal, attempt.subject) == (campaign.id, "Sun Power", "panels")
    decision = acme.all(DecisionRecord)[-1]
    assert (decision.asked_for, decision.agent_id, decision.lease_id) == ("call", acme.alice.agent_id, card.lease_id)
    assert decision.at == acme.clock()


def test_it_finds_no_card_of_another_organisation(acme: SampleOrganisation) -> None:
    acme.add_contact()
    card = offered(acme)
    stranger = replace(acme.alice, organisation_id=acme.organisation_id + 1)
    with pytest.raises(AlreadyGone):
        calling.call(acme.deps, stranger, card.lease_id)
    with pytest.raises(AlreadyGone):
        releases.take_back(acme.deps, replace(stranger, role=Role.MANAGER), card.lease_id)
    assert acme.one(Lease, card.lease_id).ended_at is None


def test_a_card_lapses_at_its_exact_end(acme: SampleOrganisation) -> None:
    acme.add_contact()
    card = offered(acme)
    acme.clock.at(acme.one(Lease, card.lease_id).leased_until)
    answer = calling.call(acme.deps, acme.alice, card.lease_id)
    assert isinstance(answer, CardGone)
    assert (answer.because, acme.one(Lease, card.lease_id).ended_at) == (LeaseEnd.LAPSED, acme.clock())


def test_it_shows_the_same_attempt_when_pressed_twice(acme: SampleOrganisation) -> None:
    acme.add_contact()
    card = offered(acme)
    first = calling.call(acme.deps, acme.alice, card.lease_id)
    acme.clock.tick(seconds=2)
    second = calling.call(acme.deps, acme.alice, card.lease_id)
    assert isinstance(first, CallOpened)
    assert isinstance(second, CallOpened)
    assert (first.is_repeat, second.is_repeat) == (False, True)
    assert second.attempt_id == first.attempt_id
    assert len(acme.all(Attempt)) == 1


def test_it_opens_one_attempt_when_pressed_twice_at_once(acme: SampleOrganisation) -> None:
    acme.add_contact()
    card = offered(acme)
    start, answers = Barrier(2), []

    def press() -> None:
        start.wait(60)
        answers.append(calling.call(acme.deps, acme.alice, card.lease_id))

    threads = [Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(answer.is_repeat for answer in answers if isinstance(answer, CallOpened)) == [False, True]
    assert len(acme.all(Attempt)) == 1


def test_it_refuses_at_the_edge_of_hours_and_never_shows_the_number(acme: SampleOrganisation) -> None:
    """Handed out at 19:55, pressed at 20:01, when the lease is over and the card gone."""
    contact = acme.add_contact()
    acme.clock.at(datetime(2026, 11, 24, 19, 55, tzinfo=UTC))
    card = offered(acme)
    acme.clock.at(datetime(2026, 11, 24, 20, 1, tzinfo=UTC))
    answer = calling.call(acme.deps, acme.alice, card.lease_id)
    assert isinstance(answer, CardGone)
    assert answer.because == LeaseEnd.LAPSED
    assert (contact.number or "") not in repr(answer)
    assert acme.all(Attempt) == []


def test_it_decides_again_when_call_is_pressed(acme: SampleOrganisation) -> None:
    """A call may become unlawful before the lease ends: a lease permits nothing."""
    contact = acme.add_contact()
    acme.clock.at(datetime(2026, 11, 24, 19, 55, tzinfo=UTC))
    card = offered(acme)
    acme.change(Lease, card.lease_id, leased_until=datetime(2026, 11, 24, 20, 25, tzinfo=UTC))
    acme.clock.at(datetime(2026, 11, 24, 20, 1, tzinfo=UTC))
    answer = calling.call(acme.deps, acme.alice, card.lease_id)
    assert isinstance(answer, CallRefused)
    assert answer.refusal.verdict is Verdict.LOCKED
    assert answer.refusal.callable_from == datetime(2026, 11, 25, 9, tzinfo=UTC)
    assert answer.refusal.findings[0].citation.title
    assert (contact.number or "") not in repr(answer)
    assert acme.all(Attempt) == []
    lease = acme.one(Lease, card.lease_id)
    assert (lease.ended_at, lease.ended_because) == (acme.clock(), LeaseEnd.REFUSED)
    assert acme.one(Contact, contact.id).callable_from == datetime(2026, 11, 25, 9, tzinfo=UTC)
    assert [record.verdict for record in acme.all(DecisionRecord)] == [Verdict.CALLABLE, Verdict.LOCKED]


def test_it_refuses_a_number_that_was_called_meanwhile(acme: SampleOrganisation) -> None:
    """Called by anyone, for any list: an attempt without an outcome counts at once."""
    contact = acme.add_contact()
    card = offered(acme)
    acme.put(a_call(acme.bob, contact.number or "", acme.clock()))
    acme.clock.tick(minutes=5)
    answer = calling.call(acme.deps, acme.alice, card.lease_id)
    assert isinstance(answer, CallRefused)


def test_it_counts_an_attempt_at_once_for_everyone_who_shares_the_number(acme: SampleOrganisation) -> None:
    acme.add_contact("Ann", "+447700900555")
    other = acme.add_contact("Ben", "+447700900555")
    calling.call(acme.deps, acme.alice, offered(acme).lease_id)
    assert acme.one(Contact, other.id).verdict is Verdict.LOCKED


def test_it_opens_no_attempt_when_the_persons_number_has_changed(acme: SampleOrganisation) -> None:
    """The card and the decision behind it were for the old number."""
    contact = acme.add_contact("Grace Hopper", "+447700900123")
    card = offered(acme)
    acme.change(Contact, contact.id, number="+447700900456")
    acme.clock.tick(seconds=1.3)
    answer = calling.call(acme.deps, acme.alice, card.lease_id)
    assert isinstance(answer, CallRefused)
    assert "900123" not in repr(answer)
    assert acme.all(Attempt) == []
    assert acme.one(Lease, card.lease_id).ended_because == LeaseEnd.REFUSED


def test_it_says_until_when_the_call_is_lawful_as_decided_when_call_is_pressed(acme: SampleOrganisation) -> None:
    acme.add_contact()
    card = offered(acme)
    acme.change(Lease, card.lease_id, lawful_until=datetime(2026, 11, 24, 21, tzinfo=UTC))  # as an older rule allowed
    opened = calling.call(acme.deps, acme.alice, card.lease_id)
    assert isinstance(opened, CallOpened)
    assert shown(acme).offer.lawful_until == datetime(2026, 11, 24, 20, tzinfo=UTC)
    assert acme.one(Lease, card.lease_id).lawful_until == datetime(2026, 11, 24, 20, tzinfo=UTC)


def test_it_is_for_the_holder_alone(acme: SampleOrganisation) -> None:
    acme.add_contact()
    card = offered(acme)
    for actor in (acme.bob, acme.charlie, acme.dana):
        with pytest.raises(NotYours) as refused:
            calling.call(acme.deps, actor, card.lease_id)
        assert refused.value.holder == "Alice"
    assert acme.all(Attempt) == []
    with pytest.raises(AlreadyGone):
        calling.call(acme.deps, acme.alice, 999)


def test_the_call_keeps_the_callback(acme: SampleOrganisation) -> None:
    contact = acme.add_contact()
    callback = acme.put(a_callback(contact, acme.clock() - timedelta(minutes=5), acme.clock() - timedelta(days=1)))
    calling.call(acme.deps, acme.alice, offered(acme).lease_id)
    kept = acme.one(Callback, callback.id)
    assert (kept.closed_at, kept.closed_because) == (acme.clock(), "kept")


def test_it_lets_a_call_under_way_be_finished_after_hours(acme: SampleOrganisation) -> None:
    acme.add_contact()
    acme.clock.at(datetime(2026, 11, 24, 19, 55, tzinfo=UTC))
    card = offered(acme)
    opened = calling.call(acme.deps, acme.alice, card.lease_id)
    assert isinstance(opened, CallOpened)
    acme.clock.tick(minutes=20)
    assert isinstance(calling.call(acme.deps, acme.alice, card.lease_id), CallOpened)
    done = outcomes.record(acme.deps, acme.alice, opened.attempt_id, Outcome.CONVERSATION)
    assert done.outcome is Outcome.CONVERSATION


def test_it_gives_an_offered_contact_back_with_its_reason(acme: SampleOrganisation) -> None:
    contact = acme.add_contact()
    card = offered(acme)
    answer = releases.release(acme.deps, acme.alice, card.lease_id, ReleaseReason.BREAK, "lunch")
    assert answer == Released(card.lease_id, contact.name, False, contact.callable_from)
    lease = acme.one(Lease, card.lease_id)
    assert (lease.ended_because, lease.release_reason, lease.release_words) == ("released", "break", "lunch")
    again = releases.release(acme.deps, acme.alice, card.lease_id)
    assert again == Released(card.lease_id, contact.name, True, contact.callable_from)
    assert acme.one(Lease, card.lease_id).release_reason == "break"
    assert acme.all(Attempt) == []
    assert offered(acme).contact_id == contact.id  # break is a reason that does not bar the agent


def test_reason_may_be_said_after_a_contact_is_given_back(acme: SampleOrganisation) -> None:
    acme.add_contact()
    card = offered(acme)
    releases.release(acme.deps, acme.alice, card.lease_id)
    assert acme.one(Lease, card.lease_id).release_reason == NOT_SAID
    assert not next_call.hand_out(acme.deps, acme.alice, 1).cards, "as with another reason"
    said = (acme.deps, acme.alice, card.lease_id, ReleaseReason.KNOWN_TO_ME, "My aunt, 07700 900123")
    answers = [releases.release(*said) for _ in range(2)]
    assert [(one.is_explained, one.is_repeat) for one in answers if isinstance(one, Released)] == [
        (True, False),
        (False, True),
    ]
    lease = acme.one(Lease, card.lease_id)
    assert lease.release_reason == "known_to_me"
    assert "900123" not in lease.release_words, "no numbers in reasons"
    with pytest.raises(NotYours):
        releases.release(acme.deps, acme.bob, card.lease_id, ReleaseReason.OTHER)


def test_a_call_under_way_cannot_be_given_back(acme: SampleOrganisation) -> None:
    acme.add_contact()
    card = offered(acme)
    opened = calling.call(acme.deps, acme.alice, card.lease_id)
    assert isinstance(opened, CallOpened)
    answer = releases.release(acme.deps, acme.alice, card.lease_id, ReleaseReason.BREAK)
    assert isinstance(answer, CardGone)
    assert (answer.because, answer.attempt_id) == (LeaseStage.CALLING, opened.attempt_id)
    assert acme.one(Lease, card.lease_id).ended_at is None
    with pytest.raises(NotYours):
        releases.release(acme.deps, acme.bob, card.lease_id, ReleaseReason.BREAK)


def test_it_ends_leases_that_ran_out(acme: SampleOrganisation) -> None:
    first, second = acme.add_contacts(2)
    calling.call(acme.deps, acme.alice, offered(acme).lease_id)
    next_call.hand_out(acme.deps, acme.alice, 2)
    acme.clock.tick(minutes=29)
    assert hand.lapse_due(acme.deps) == 0
    acme.clock.tick(minutes=1)
    assert hand.lapse_due(acme.deps) == 1  # the offer
    acme.clock.tick(minutes=30)
    assert hand.lapse_due(acme.deps) == 1  # the call
    assert hand.lapse_due(acme.deps) == 0
    [attempt] = acme.all(Attempt)
    assert (attempt.contact_id, attempt.state) == (first.id, AttemptState.UNREPORTED)
    assert acme.one(Contact, first.id).verdict is Verdict.LOCKED  # it counts until an outcome says otherwise
    assert acme.one(Contact, second.id).verdict is Verdict.CALLABLE


def test_it_says_why_a_stale_card_is_gone(acme: SampleOrganisation) -> None:
    acme.add_contact()
    card = offered(acme)
    opened = calling.call(acme.deps, acme.alice, card.lease_id)
    assert isinstance(opened, CallOpened)
    outcomes.record(acme.deps, acme.alice, opened.attempt_id, Outcome.BUSY)
    answer = calling.call(acme.deps, acme.alice, card.lease_id)
    assert isinstance(answer, CardGone)
    assert (answer.because, answer.outcome, answer.attempt_id) == ("outcome", Outcome.BUSY, None)


def test_a_card_that_lapsed_in_calling_still_needs_an_outcome(acme: SampleOrganisation) -> None:
    acme.add_contact()
    card = offered(acme)
    opened = calling.call(acme.deps, acme.alice, card.lease_id)
    assert isinstance(opened, CallOpened)
    acme.clock.tick(minutes=61)
    answer = calling.call(acme.deps, acme.alice, card.lease_id)
    assert isinstance(answer, CardGone)
    assert (answer.because, answer.attempt_id) == ("lapsed", opened.attempt_id)
    assert acme.all(Attempt)[0].state is AttemptState.UNREPORTED
