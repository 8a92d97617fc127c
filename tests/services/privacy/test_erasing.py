"""An erasure removes a person from every table, keeps the stop, and breaks nothing that counts or proves."""

import json
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest

from bot.services.audit.auditing import Span, audit
from bot.services.calls import calling, outcomes
from bot.services.errors import CallInProgress, NobodyChosen, NumberNotKnown, RoleNeeded
from bot.services.hand_out import next_call
from bot.services.lists import erased_rows
from bot.services.lists.importing import ListOrder, import_contacts
from bot.services.lists.in_use import list_terms
from bot.services.privacy import erasing, export, subjects
from bot.services.privacy.subjects import EVERYONE
from bot.services.setup import retention
from bot.services.teams import holds
from policy import decide
from policy.facts.reading import facts_from_json
from policy.vocabulary import LeaseEnd, Outcome, Verdict
from storage.models import (
    Callback,
    Contact,
    CorrectedPlace,
    DecisionRecord,
    DigestRun,
    ErasedKey,
    Erasure,
    Hold,
    Lease,
    PersonMerge,
    PersonNumber,
    Reminder,
    Suppression,
)
from tests.fakes import SampleOrganisation
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
    questioned,
    share,
    stopped,
)

pytestmark = pytest.mark.both_engines


@pytest.mark.long
def test_no_mark_of_the_person_survives_in_any_table(acme: SampleOrganisation) -> None:
    contact = freya(acme)
    questioned(acme, stopped(acme, contact))
    assert len(marks_in(acme)) > 15
    done = erasing.erase(acme.deps, admin_of(acme), MOBILE)
    assert marks_in(acme) == []
    assert (done.people, done.names, done.numbers, done.shared_numbers) == (1, 1, 2, 0)
    assert (done.stops, done.attempts, done.callbacks) == (1, 1, 1)
    assert "another's" in acme.all(DigestRun)[0].content["overrides"][1]["words"]
    assert all(one.closed_at for one in acme.all(Callback))
    assert [one.closed_because for one in acme.all(Reminder)] == ["finished"] * len(acme.all(Reminder))
    erased = acme.one(Contact, contact.id)
    assert (erased.name, erased.finished_because, erased.callable_from) == ("", "erased", None)


def test_how_their_place_was_known_stays_without_them(acme: SampleOrganisation) -> None:
    acme.change(Contact, freya(acme).id, known_by="number=GB;Europe/London")
    erasing.erase(acme.deps, admin_of(acme), MOBILE)
    (contact,), (merge,), (corrected,) = acme.all(Contact), acme.all(PersonMerge), acme.all(CorrectedPlace)
    assert (contact.name, contact.known_by) == ("", "number=GB;Europe/London")
    assert (merge.name, merge.known_by) == ("", "postcode=GB-ENG;Europe/London")
    assert (corrected.said, corrected.known_by) == ("", "region=GB-SCT;Europe/London")


@pytest.mark.long
def test_the_plan_says_what_the_erasure_does_and_changes_nothing(acme: SampleOrganisation) -> None:
    stopped(acme, freya(acme))
    admin, before = admin_of(acme), everything(acme)
    planned = erasing.plan(acme.deps, admin, MOBILE)
    assert everything(acme) == before
    assert erasing.erase(acme.deps, admin, MOBILE) == planned
    assert planned.rows > 15


@pytest.mark.long
def test_a_team_leads_words_go_from_every_sentence_that_quotes_them(acme: SampleOrganisation) -> None:
    contact = freya(acme)
    acme.clock.tick(days=6)
    next_call.hand_out(acme.deps, acme.alice, 1)
    holds.place(acme.deps, acme.dana, contact.id or 0, "mark: (her sister), is ill")
    holds.place(acme.deps, acme.dana, contact.id or 0, "complaint")
    held = acme.one(Contact, contact.id)
    assert "mark: (her sister), is ill" in held.because
    assert "mark: (her sister), is ill" in held.sentence
    erasing.erase(acme.deps, admin_of(acme), MOBILE)
    assert marks_in(acme) == []
    assert "(a complaint, erased)" in acme.one(Contact, contact.id).because
    assert [one.reason for one in acme.all(Hold)] == ["erased", "erased", "complaint"]
    assert acme.all(DigestRun)[0].content["waiting"][0]["reason"] == "Held for a team lead (erased, another reason)"


def test_who_erased_and_when_is_on_record_without_the_person(acme: SampleOrganisation) -> None:
    freya(acme)
    erasing.erase(acme.deps, admin_of(acme), MOBILE)
    (row,) = acme.all(Erasure)
    assert (row.erased_by, row.at, row.people, row.numbers) == ("U0FRANK", acme.clock(), 1, 2)
    assert {one.kind for one in acme.all(ErasedKey)} == {"number", "reference"}


@pytest.mark.long
def test_a_repeat_finds_nothing_more_to_remove(acme: SampleOrganisation) -> None:
    freya(acme)
    admin = admin_of(acme)
    erasing.erase(acme.deps, admin, MOBILE)
    before = everything(acme).replace("erasure", "")
    again = erasing.erase(acme.deps, admin, MOBILE)
    assert (again.names, again.numbers, again.notes, again.decisions, again.rows) == (0, 0, 0, 0, 0)
    assert len(acme.all(ErasedKey)) == 3
    assert [line for line in everything(acme).splitlines() if "erasure:" not in line] != [before]


def test_only_an_admin_may_ask(acme: SampleOrganisation) -> None:
    freya(acme)
    for actor in (acme.alice, acme.dana, acme.erin):
        for asked in (subjects.find, export.collect, erasing.plan, erasing.erase):
            with pytest.raises(RoleNeeded):
                asked(acme.deps, actor, MOBILE)
    assert marks_in(acme)


def test_a_number_that_is_on_no_record_is_said(acme: SampleOrganisation) -> None:
    with pytest.raises(NumberNotKnown):
        erasing.erase(acme.deps, admin_of(acme), "07700 900899")


# several people at one number


def test_it_asks_whom_is_meant_where_several_share_the_number(acme: SampleOrganisation) -> None:
    freya(acme)
    share(acme, LANDLINE)
    with pytest.raises(NobodyChosen) as refused:
        erasing.erase(acme.deps, admin_of(acme), LANDLINE)
    assert [name for _, name, _ in refused.value.people] == [NAME, "Ben Evans"]
    found = subjects.find(acme.deps, operator_of(acme), LANDLINE)
    assert [one.campaigns for one in found] == [("Energy switch",), ("Water meters",)]


@pytest.mark.long
@pytest.mark.parametrize("which", [REFERENCE.upper(), "freya mark evans", "#{}"])
def test_a_shared_number_stays_with_the_others(acme: SampleOrganisation, which: str) -> None:
    contact, other = freya(acme), share(acme, LANDLINE)
    stopped(acme, contact, number=LANDLINE)
    done = erasing.erase(acme.deps, admin_of(acme), LANDLINE, [which.format(contact.person_id)])
    assert (done.people, done.numbers, done.shared_numbers) == (1, 1, 1)
    assert (acme.one(Contact, other.id).name, acme.one(Contact, other.id).number) == ("Ben Evans", LANDLINE)
    left = [line for line in marks_in(acme) if "Ben" not in line]
    assert all(LANDLINE in line for line in left)
    assert {line.partition(":")[0] for line in left} == {"personnumber", "suppression"}
    assert {one.kind for one in acme.all(ErasedKey)} == {"number", "reference", "name"}


@pytest.mark.long
def test_a_person_who_said_stop_at_a_shared_number_is_refused_by_name_and_the_others_are_not(
    acme: SampleOrganisation, tmp_path: Path
) -> None:
    contact = freya(acme)
    share(acme, LANDLINE)
    stopped(acme, contact, number="", person_id=contact.person_id)
    erasing.erase(acme.deps, admin_of(acme), LANDLINE, [NAME])
    assert listed(acme, tmp_path, f"FREYA MARK-EVANS,{LANDLINE},\nBen Evans,{LANDLINE},") == [erased_rows.REFUSED]


@pytest.mark.long
def test_everyone_at_a_number_can_be_erased_at_once(acme: SampleOrganisation) -> None:
    freya(acme)
    share(acme, LANDLINE, "Mark-Evans Junior")
    done = erasing.erase(acme.deps, admin_of(acme), LANDLINE, [EVERYONE])
    assert (done.people, done.numbers, done.shared_numbers) == (2, 2, 0)
    assert marks_in(acme) == []


@pytest.mark.long
def test_a_number_that_proved_wrong_is_its_owners_and_leaves_others_rows_with_them(acme: SampleOrganisation) -> None:
    """Ben was rung at Freya's number by mistake: his rows lose the number, and keep his name."""
    ben = share(acme, MOBILE)
    (row,) = acme.all(PersonNumber)
    acme.change(PersonNumber, row.id, closed_at=acme.clock(), closed_because="wrong_number")
    freya(acme)
    done = erasing.erase(acme.deps, admin_of(acme), MOBILE, [REFERENCE])
    assert (done.people, done.numbers, done.shared_numbers) == (1, 2, 0)
    assert marks_in(acme) == []
    assert acme.one(Contact, ben.id).name == "Ben Evans"


def test_a_number_without_a_person_can_be_erased(acme: SampleOrganisation) -> None:
    outcomes.record_spoken(acme.deps, acme.alice, MOBILE, "do not call", WORDS)
    assert [one.person_id for one in subjects.find(acme.deps, admin_of(acme), MOBILE)] == [0]
    done = erasing.erase(acme.deps, operator_of(acme), MOBILE)
    assert (done.people, done.numbers, done.stops) == (0, 1, 1)
    assert marks_in(acme) == []


# agents at work


@pytest.mark.long
def test_a_call_in_progress_refuses_the_erasure(acme: SampleOrganisation) -> None:
    freya(acme)
    acme.clock.tick(days=6)
    next_call.hand_out(acme.deps, acme.alice, 1)
    calling.call(acme.deps, acme.alice, acme.all(Lease)[-1].id or 0)
    for asked in (erasing.plan, erasing.erase):
        with pytest.raises(CallInProgress) as refused:
            asked(acme.deps, operator_of(acme), MOBILE)
        assert refused.value.agent == "Alice"
    assert len(marks_in(acme)) > 15


def test_a_card_is_withdrawn_and_its_agent_told_without_the_name(acme: SampleOrganisation) -> None:
    freya(acme)
    acme.clock.tick(days=6)
    next_call.hand_out(acme.deps, acme.alice, 1)
    done = erasing.erase(acme.deps, admin_of(acme), MOBILE)
    assert done.cards == 1
    assert acme.all(Lease)[-1].ended_because == LeaseEnd.WITHDRAWN
    assert acme.notifier.withdrawn == [("U0ALICE", "", "erased")]
    assert next_call.hand_out(acme.deps, acme.alice, 1).cards == ()


@pytest.mark.long
def test_an_undo_after_the_erasure_brings_no_card_back(acme: SampleOrganisation) -> None:
    freya(acme)
    acme.clock.tick(days=6)
    attempt = called(acme, acme.all(Contact)[0], Outcome.REFUSED)
    erasing.erase(acme.deps, admin_of(acme), MOBILE)
    outcomes.undo(acme.deps, acme.alice, attempt.id or 0)
    assert next_call.hand_out(acme.deps, acme.alice, 1).cards == ()
    assert not [one for one in acme.all(Lease) if one.ended_at is None]
    assert marks_in(acme) == []
    outcomes.record(acme.deps, acme.alice, attempt.id or 0, Outcome.DO_NOT_CALL)
    assert {one.number[:7] for one in acme.all(Suppression)} == {"erased:", ""}


@pytest.mark.long
def test_an_erasure_and_a_hand_out_at_once_leave_no_card(acme: SampleOrganisation) -> None:
    freya(acme)
    acme.clock.tick(days=6)
    admin = admin_of(acme)
    agents = [Thread(target=next_call.hand_out, args=(acme.deps, one, 1)) for one in (acme.alice, acme.bob)]
    erasers = [Thread(target=erasing.erase, args=(acme.deps, admin, MOBILE)) for _ in range(2)]
    for one in (*agents, *erasers):
        one.start()
    for one in (*agents, *erasers):
        one.join()
    assert not [one for one in acme.all(Lease) if one.ended_at is None]
    assert marks_in(acme) == []
    assert len(acme.all(ErasedKey)) == 3


@pytest.mark.long
def test_an_erasure_and_an_import_at_once_leave_nothing(acme: SampleOrganisation, tmp_path: Path) -> None:
    """The import adds them to another campaign just before, and they are erased there too; or just after, and is
    refused."""
    freya(acme)
    others = "\n".join(f"Other {one},0770090{one:04d}," for one in range(2000, 2040))
    file = tmp_path / "list.csv"
    file.write_text(f"name,phone,reference\n{others}\n{NAME},{MOBILE},{REFERENCE}\n")
    admin, start = admin_of(acme), Barrier(2)

    def erase() -> None:
        start.wait()
        erasing.erase(acme.deps, admin, MOBILE, with_stop=True)

    eraser = Thread(target=erase)
    eraser.start()
    start.wait()
    report = import_contacts(acme.deps, ListOrder(file, "Water meters", "GB"))
    eraser.join()
    assert marks_in(acme) == []
    assert report.imported == 41 - len(report.faults)


# what counts and what proves


@pytest.mark.long
def test_the_audit_finds_the_same_before_and_after(acme: SampleOrganisation) -> None:
    contact = freya(acme)
    stopped(acme, contact)
    outcomes.record_spoken(acme.deps, acme.alice, MOBILE, "spoke", WORDS)  # against the stop
    since, until = acme.clock() - timedelta(hours=5), acme.clock() + timedelta(hours=1)

    def broken() -> dict[str, int]:
        with acme.units(is_read_only=True) as uow:
            span = Span(acme.energy, since, until, until)
            return {one.name: one.broken for one in audit(uow.session, span, acme.deps.rulebook(), "gb-house").checks}

    before = broken()
    assert sum(before.values()) > 0
    erasing.erase(acme.deps, admin_of(acme), MOBILE)
    assert broken() == before


def test_stored_decisions_still_decide_the_same(acme: SampleOrganisation) -> None:
    freya(acme)
    erasing.erase(acme.deps, admin_of(acme), MOBILE)
    stored = acme.all(DecisionRecord)
    assert stored
    for one in stored:
        facts = facts_from_json(one.facts)
        assert facts.contact.number.startswith("+999")
        decision = decide(facts, acme.deps.rulebook(), one.at, house_pack=one.house_pack or None)
        assert decision.verdict is one.verdict
        assert not any(mark in json.dumps([one.facts, one.findings]) for mark in MARKS)


@pytest.mark.night
def test_hashes_that_keep_no_stop_go_when_no_rule_looks_back_that_far(acme: SampleOrganisation) -> None:
    freya(acme)
    stopped(acme, acme.all(Contact)[0])
    erasing.erase(acme.deps, admin_of(acme), MOBILE)
    acme.clock.at(acme.clock().replace(hour=3) + timedelta(days=24 * 31 - 1))
    retention.nightly(acme.deps)
    assert len(acme.all(ErasedKey)) == 3
    acme.clock.tick(days=2)
    retention.nightly(acme.deps)
    (left,) = acme.all(ErasedKey)
    assert left.hashed in {one.number for one in acme.all(Suppression)}


@pytest.mark.long
def test_a_number_that_begins_another_leaves_the_longer_one_alone(acme: SampleOrganisation) -> None:
    """In stored facts, too, where numbers are found by their digits."""
    freya(acme)
    longer = f"{MOBILE}9"
    kept = acme.put(
        DecisionRecord(
            organisation_id=acme.organisation_id,
            contact_id=acme.all(Contact)[0].id,
            asked_for="call",
            at=acme.clock(),
            verdict=Verdict.CALLABLE,
            rulebook="x",
            facts={"contact": {"number": longer}, "events": [{"number": MOBILE}]},
        )
    )
    erasing.erase(acme.deps, admin_of(acme), MOBILE)
    facts = acme.one(DecisionRecord, kept.id).facts
    assert facts["contact"]["number"] == longer
    assert facts["events"][0]["number"].startswith("+999")


@pytest.mark.parametrize("is_paused", [True, False])
def test_a_list_that_is_taken_up_again_brings_back_nobody_who_was_erased(
    acme: SampleOrganisation, is_paused: bool
) -> None:
    contact = freya(acme)
    other = acme.add_contact("Ada", "+447700900124")
    admin = admin_of(acme)
    if is_paused:
        list_terms.pause(acme.deps, admin, contact.list_id)
    else:
        list_terms.withdraw(acme.deps, admin, contact.list_id, "bought by mistake")
    acme.clock.tick(seconds=20.3)
    erasing.erase(acme.deps, admin, MOBILE)
    acme.clock.tick(seconds=0.3)
    list_terms.take_up(acme.deps, admin, contact.list_id)
    assert acme.one(Contact, other.id).finished_at is None
    erased = acme.one(Contact, contact.id)
    assert (erased.finished_at is not None, erased.finished_because) == (True, erasing.ERASED)
