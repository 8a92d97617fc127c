"""An erasure removes a person from every table, keeps the stop, and breaks nothing that counts or proves."""

import json
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from bot.services.audit import Span, audit
from bot.services.calls import calling, outcomes
from bot.services.do_not_call import SuppressionOrder, import_list, suppressions
from bot.services.errors import CallInProgress, NobodyChosen, NumberNotKnown, RoleNeeded
from bot.services.hand_out import next_call
from bot.services.lists import erased_rows, import_contacts
from bot.services.privacy import EVERYONE, erasing, export, subjects
from bot.services.setup import retention
from bot.services.teams import call_check, holds
from policy import decide
from policy.facts.reading import facts_from_json
from policy.vocabulary import LeaseEnd, Outcome, Verdict
from storage.models import (
    Attempt,
    Callback,
    Contact,
    DecisionRecord,
    DigestRun,
    ErasedKey,
    Erasure,
    Hold,
    Lease,
    Organisation,
    Person,
    PersonNumber,
    Reminder,
    Suppression,
)
from tests.fakes import House
from tests.services.privacy.stage import (
    LANDLINE,
    MARKS,
    MOBILE,
    NAME,
    REFERENCE,
    WORDS,
    admin_of,
    called,
    everything,
    freya,
    marks_in,
    operator_of,
    share,
    stopped,
)

pytestmark = pytest.mark.both_engines


def listed(house: House, folder: Path, rows: str, campaign: str = "Energy switch") -> list[str]:
    """Imports a list; the faults it reports."""
    file = folder / "list.csv"
    file.write_text(f"name,phone,reference\n{rows}\n")
    return [one.reason for one in import_contacts(house.deps, file, campaign, "GB").faults]


def test_no_mark_of_the_person_survives_in_any_table(house: House) -> None:
    contact = freya(house)
    stopped(house, contact)
    assert len(marks_in(house)) > 15
    done = erasing.erase(house.deps, admin_of(house), MOBILE)
    assert marks_in(house) == []
    assert (done.people, done.names, done.numbers, done.shared_numbers) == (1, 1, 2, 0)
    assert (done.stops, done.attempts, done.callbacks) == (1, 1, 1)
    assert "another's" in house.all(DigestRun)[0].content["overrides"][1]["words"]
    assert all(one.closed_at for one in house.all(Callback))
    assert [one.closed_because for one in house.all(Reminder)] == ["finished"] * len(house.all(Reminder))
    erased = house.one(Contact, contact.id)
    assert (erased.name, erased.finished_because, erased.callable_from) == ("", "erased", None)


def test_the_plan_says_what_the_erasure_does_and_changes_nothing(house: House) -> None:
    stopped(house, freya(house))
    admin, before = admin_of(house), everything(house)
    planned = erasing.plan(house.deps, admin, MOBILE)
    assert everything(house) == before
    assert erasing.erase(house.deps, admin, MOBILE) == planned
    assert planned.rows > 15


def test_a_team_leads_words_go_from_every_sentence_that_quotes_them(house: House) -> None:
    contact = freya(house)
    house.clock.tick(days=6)
    next_call.hand_out(house.deps, house.alice, 1)
    holds.place(house.deps, house.dana, contact.id or 0, "mark: (her sister), is ill")
    holds.place(house.deps, house.dana, contact.id or 0, "complaint")
    assert "mark: (her sister), is ill" in house.one(Contact, contact.id).because
    erasing.erase(house.deps, admin_of(house), MOBILE)
    assert marks_in(house) == []
    assert "(a complaint, erased)" in house.one(Contact, contact.id).because
    assert [one.reason for one in house.all(Hold)] == ["erased", "erased", "complaint"]
    assert house.all(DigestRun)[0].content["waiting"][0]["reason"] == "Held for a team lead (erased, another reason)"


def test_who_erased_and_when_is_on_record_without_the_person(house: House) -> None:
    freya(house)
    erasing.erase(house.deps, admin_of(house), MOBILE)
    (row,) = house.all(Erasure)
    assert (row.erased_by, row.at, row.people, row.numbers) == ("U0FRANK", house.clock(), 1, 2)
    assert {one.kind for one in house.all(ErasedKey)} == {"number", "reference"}


def test_a_repeat_finds_nothing_more_to_remove(house: House) -> None:
    freya(house)
    admin = admin_of(house)
    erasing.erase(house.deps, admin, MOBILE)
    before = everything(house).replace("erasure", "")
    again = erasing.erase(house.deps, admin, MOBILE)
    assert (again.names, again.numbers, again.notes, again.decisions, again.rows) == (0, 0, 0, 0, 0)
    assert len(house.all(ErasedKey)) == 3
    assert [line for line in everything(house).splitlines() if "erasure:" not in line] != [before]


def test_only_an_admin_may_ask(house: House) -> None:
    freya(house)
    for actor in (house.alice, house.dana, house.erin):
        for asked in (subjects.find, export.collect, erasing.plan, erasing.erase):
            with pytest.raises(RoleNeeded):
                asked(house.deps, actor, MOBILE)
    assert marks_in(house)


def test_a_number_that_is_on_no_record_is_said(house: House) -> None:
    with pytest.raises(NumberNotKnown):
        erasing.erase(house.deps, admin_of(house), "07700 900899")


# stops outlive the erasure


@pytest.mark.parametrize("bound", ["number", "person"])
def test_a_later_list_with_the_number_is_refused(house: House, tmp_path: Path, bound: str) -> None:
    contact = freya(house)
    of_person: dict[str, Any] = {"number": "", "person_id": contact.person_id}
    stopped(house, contact, **({} if bound == "number" else of_person))
    erasing.erase(house.deps, admin_of(house), MOBILE)
    people = len(house.all(Person))
    faults = listed(house, tmp_path, f"Frey Evans,{MOBILE},\nOther,{LANDLINE},x1\nBen,07700900877,")
    assert faults == [erased_rows.REFUSED] * (1 if bound == "number" else 2)
    assert len(house.all(Person)) == people + 3 - len(faults)
    assert MOBILE not in everything(house)


def test_the_reference_alone_is_enough_to_refuse_a_person_who_said_stop(house: House, tmp_path: Path) -> None:
    contact = freya(house)
    stopped(house, contact, number="", person_id=contact.person_id)
    erasing.erase(house.deps, admin_of(house), MOBILE)
    assert listed(house, tmp_path, f"Freya E,07700900871,{REFERENCE.upper()}") == [erased_rows.REFUSED]


def test_a_stop_for_one_principal_refuses_no_list_of_another(house: House, tmp_path: Path) -> None:
    stopped(house, freya(house))
    erasing.erase(house.deps, admin_of(house), MOBILE)
    assert listed(house, tmp_path, f"Freya,{MOBILE},", "Water meters") == []
    (again,) = [one for one in house.all(Contact) if one.number == MOBILE]
    assert again.verdict is not Verdict.SUPPRESSED
    assert listed(house, tmp_path, f"Freya,{MOBILE},") == []
    energy = next(one for one in house.all(Contact) if one.number == MOBILE and one.id != again.id)
    assert energy.verdict is Verdict.SUPPRESSED, "the stop came back with the number"


def test_a_withdrawn_stop_refuses_nothing(house: House, tmp_path: Path) -> None:
    stopped(house, freya(house), withdrawn_at=house.clock())
    erasing.erase(house.deps, admin_of(house), MOBILE)
    assert listed(house, tmp_path, f"Freya,{MOBILE},") == []


def test_a_number_without_a_stop_comes_back_with_the_calls_that_count(house: House, tmp_path: Path) -> None:
    freya(house)
    erasing.erase(house.deps, admin_of(house), MOBILE)
    house.clock.tick(minutes=5)
    assert listed(house, tmp_path, f"Freya,{MOBILE},") == []
    again = next(one for one in house.all(Contact) if one.number == MOBILE)
    assert again.verdict is Verdict.LOCKED, "the call five minutes ago still counts"
    assert [one.number for one in house.all(Attempt)] == [MOBILE]


def test_a_stop_asked_for_with_the_erasure_binds_every_list(house: House, tmp_path: Path) -> None:
    freya(house)
    done = erasing.erase(house.deps, admin_of(house), MOBILE, with_stop=True)
    assert done.is_stop_added
    for campaign in ("Energy switch", "Water meters"):
        assert listed(house, tmp_path, f"F,{LANDLINE},", campaign) == [erased_rows.REFUSED]


def test_what_is_said_of_an_erased_number_is_kept_under_its_hash(house: House, tmp_path: Path) -> None:
    freya(house)
    erasing.erase(house.deps, admin_of(house), MOBILE)
    house.clock.tick(days=1)
    outcomes.record_spoken(house.deps, house.alice, MOBILE, "no answer")
    suppressions.add(house.deps, house.alice, MOBILE)
    (tmp_path / "stops.csv").write_text(f"{LANDLINE}\n")
    assert import_list(house.deps, SuppressionOrder(tmp_path / "stops.csv")).added == 1
    assert MOBILE not in everything(house)
    assert LANDLINE not in everything(house)
    checked = call_check.check_number(house.deps, house.alice, MOBILE)
    assert checked.suppressed_since == house.clock()
    assert [one.verdict for one in checked.checks] == [Verdict.SUPPRESSED]
    assert [one.name for one in checked.checks] == [""]
    assert call_check.check_number(house.deps, house.alice, LANDLINE).checks[0].verdict is Verdict.SUPPRESSED


def test_the_hash_needs_the_organisations_key(house: House) -> None:
    freya(house)
    erasing.erase(house.deps, admin_of(house), MOBILE)
    key = house.one(Organisation, house.organisation_id).erasure_key
    assert len(bytes.fromhex(key)) == 32
    numbers = {one.number for one in house.all(PersonNumber)}
    assert all(len(bytes.fromhex(one.removeprefix("erased:"))) == 32 for one in numbers)


# several people at one number


def test_it_asks_whom_is_meant_where_several_share_the_number(house: House) -> None:
    freya(house)
    share(house, LANDLINE)
    with pytest.raises(NobodyChosen) as refused:
        erasing.erase(house.deps, admin_of(house), LANDLINE)
    assert [name for _, name, _ in refused.value.people] == [NAME, "Ben Evans"]
    found = subjects.find(house.deps, operator_of(house), LANDLINE)
    assert [one.campaigns for one in found.subjects] == [("Energy switch",), ("Water meters",)]


@pytest.mark.parametrize("which", [REFERENCE.upper(), "freya mark evans", "#{}"])
def test_a_shared_number_stays_with_the_others(house: House, which: str) -> None:
    contact, other = freya(house), share(house, LANDLINE)
    stopped(house, contact, number=LANDLINE)
    done = erasing.erase(house.deps, admin_of(house), LANDLINE, [which.format(contact.person_id)])
    assert (done.people, done.numbers, done.shared_numbers) == (1, 1, 1)
    assert (house.one(Contact, other.id).name, house.one(Contact, other.id).number) == ("Ben Evans", LANDLINE)
    left = [line for line in marks_in(house) if "Ben" not in line]
    assert all(LANDLINE in line for line in left)
    assert {line.partition(":")[0] for line in left} == {"personnumber", "suppression"}
    assert {one.kind for one in house.all(ErasedKey)} == {"number", "reference", "name"}


def test_a_person_who_said_stop_at_a_shared_number_is_refused_by_name_and_the_others_are_not(
    house: House, tmp_path: Path
) -> None:
    contact = freya(house)
    share(house, LANDLINE)
    stopped(house, contact, number="", person_id=contact.person_id)
    erasing.erase(house.deps, admin_of(house), LANDLINE, [NAME])
    assert listed(house, tmp_path, f"FREYA MARK-EVANS,{LANDLINE},\nBen Evans,{LANDLINE},") == [erased_rows.REFUSED]


def test_everyone_at_a_number_can_be_erased_at_once(house: House) -> None:
    freya(house)
    share(house, LANDLINE, "Mark-Evans Junior")
    done = erasing.erase(house.deps, admin_of(house), LANDLINE, [EVERYONE])
    assert (done.people, done.numbers, done.shared_numbers) == (2, 2, 0)
    assert marks_in(house) == []


def test_a_number_that_proved_wrong_is_its_owners_and_leaves_others_rows_with_them(house: House) -> None:
    """Ben was rung at Freya's number by mistake: his rows lose the number, and keep his name."""
    ben = share(house, MOBILE)
    (row,) = house.all(PersonNumber)
    house.change(PersonNumber, row.id, closed_at=house.clock(), closed_because="wrong_number")
    freya(house)
    done = erasing.erase(house.deps, admin_of(house), MOBILE, [REFERENCE])
    assert (done.people, done.numbers, done.shared_numbers) == (1, 2, 0)
    assert marks_in(house) == []
    assert house.one(Contact, ben.id).name == "Ben Evans"


def test_a_number_without_a_person_can_be_erased(house: House) -> None:
    outcomes.record_spoken(house.deps, house.alice, MOBILE, "do not call", WORDS)
    assert [one.person_id for one in subjects.find(house.deps, admin_of(house), MOBILE).subjects] == [0]
    done = erasing.erase(house.deps, operator_of(house), MOBILE)
    assert (done.people, done.numbers, done.stops) == (0, 1, 1)
    assert marks_in(house) == []


# agents at work


def test_a_call_in_progress_refuses_the_erasure(house: House) -> None:
    freya(house)
    house.clock.tick(days=6)
    next_call.hand_out(house.deps, house.alice, 1)
    calling.call(house.deps, house.alice, house.all(Lease)[-1].id or 0)
    for asked in (erasing.plan, erasing.erase):
        with pytest.raises(CallInProgress) as refused:
            asked(house.deps, operator_of(house), MOBILE)
        assert refused.value.agent == "Alice"
    assert len(marks_in(house)) > 15


def test_a_card_is_withdrawn_and_its_agent_told_without_the_name(house: House) -> None:
    freya(house)
    house.clock.tick(days=6)
    next_call.hand_out(house.deps, house.alice, 1)
    done = erasing.erase(house.deps, admin_of(house), MOBILE)
    assert done.cards == 1
    assert house.all(Lease)[-1].ended_because == LeaseEnd.WITHDRAWN
    assert house.notifier.withdrawn == [("U0ALICE", "", "erased")]
    assert next_call.hand_out(house.deps, house.alice, 1).cards == ()


def test_an_undo_after_the_erasure_brings_no_card_back(house: House) -> None:
    freya(house)
    house.clock.tick(days=6)
    attempt = called(house, house.all(Contact)[0], Outcome.REFUSED)
    erasing.erase(house.deps, admin_of(house), MOBILE)
    outcomes.undo(house.deps, house.alice, attempt.id or 0)
    assert next_call.hand_out(house.deps, house.alice, 1).cards == ()
    assert not [one for one in house.all(Lease) if one.ended_at is None]
    assert marks_in(house) == []
    outcomes.record(house.deps, house.alice, attempt.id or 0, Outcome.DO_NOT_CALL)
    assert {one.number[:7] for one in house.all(Suppression)} == {"erased:", ""}


def test_an_erasure_and_a_hand_out_at_once_leave_no_card(house: House) -> None:
    freya(house)
    house.clock.tick(days=6)
    admin = admin_of(house)
    agents = [Thread(target=next_call.hand_out, args=(house.deps, one, 1)) for one in (house.alice, house.bob)]
    erasers = [Thread(target=erasing.erase, args=(house.deps, admin, MOBILE)) for _ in range(2)]
    for one in (*agents, *erasers):
        one.start()
    for one in (*agents, *erasers):
        one.join()
    assert not [one for one in house.all(Lease) if one.ended_at is None]
    assert marks_in(house) == []
    assert len(house.all(ErasedKey)) == 3


# what counts and what proves


def test_the_audit_finds_the_same_before_and_after(house: House) -> None:
    contact = freya(house)
    stopped(house, contact)
    outcomes.record_spoken(house.deps, house.alice, MOBILE, "spoke", WORDS)  # against the stop
    since, until = house.clock() - timedelta(hours=5), house.clock() + timedelta(hours=1)

    def broken() -> dict[str, int]:
        with house.units(is_read_only=True) as uow:
            span = Span(house.energy, since, until, until)
            return {one.name: one.broken for one in audit(uow.session, span, house.deps.rulebook(), "gb-house").checks}

    before = broken()
    assert sum(before.values()) > 0
    erasing.erase(house.deps, admin_of(house), MOBILE)
    assert broken() == before


def test_stored_decisions_still_decide_the_same(house: House) -> None:
    freya(house)
    erasing.erase(house.deps, admin_of(house), MOBILE)
    stored = house.all(DecisionRecord)
    assert stored
    for one in stored:
        facts = facts_from_json(one.facts)
        assert facts.contact.number.startswith("+999")
        decision = decide(facts, house.deps.rulebook(), one.at, house_pack=one.house_pack or None)
        assert decision.verdict is one.verdict
        assert not any(mark in json.dumps([one.facts, one.findings]) for mark in MARKS)


def test_hashes_that_keep_no_stop_go_when_no_rule_looks_back_that_far(house: House) -> None:
    freya(house)
    stopped(house, house.all(Contact)[0])
    erasing.erase(house.deps, admin_of(house), MOBILE)
    house.clock.at(house.clock().replace(hour=3) + timedelta(days=24 * 31 - 1))
    retention.nightly(house.deps)
    assert len(house.all(ErasedKey)) == 3
    house.clock.tick(days=2)
    retention.nightly(house.deps)
    (left,) = house.all(ErasedKey)
    assert left.hashed in {one.number for one in house.all(Suppression)}
