"""An erasure removes a person from every table, keeps the stop, and breaks nothing that counts or proves."""

import json
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest

from bot.services.audit import Span, audit
from bot.services.calls import calling, outcomes
from bot.services.errors import CallInProgress, NobodyChosen, NumberNotKnown, RoleNeeded
from bot.services.hand_out import next_call
from bot.services.lists import erased_rows, import_contacts
from bot.services.privacy import EVERYONE, erasing, export, subjects
from bot.services.setup import retention
from bot.services.teams import holds
from policy import decide
from policy.facts.reading import facts_from_json
from policy.vocabulary import LeaseEnd, Outcome, Verdict
from storage.models import (
    Callback,
    Contact,
    DecisionRecord,
    DigestRun,
    ErasedKey,
    Erasure,
    Hold,
    Lease,
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
    listed,
    marks_in,
    operator_of,
    share,
    stopped,
)

pytestmark = pytest.mark.both_engines


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


def test_an_erasure_and_an_import_at_once_leave_nothing(house: House, tmp_path: Path) -> None:
    """The import adds them to another campaign just before, and they are erased there too; or just after, and is refused."""
    freya(house)
    others = "\n".join(f"Other {one},0770090{one:04d}," for one in range(2000, 2040))
    file = tmp_path / "list.csv"
    file.write_text(f"name,phone,reference\n{others}\n{NAME},{MOBILE},{REFERENCE}\n")
    admin, start = admin_of(house), Barrier(2)

    def erase() -> None:
        start.wait()
        erasing.erase(house.deps, admin, MOBILE, with_stop=True)

    eraser = Thread(target=erase)
    eraser.start()
    start.wait()
    report = import_contacts(house.deps, file, "Water meters", "GB")
    eraser.join()
    assert marks_in(house) == []
    assert report.imported == 41 - len(report.faults)


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


def test_a_number_that_begins_another_leaves_the_longer_one_alone(house: House) -> None:
    """In stored facts, too, where numbers are found by their digits."""
    freya(house)
    longer = f"{MOBILE}9"
    kept = house.put(
        DecisionRecord(
            organisation_id=house.organisation_id,
            contact_id=house.all(Contact)[0].id,
            asked_for="call",
            at=house.clock(),
            verdict=Verdict.CALLABLE,
            rulebook="x",
            facts={"contact": {"number": longer}, "events": [{"number": MOBILE}]},
        )
    )
    erasing.erase(house.deps, admin_of(house), MOBILE)
    facts = house.one(DecisionRecord, kept.id).facts
    assert facts["contact"]["number"] == longer
    assert facts["events"][0]["number"].startswith("+999")
