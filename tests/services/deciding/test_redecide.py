"""Cached verdicts: kept in step with every event, given a new window when the old one closes, rebuilt on demand."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, event

from bot.services.calls import outcomes
from bot.services.deciding import COUNT_NO_OFFERS, decisions, facts, refresh, walk
from bot.services.hand_out import next_call
from policy import decide
from policy.facts.reading import facts_from_json
from policy.vocabulary import Purpose, SuppressionSource, Verdict
from storage.models import Campaign, Contact, ContactList, DecisionRecord, PersonNumber, Screening, Suppression
from tests.fakes import FRACTION, House, next_second


def window(house: House, contact: Contact) -> tuple[datetime | None, datetime | None]:
    row = house.one(Contact, contact.id)
    return row.callable_from, row.callable_until


def test_it_caches_the_whole_next_window_of_a_locked_contact(house: House) -> None:
    house.clock.at(datetime(2026, 11, 27, 21, tzinfo=UTC))  # a Friday night
    contact = house.add_contact()
    assert window(house, contact) == (datetime(2026, 11, 28, 10, tzinfo=UTC), datetime(2026, 11, 28, 17, tzinfo=UTC))


def test_it_gives_no_window_to_held_and_suppressed_contacts(house: House) -> None:
    held = house.add_contact(zones="", places="")
    assert (house.one(Contact, held.id).verdict, window(house, held)) == (Verdict.HELD, (None, None))
    assert "place" in house.one(Contact, held.id).because
    outcomes.record_spoken(house.deps, house.alice, "07700 900999", "do not call")
    stopped = house.add_contact("Ann", "+447700900999")
    assert (house.one(Contact, stopped.id).verdict, window(house, stopped)) == (Verdict.SUPPRESSED, (None, None))


def test_a_contact_keeps_its_place_in_the_queue_while_its_window_lasts(house: House) -> None:
    contact = house.add_contact()
    opened = house.clock()
    house.clock.tick(hours=2)
    walk.redecide_all(house.deps)
    assert window(house, contact)[0] == opened


def test_it_sweeps_closed_windows_and_stops_when_done(house: House) -> None:
    contacts = house.add_contacts(3)
    assert refresh.redecide_stale(house.deps) == 0
    house.clock.at(datetime(2026, 11, 24, 20, tzinfo=UTC))
    assert refresh.redecide_stale(house.deps, most=2) == 2
    assert refresh.redecide_stale(house.deps) == 1
    assert refresh.redecide_stale(house.deps) == 0
    assert {window(house, one)[0] for one in contacts} == {datetime(2026, 11, 25, 9, tzinfo=UTC)}


def test_it_rebuilds_the_cache_of_every_unfinished_contact(house: House) -> None:
    contacts = house.add_contacts(3)
    house.change(Contact, contacts[2].id, finished_at=house.clock())
    for contact in contacts:
        house.change(Contact, contact.id, verdict=Verdict.SUPPRESSED, callable_from=None, callable_until=None)
    told: list[int] = []
    assert walk.redecide_all(house.deps, told.append) == 2
    assert told == [2]
    assert [house.one(Contact, one.id).verdict for one in contacts] == [Verdict.CALLABLE] * 2 + [Verdict.SUPPRESSED]


def test_it_holds_contacts_whose_house_pack_does_not_exist(house: House) -> None:
    house.change(Campaign, house.campaign.id, house_pack="no-such-house")
    contact = house.add_contact()
    held = house.one(Contact, contact.id)
    assert (held.verdict, held.because) == (Verdict.HELD, "a house pack named no-such-house")


def test_stored_decisions_can_be_replayed(house: House) -> None:
    contact = house.add_contact()
    outcomes.record_spoken(house.deps, house.alice, contact.number or "", "no answer")
    with house.units() as uow:
        decided = decisions.decide_contact(house.deps, uow.session, contact, house.clock(), COUNT_NO_OFFERS)
        decisions.record_decision(uow.session, decided, decisions.Acted("call", house.alice.agent_id))
    [record] = house.all(DecisionRecord)
    again = decide(facts_from_json(record.facts), house.deps.rulebook(), record.at, house_pack=record.house_pack)
    assert again == decided.decision
    assert (record.verdict, record.callable_from, record.rulebook) == (
        again.verdict,
        again.callable_from,
        again.rulebook,
    )


@pytest.mark.parametrize("how_many", [1, 20])
def test_it_sends_the_same_number_of_queries_for_any_batch(house: House, engine: Engine, how_many: int) -> None:
    contacts = house.add_contacts(how_many)
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda _c, _cur, statement, *_rest: asked.append(statement))
    with house.units() as uow:
        facts.gather_facts(uow.session, contacts, house.clock(), facts.Offers())
    assert len([one for one in asked if one.startswith("SELECT")]) == 1


def test_it_counts_offers_of_others_provisionally(house: House) -> None:
    house.add_contact("Ann", "+447700900123")
    next_call.hand_out(house.deps, house.alice, 1)
    ben = house.add_contact("Ben", "+447700900123")
    for offers, expected in (
        (facts.Offers(except_agent=house.bob.agent_id), Verdict.LOCKED),
        (facts.Offers(except_agent=house.alice.agent_id), Verdict.CALLABLE),
        (COUNT_NO_OFFERS, Verdict.CALLABLE),
    ):
        with house.units(is_read_only=True) as uow:
            decided = decisions.decide_contact(house.deps, uow.session, ben, house.clock(), offers)
        assert decided.decision.verdict is expected


def test_calls_to_a_wrong_number_do_not_count_for_the_person(house: House) -> None:
    contact = house.add_contact("Grace Hopper", "+447700900123")
    outcomes.record_spoken(house.deps, house.alice, "07700 900123", "busy")
    [number] = house.all(PersonNumber)
    house.change(PersonNumber, number.id, closed_at=house.clock(), closed_because="wrong_number")
    with house.units(is_read_only=True) as uow:
        [known] = facts.gather_facts(uow.session, [contact], house.clock(), COUNT_NO_OFFERS)
    assert [getattr(one, "person", None) for one in known.events] == [facts.SOMEBODY_ELSE, str(contact.person_id)]


def test_a_contact_opens_when_its_suppression_runs_out(house: House) -> None:
    ends = house.clock() + timedelta(days=3)
    contact = house.add_contact()
    house.put(
        Suppression(
            organisation_id=house.organisation_id,
            number=contact.number or "",
            reason="do_not_call",
            source=SuppressionSource.REQUEST,
            since=house.clock(),
            until=ends,
        )
    )
    walk.redecide_all(house.deps)
    opens = next_second(ends)
    locked = (house.one(Contact, contact.id).verdict, window(house, contact)[0])
    assert locked == (Verdict.LOCKED, opens), "its end is known"
    assert next_call.hand_out(house.deps, house.alice, 1).cards == ()
    house.clock.at(opens)
    assert next_call.hand_out(house.deps, house.alice, 1).cards


def test_a_new_rule_applies_from_its_first_day(house: House) -> None:
    """France requires consent from 11 August 2026: a contact locked for the night is suppressed in the morning."""
    house.clock.at(datetime(2026, 8, 10, 9, tzinfo=UTC))
    french = house.add_campaign("Énergie", "Bright Energy", house.energy, purpose=Purpose.MARKETING, country="FR")
    for listed in house.all(ContactList):
        house.change(ContactList, listed.id, basis="legitimate_interest", is_told_of_calls=True)
    house.put(
        Screening(
            organisation_id=house.organisation_id,
            number="+33612345678",
            register_name="bloctel",
            obtained_at=house.clock(),
            recorded_at=house.clock(),
            is_listed=False,
        )
    )
    contact = house.add_contact("Anne", "+33612345678", french, places="FR", zones="Europe/Paris")
    found = [(house.one(Contact, contact.id).verdict, *window(house, contact))]
    for at in (datetime(2026, 8, 10, 19, tzinfo=UTC), datetime(2026, 8, 11, 8, tzinfo=UTC)):
        house.clock.at(at)
        assert refresh.redecide_stale(house.deps) == 1
        found.append((house.one(Contact, contact.id).verdict, *window(house, contact)))
    assert found == [
        (Verdict.CALLABLE, datetime(2026, 8, 10, 9, 0, 0, FRACTION, tzinfo=UTC), datetime(2026, 8, 10, 11, tzinfo=UTC)),
        (Verdict.LOCKED, None, datetime(2026, 8, 11, 8, tzinfo=UTC)),
        (Verdict.SUPPRESSED, None, None),
    ]
