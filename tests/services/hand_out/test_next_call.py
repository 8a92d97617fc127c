"""The hand-out: held cards, then callbacks, then new contacts by priority; never to two agents, never unlawful."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest

from bot.services.answers.calls import CallingCard, HandOut, OfferCard
from bot.services.calls import calling, outcomes
from bot.services.deciding import refresh
from bot.services.deciding.decisions import decide_contact
from bot.services.deciding.facts import COUNT_NO_OFFERS
from bot.services.errors import CountOutOfRange, NoTeam, UnknownCampaign
from bot.services.hand_out import next_call, releases
from bot.services.hand_out.hand import held_cards
from policy import Decision
from policy.vocabulary import ContactState, LeaseEnd, LeaseStage, Outcome, ReleaseReason, Verdict
from storage.models import Callback, Contact, DecisionRecord, Lease
from tests.fakes import SampleOrganisation
from tests.rows import a_call

pytestmark = pytest.mark.both_engines


def _ids(answer: HandOut) -> list[int]:
    return [card.contact_id if isinstance(card, OfferCard) else card.offer.contact_id for card in answer.cards]


def _decided(acme: SampleOrganisation, contact: Contact) -> Decision:
    with acme.units(is_read_only=True) as uow:
        return decide_contact(acme.deps, uow.session, contact, acme.clock(), COUNT_NO_OFFERS).decision


def test_it_hands_out_what_was_asked_for_with_masked_numbers(acme: SampleOrganisation) -> None:
    contacts = acme.add_contacts(5)
    answer = next_call.hand_out(acme.deps, acme.alice, 3)
    assert _ids(answer) == [contact.id for contact in contacts[:3]]
    assert answer.short is None
    first = answer.cards[0]
    assert isinstance(first, OfferCard)
    assert (first.name, first.masked_number) == (contacts[0].name, f"•••• {(contacts[0].number or '')[-3:]}")
    assert (contacts[0].number or "") not in repr(answer)
    assert first.leased_until == acme.clock() + timedelta(minutes=30)
    assert first.lawful_until == datetime(2026, 11, 24, 20, tzinfo=UTC)


def test_it_shows_the_same_cards_when_asked_again_after_a_lost_reply(acme: SampleOrganisation) -> None:
    acme.add_contacts(9)
    before = next_call.hand_out(acme.deps, acme.alice, 3)
    again = next_call.hand_out(acme.deps, acme.alice, 3)
    assert again.cards == before.cards
    assert len(acme.all(Lease)) == 3


def test_it_reads_what_is_on_record_once_for_all_cards_an_agent_holds(
    acme: SampleOrganisation, statements: list[str]
) -> None:
    acme.add_contacts(3)
    before = next_call.hand_out(acme.deps, acme.alice, 3)
    assert isinstance(before.cards[1], OfferCard)
    calling.call(acme.deps, acme.alice, before.cards[1].lease_id)
    statements.clear()
    held = held_cards(acme.deps, acme.alice)
    assert _ids(held) == _ids(before)
    assert sum("screening" in one for one in statements) == 1
    assert not any("1!=1" in one.replace(" ", "") for one in statements), "none looks for nothing"


def test_it_fills_up_to_the_number_wanted(acme: SampleOrganisation) -> None:
    acme.add_contacts(9)
    next_call.hand_out(acme.deps, acme.alice, 2)
    assert len(next_call.hand_out(acme.deps, acme.alice, 5).cards) == 5
    assert len(next_call.hand_out(acme.deps, acme.alice, 1).cards) == 5  # held cards are always shown


def test_it_stores_each_hand_out_so_that_it_can_be_replayed(acme: SampleOrganisation) -> None:
    acme.add_contact()
    next_call.hand_out(acme.deps, acme.alice, 1)
    [record], [lease] = acme.all(DecisionRecord), acme.all(Lease)
    assert (record.asked_for, record.verdict, record.lease_id) == ("hand_out", Verdict.CALLABLE, lease.id)
    assert record.facts["contact"]["number"] == lease.number
    assert (record.rulebook, record.house_pack) == (acme.deps.rulebook().version, "gb-house")


def test_it_stores_every_field_of_a_hand_out_and_its_decision(acme: SampleOrganisation) -> None:
    contact = acme.add_contact()
    acme.clock.at(datetime(2026, 11, 24, 19, 45, tzinfo=UTC))
    next_call.hand_out(acme.deps, acme.alice, 1)
    [record], [lease] = acme.all(DecisionRecord), acme.all(Lease)
    end = datetime(2026, 11, 24, 20, tzinfo=UTC)
    assert (lease.organisation_id, lease.contact_id, lease.person_id) == (1, contact.id, contact.person_id)
    assert (lease.agent_id, lease.number, lease.stage) == (acme.alice.agent_id, contact.number, LeaseStage.OFFERED)
    assert (lease.offered_at, lease.leased_until, lease.lawful_until) == (acme.clock(), end, end)
    assert (lease.ended_at, lease.ended_because, lease.release_reason, lease.release_words) == (None, "", "", "")
    assert (record.organisation_id, record.contact_id, record.campaign_id) == (1, contact.id, contact.campaign_id)
    assert (record.agent_id, record.at, record.lawful_until) == (acme.alice.agent_id, acme.clock(), end)
    assert record.callable_from == acme.clock()
    assert [one["rule"] for one in record.findings] == [one.rule for one in _decided(acme, contact).findings]
    assert acme.one(Contact, contact.id).leased_until == end


def test_it_never_gives_two_agents_the_same_contact(acme: SampleOrganisation) -> None:
    acme.add_contacts(4)
    alices = _ids(next_call.hand_out(acme.deps, acme.alice, 3))
    bobs = next_call.hand_out(acme.deps, acme.bob, 3)
    assert not set(alices) & set(_ids(bobs))
    assert len(bobs.cards) == 1
    assert bobs.short is not None


def test_it_never_gives_two_agents_the_same_number_or_the_same_person(acme: SampleOrganisation) -> None:
    acme.add_contact("Ann", "+447700900555")
    acme.add_contact("Ben", "+447700900555")
    second = acme.add_campaign("Energy service", "Bright Energy", acme.energy, priority=3)
    person = acme.add_person("Cat", "+447700900666", "+447700900667")
    acme.add_contact(person=person, number="+447700900666")
    acme.add_contact(person=person, number="+447700900667", campaign=second)
    next_call.hand_out(acme.deps, acme.alice, 10)
    next_call.hand_out(acme.deps, acme.bob, 10)
    held = acme.all(Lease)
    assert len(held) == 2
    assert len({lease.number for lease in held}) == len({lease.person_id for lease in held}) == 2


@pytest.mark.long
@pytest.mark.parametrize("shares_numbers", [False, True])
def test_two_agents_asking_at_once_never_share_a_contact(acme: SampleOrganisation, shares_numbers: bool) -> None:
    for place in range(24):
        number = f"+447700901{place // 2 if shares_numbers else place:03d}"
        acme.add_contact(f"Person {place}", number)
    start, faults = Barrier(2), []

    def hammer(agent_name: str) -> None:
        actor = getattr(acme, agent_name)
        start.wait(60)
        try:
            for wanted in range(1, 10):
                next_call.hand_out(acme.deps, actor, wanted)
        except Exception as fault:
            faults.append(fault)

    threads = [Thread(target=hammer, args=(name,)) for name in ("alice", "bob")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    live = [lease for lease in acme.all(Lease) if lease.ended_at is None]
    assert not faults
    assert len(live) == (12 if shares_numbers else 18)
    for name in ("contact_id", "person_id", "number"):
        assert len({getattr(lease, name) for lease in live}) == len(live), f"two leases share a {name}"


def test_it_goes_by_campaign_priority_then_contact_priority(acme: SampleOrganisation) -> None:
    later = acme.add_campaign("Later", "Bright Energy", acme.energy, priority=3)
    last = acme.add_contact(campaign=later, priority=0)
    second = acme.add_contact(priority=2)
    first = acme.add_contact(priority=1)
    assert _ids(next_call.hand_out(acme.deps, acme.alice, 3)) == [first.id, second.id, last.id]


def test_it_hands_out_one_campaign_when_asked(acme: SampleOrganisation) -> None:
    other = acme.add_campaign("Boiler check", "Bright Energy", acme.energy)
    acme.add_contact()
    wanted = acme.add_contact(campaign=other)
    assert _ids(next_call.hand_out(acme.deps, acme.alice, 1, "boiler")) == [wanted.id]
    with pytest.raises(UnknownCampaign) as refused:
        next_call.hand_out(acme.deps, acme.alice, 1, "solar")
    assert refused.value.known == ("Energy switch", "Boiler check")


def test_it_keeps_to_the_campaigns_of_the_team(acme: SampleOrganisation) -> None:
    acme.add_contact()
    assert next_call.hand_out(acme.deps, acme.charlie, 3).cards == ()


def test_it_refuses_an_invalid_count(acme: SampleOrganisation) -> None:
    for wanted in (0, -1, 11, 99):
        with pytest.raises(CountOutOfRange):
            next_call.hand_out(acme.deps, acme.alice, wanted)


def test_it_has_nothing_for_people_without_a_team(acme: SampleOrganisation) -> None:
    with pytest.raises(NoTeam):
        next_call.hand_out(acme.deps, acme.erin, 1)


def test_it_says_why_and_when_where_nothing_is_callable(acme: SampleOrganisation) -> None:
    acme.clock.at(datetime(2026, 11, 24, 21, tzinfo=UTC))
    acme.add_contacts(3)
    acme.add_contact(zones="", places="")
    answer = next_call.hand_out(acme.deps, acme.alice, 3)
    assert answer.cards == ()
    assert answer.short is not None
    counts = {row.state: row.count for row in answer.short.rows}
    assert counts == {ContactState.LOCKED: 3, ContactState.HELD: 1}
    assert answer.short.opens_at == datetime(2026, 11, 25, 9, tzinfo=UTC)
    assert all(row.reason for row in answer.short.rows)


def test_it_never_trusts_the_cache(acme: SampleOrganisation) -> None:
    """A stale cache may say callable: the decision refuses, is stored, and corrects the cache."""
    contact = acme.add_contact()
    acme.clock.at(datetime(2026, 11, 24, 20, 30, tzinfo=UTC))
    acme.change(Contact, contact.id, callable_from=acme.clock() - timedelta(hours=1), callable_until=None)
    assert next_call.hand_out(acme.deps, acme.alice, 1).cards == ()
    mended = acme.one(Contact, contact.id)
    assert (mended.verdict, mended.callable_from) == (Verdict.LOCKED, datetime(2026, 11, 25, 9, tzinfo=UTC))
    [record] = acme.all(DecisionRecord)
    assert (record.verdict, record.asked_for, record.agent_id) == (Verdict.LOCKED, "hand_out", acme.alice.agent_id)
    assert (record.lease_id, record.contact_id, record.house_pack) == (None, contact.id, "gb-house")


def test_it_gives_a_new_window_to_contacts_whose_window_closed_yesterday(acme: SampleOrganisation) -> None:
    contacts = acme.add_contacts(3)
    acme.clock.at(datetime(2026, 11, 25, 10, tzinfo=UTC))
    assert len(_ids(next_call.hand_out(acme.deps, acme.alice, 2))) == 2
    acme.clock.at(datetime(2026, 11, 26, 10, tzinfo=UTC))
    assert refresh.redecide_stale(acme.deps) == len(contacts)
    assert all(one.callable_until == datetime(2026, 11, 26, 20, tzinfo=UTC) for one in acme.all(Contact))


def test_it_takes_a_card_away_when_its_lawful_time_ends(acme: SampleOrganisation) -> None:
    acme.add_contact()
    acme.clock.at(datetime(2026, 11, 24, 19, 45, tzinfo=UTC))
    [card] = next_call.hand_out(acme.deps, acme.alice, 1).cards
    assert isinstance(card, OfferCard)
    assert card.leased_until == datetime(2026, 11, 24, 20, tzinfo=UTC)  # never longer than the law
    acme.clock.tick(minutes=16)
    assert next_call.hand_out(acme.deps, acme.alice, 1).cards == ()
    assert [lease.ended_because for lease in acme.all(Lease)] == [LeaseEnd.LAPSED]


def test_it_says_which_held_card_may_no_longer_be_called(acme: SampleOrganisation) -> None:
    """A rule or a new fact may forbid a call after the offer: asking again decides again."""
    contact = acme.add_contact()
    [card] = next_call.hand_out(acme.deps, acme.alice, 1).cards
    assert isinstance(card, OfferCard)
    acme.put(a_call(acme.bob, contact.number or "", acme.clock()))
    acme.clock.tick(minutes=1)
    answer = next_call.hand_out(acme.deps, acme.alice, 1)
    assert answer.cards == ()
    assert [(one.name, one.refusal.verdict) for one in answer.dropped] == [(contact.name, Verdict.LOCKED)]
    assert acme.one(Lease, card.lease_id).ended_because == LeaseEnd.REFUSED


def test_it_always_shows_a_call_under_way_with_its_number(acme: SampleOrganisation) -> None:
    contact = acme.add_contact()
    [card] = next_call.hand_out(acme.deps, acme.alice, 1).cards
    assert isinstance(card, OfferCard)
    calling.call(acme.deps, acme.alice, card.lease_id)
    acme.clock.tick(minutes=20)
    [shown] = next_call.hand_out(acme.deps, acme.alice, 1).cards
    assert isinstance(shown, CallingCard)
    assert shown.number == contact.number


def test_it_returns_a_lapsed_offer_to_the_others(acme: SampleOrganisation) -> None:
    contact = acme.add_contact()
    next_call.hand_out(acme.deps, acme.alice, 1)
    acme.clock.tick(minutes=31)
    assert _ids(next_call.hand_out(acme.deps, acme.bob, 1)) == [contact.id]


def test_it_does_not_offer_a_contact_again_to_the_agent_who_gave_it_back(acme: SampleOrganisation) -> None:
    first, second = acme.add_contacts(2)
    [card] = next_call.hand_out(acme.deps, acme.alice, 1).cards
    assert isinstance(card, OfferCard)
    releases.release(acme.deps, acme.alice, card.lease_id, ReleaseReason.KNOWN_TO_ME)
    assert _ids(next_call.hand_out(acme.deps, acme.alice, 1)) == [second.id]
    assert _ids(next_call.hand_out(acme.deps, acme.bob, 1)) == [first.id]


def test_it_hands_out_due_callbacks_before_anything_new(acme: SampleOrganisation) -> None:
    acme.add_contacts(2)
    due = acme.add_contact()
    acme.add_callback(due, acme.alice.agent_id, acme.clock() - timedelta(minutes=1))
    answer = next_call.hand_out(acme.deps, acme.alice, 1)
    assert _ids(answer) == [due.id]
    [card] = answer.cards
    assert isinstance(card, OfferCard)
    assert card.callback_due_at == acme.clock() - timedelta(minutes=1)
    assert acme.all(Lease)[0].callback_id == acme.all(Callback)[0].id


def test_a_callback_stays_with_its_agent_until_it_is_fifteen_minutes_overdue(acme: SampleOrganisation) -> None:
    due, fresh = acme.add_contacts(2)
    acme.add_callback(due, acme.alice.agent_id, acme.clock())
    acme.clock.tick(minutes=14, seconds=59.7)
    assert _ids(next_call.hand_out(acme.deps, acme.bob, 2)) == [fresh.id]
    acme.add_contact(priority=0)
    acme.clock.tick(seconds=0.3)
    assert _ids(next_call.hand_out(acme.deps, acme.bob, 2))[1] == due.id  # before new contacts


def test_a_callback_of_anyone_goes_to_any_agent(acme: SampleOrganisation) -> None:
    due = acme.add_contact()
    acme.add_callback(due, None, acme.clock())
    assert _ids(next_call.hand_out(acme.deps, acme.bob, 1)) == [due.id]


def test_it_hands_out_exactly_the_contacts_of_a_reminder_that_are_still_free(acme: SampleOrganisation) -> None:
    asked = acme.add_contacts(4)
    held = next_call.hand_out(acme.deps, acme.bob, 1)
    outcomes.record_spoken(acme.deps, acme.bob, asked[3].number or "", "no answer")
    answer = next_call.hand_out_these(acme.deps, acme.alice, tuple(one.id or 0 for one in reversed(asked)))
    assert _ids(held) == [asked[0].id]
    assert _ids(answer) == [asked[2].id, asked[1].id]
    assert answer.short is None
    assert [one.name for one in answer.dropped] == [asked[3].name]


def test_it_counts_the_attempts_on_the_card(acme: SampleOrganisation) -> None:
    contact = acme.add_contact()
    outcomes.record_spoken(acme.deps, acme.alice, contact.number or "", "no answer", "rang out")
    acme.clock.tick(hours=72, seconds=1)
    [card] = next_call.hand_out(acme.deps, acme.alice, 1).cards
    assert isinstance(card, OfferCard)
    assert (card.attempts_made, card.attempts_left, card.attempts_left_in) == (1, 1, "today")  # by the tightest cap
    assert (card.last_outcome, card.note) == (Outcome.NO_ANSWER, "rang out")


def test_a_hand_out_begins_no_call(acme: SampleOrganisation) -> None:
    acme.add_contact()
    next_call.hand_out(acme.deps, acme.alice, 1)
    assert [lease.stage for lease in acme.all(Lease)] == [LeaseStage.OFFERED]
