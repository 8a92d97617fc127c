"""Cached verdicts: kept in step with every event, given a new window when the old one closes, rebuilt on demand."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, event

from bot.services.calls import outcomes
from bot.services.deciding import decisions, facts, refresh, walk
from bot.services.deciding.facts import COUNT_NO_OFFERS
from bot.services.hand_out import next_call
from policy import decide
from policy.facts.reading import facts_from_json
from policy.vocabulary import Purpose, Verdict
from storage.models import Campaign, Contact, ContactList, DecisionRecord, PersonNumber
from storage.record.whole_record import on_record
from tests.fakes import FRACTION, SampleOrganisation, next_second
from tests.rows import a_screening, a_stop


def window(acme: SampleOrganisation, contact: Contact) -> tuple[datetime | None, datetime | None]:
    row = acme.one(Contact, contact.id)
    return row.callable_from, row.callable_until


def test_it_caches_the_whole_next_window_of_a_locked_contact(acme: SampleOrganisation) -> None:
    acme.clock.at(datetime(2026, 11, 27, 21, tzinfo=UTC))  # a Friday night
    contact = acme.add_contact()
    assert window(acme, contact) == (datetime(2026, 11, 28, 10, tzinfo=UTC), datetime(2026, 11, 28, 17, tzinfo=UTC))


def test_it_gives_no_window_to_held_and_suppressed_contacts(acme: SampleOrganisation) -> None:
    held = acme.add_contact(zones="", places="")
    assert (acme.one(Contact, held.id).verdict, window(acme, held)) == (Verdict.HELD, (None, None))
    assert "place" in acme.one(Contact, held.id).because
    outcomes.record_spoken(acme.deps, acme.alice, "07700 900999", "do not call")
    stopped = acme.add_contact("Ann", "+447700900999")
    assert (acme.one(Contact, stopped.id).verdict, window(acme, stopped)) == (Verdict.SUPPRESSED, (None, None))


def test_a_contact_keeps_its_place_in_the_queue_while_its_window_lasts(acme: SampleOrganisation) -> None:
    contact = acme.add_contact()
    opened = acme.clock()
    acme.clock.tick(hours=2)
    walk.redecide_all(acme.deps)
    assert window(acme, contact)[0] == opened


def test_a_call_that_came_while_a_lock_was_waited_for_is_waited_after_in_full(acme: SampleOrganisation) -> None:
    contact, began = acme.add_contact(), acme.clock()
    acme.clock.tick(seconds=30.3)
    outcomes.record_spoken(acme.deps, acme.alice, contact.number or "", "no answer")
    acme.clock.tick(seconds=0.3)
    with acme.units() as uow:
        refresh.redecide_touched(acme.deps, uow.session, refresh.Touched.about(contact), began)
    opens, _ = window(acme, contact)
    assert opens is not None
    with acme.units(is_read_only=True) as uow:
        then = decisions.decide_contact(acme.deps, uow.session, acme.one(Contact, contact.id), opens, COUNT_NO_OFFERS)
    assert then.is_callable, then.refusal


def test_it_sweeps_closed_windows_and_stops_when_done(acme: SampleOrganisation) -> None:
    contacts = acme.add_contacts(3)
    assert refresh.redecide_stale(acme.deps) == 0
    acme.clock.at(datetime(2026, 11, 24, 20, tzinfo=UTC))
    assert refresh.redecide_stale(acme.deps, most=2) == 2
    assert refresh.redecide_stale(acme.deps) == 1
    assert refresh.redecide_stale(acme.deps) == 0
    assert {window(acme, one)[0] for one in contacts} == {datetime(2026, 11, 25, 9, tzinfo=UTC)}


def test_it_rebuilds_the_cache_of_every_unfinished_contact(acme: SampleOrganisation) -> None:
    contacts = acme.add_contacts(3)
    acme.change(Contact, contacts[2].id, finished_at=acme.clock())
    for contact in contacts:
        acme.change(Contact, contact.id, verdict=Verdict.SUPPRESSED, callable_from=None, callable_until=None)
    told: list[int] = []
    assert walk.redecide_all(acme.deps, told.append) == 2
    assert told == [2]
    assert [acme.one(Contact, one.id).verdict for one in contacts] == [Verdict.CALLABLE] * 2 + [Verdict.SUPPRESSED]


def test_it_holds_contacts_whose_house_pack_does_not_exist(acme: SampleOrganisation) -> None:
    acme.change(Campaign, acme.campaign.id, house_pack="no-such-house")
    contact = acme.add_contact()
    held = acme.one(Contact, contact.id)
    assert (held.verdict, held.because) == (Verdict.HELD, "a house pack named no-such-house")


def test_stored_decisions_can_be_replayed(acme: SampleOrganisation) -> None:
    contact = acme.add_contact()
    outcomes.record_spoken(acme.deps, acme.alice, contact.number or "", "no answer")
    with acme.units() as uow:
        decided = decisions.decide_contact(acme.deps, uow.session, contact, acme.clock(), COUNT_NO_OFFERS)
        decisions.record_decision(uow.session, decided, "call", acme.alice.agent_id)
    [record] = acme.all(DecisionRecord)
    again = decide(facts_from_json(record.facts), acme.deps.rulebook(), record.at, house_pack=record.house_pack)
    assert again == decided.decision
    assert (record.verdict, record.callable_from, record.rulebook) == (
        again.verdict,
        again.callable_from,
        again.rulebook,
    )


@pytest.mark.parametrize("how_many", [1, 20])
def test_it_sends_the_same_number_of_queries_for_any_batch(
    acme: SampleOrganisation, engine: Engine, how_many: int
) -> None:
    contacts = acme.add_contacts(how_many)
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda _c, _cur, statement, *_rest: asked.append(statement))
    with acme.units() as uow:
        facts.facts_of(contacts, on_record(uow.session, contacts), acme.clock(), facts.Offers())
    assert len([one for one in asked if one.startswith("SELECT")]) == 1


def test_it_counts_offers_of_others_provisionally(acme: SampleOrganisation) -> None:
    acme.add_contact("Ann", "+447700900123")
    next_call.hand_out(acme.deps, acme.alice, 1)
    ben = acme.add_contact("Ben", "+447700900123")
    for offers, expected in (
        (facts.Offers(except_agent=acme.bob.agent_id), Verdict.LOCKED),
        (facts.Offers(except_agent=acme.alice.agent_id), Verdict.CALLABLE),
        (COUNT_NO_OFFERS, Verdict.CALLABLE),
    ):
        with acme.units(is_read_only=True) as uow:
            decided = decisions.decide_contact(acme.deps, uow.session, ben, acme.clock(), offers)
        assert decided.decision.verdict is expected


def test_calls_to_a_wrong_number_do_not_count_for_the_person(acme: SampleOrganisation) -> None:
    contact = acme.add_contact("Grace Hopper", "+447700900123")
    outcomes.record_spoken(acme.deps, acme.alice, "07700 900123", "busy")
    [number] = acme.all(PersonNumber)
    acme.change(PersonNumber, number.id, closed_at=acme.clock(), closed_because="wrong_number")
    with acme.units(is_read_only=True) as uow:
        [known] = facts.facts_of([contact], on_record(uow.session, [contact]), acme.clock(), COUNT_NO_OFFERS)
    assert [getattr(one, "person", None) for one in known.events] == [facts.SOMEBODY_ELSE, str(contact.person_id)]


def test_a_contact_opens_when_its_suppression_runs_out(acme: SampleOrganisation) -> None:
    ends = acme.clock() + timedelta(days=3)
    contact = acme.add_contact()
    acme.put(a_stop(acme, acme.clock(), number=contact.number or "", until=ends))
    walk.redecide_all(acme.deps)
    opens = next_second(ends)
    locked = (acme.one(Contact, contact.id).verdict, window(acme, contact)[0])
    assert locked == (Verdict.LOCKED, opens), "its end is known"
    assert next_call.hand_out(acme.deps, acme.alice, 1).cards == ()
    acme.clock.at(opens)
    assert next_call.hand_out(acme.deps, acme.alice, 1).cards


def test_a_new_rule_applies_from_its_first_day(acme: SampleOrganisation) -> None:
    """France requires consent from 11 August 2026: a contact locked for the night is suppressed in the morning."""
    acme.clock.at(datetime(2026, 8, 10, 9, tzinfo=UTC))
    french = acme.add_campaign("Énergie", "Bright Energy", acme.energy, purpose=Purpose.MARKETING, country="FR")
    for listed in acme.all(ContactList):
        acme.change(ContactList, listed.id, basis="legitimate_interest", is_told_of_calls=True)
    acme.put(a_screening(acme, "+33612345678", acme.clock(), register_name="bloctel"))
    contact = acme.add_contact("Anne", "+33612345678", french, places="FR", zones="Europe/Paris")
    found = [(acme.one(Contact, contact.id).verdict, *window(acme, contact))]
    for at in (datetime(2026, 8, 10, 19, tzinfo=UTC), datetime(2026, 8, 11, 8, tzinfo=UTC)):
        acme.clock.at(at)
        assert refresh.redecide_stale(acme.deps) == 1
        found.append((acme.one(Contact, contact.id).verdict, *window(acme, contact)))
    assert found == [
        (Verdict.CALLABLE, datetime(2026, 8, 10, 9, 0, 0, FRACTION, tzinfo=UTC), datetime(2026, 8, 10, 11, tzinfo=UTC)),
        (Verdict.LOCKED, None, datetime(2026, 8, 11, 8, tzinfo=UTC)),
        (Verdict.SUPPRESSED, None, None),
    ]
