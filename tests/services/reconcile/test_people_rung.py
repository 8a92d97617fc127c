"""One person rung again and again, seen only in the phone system's records, is told by person, whoever could have
known."""

from datetime import date, datetime, time, timedelta

import pytest

from bot.services.answers.reconciliation import PersonRung
from bot.services.audit.judging import ONLY_RECORDS
from bot.services.calls import history, outcomes
from bot.services.evidence.span_audit import audit_days
from bot.services.reconcile import reconciling
from bot.services.reminders import broken_promises
from bot.services.reports import digests
from bot.services.teams import call_check
from policy.vocabulary import Outcome
from storage.models import Agent, CallFinding, Campaign, Lease, PersonNumber
from tests.fakes import TUESDAY
from tests.services.reconcile.phones import Phones

pytestmark = pytest.mark.both_engines
ONE, TWO = "+447700900605", "+447700900606"
AT_TWO = TUESDAY + timedelta(hours=4)
ON = date(2026, 11, 24)
M = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def known(phones: Phones) -> None:
    phones.meet(ONE, TWO)
    phones.acme.change(Agent, phones.acme.dana.agent_id, shift_from=time(6), shift_until=time(22))
    phones.acme.clock.at(TUESDAY + timedelta(hours=6))


def six(phones: Phones, number: str = ONE, agent: str = "Bob", since: datetime = AT_TWO) -> list[str]:
    return [phones.row(number, since + 10 * at * M, agent=agent) for at in range(6)]


def is_six(one: PersonRung) -> bool:
    return (
        (one.masked_number, one.count, one.agents, one.says, one.is_known)
        == ("•••• 605", 6, ("Bob",), "the house limit is 1 a day", False)
        and (one.last_at - one.first_at) == 50 * M
        and f"{one.first_at:%H:%M}" == "14:00"
    )


def test_six_calls_that_nobody_recorded_are_told_of_one_person_everywhere(phones: Phones) -> None:
    acme = phones.acme
    done = phones.read(*six(phones))
    assert (done.unrecorded, done.forbidden, done.only_records, done.people_count) == (6, 0, 5, 1)
    assert is_six(*done.people)
    assert is_six(*phones.read(*six(phones)).people), "the same file again says it again"
    acme.clock.tick(seconds=0.3)
    day = digests.build(acme.deps, acme.energy.id or 0, ON)
    assert is_six(*day.phone.people)
    [found] = [one for one in day.audit if one.name == ONLY_RECORDS]
    line = "14:00 to 14:50 Bob, •••• 605: rung 6 times, the house limit is 1 a day"
    assert (found.broken, found.details) == (1, (line,))
    [span] = [one for one in audit_days(acme.deps, acme.erin, ON, ON).teams if one.team == acme.energy.name]
    [found] = [one for one in span.checks if one.name == ONLY_RECORDS]
    assert (found.broken, found.details) == (1, (f"2026-11-24 {line}",))
    for actor in (acme.alice, acme.dana, acme.erin):
        assert is_six(*call_check.check_number(acme.deps, actor, ONE).rung)
    assert call_check.check_number(acme.deps, acme.alice, TWO).rung == ()


def test_the_agent_is_not_blamed_for_what_nobody_had_recorded(phones: Phones) -> None:
    phones.read(*six(phones))
    phones.acme.clock.tick(seconds=0.3)
    day = digests.build(phones.acme.deps, phones.acme.energy.id or 0, ON)
    broken = {one.name: one.broken for one in day.audit if one.broken}
    assert broken == {ONLY_RECORDS: 1, "attempts without an outcome": 6}
    [unsaid] = [one.details for one in day.audit if one.broken == 6]
    assert unsaid == ("14:00 to 14:50 Bob, •••• 605: 6 calls, no outcome recorded (off the list)",)


def test_the_lead_hears_of_the_person_once(phones: Phones) -> None:
    phones.read(*six(phones))
    broken_promises.tell_due(phones.acme.deps)
    [(user, found)] = phones.acme.notifier.breaches_told
    assert (user, found.count) == ("U0DANA", 5)
    assert is_six(*found.worst)


def test_a_call_that_could_be_known_of_is_said_apart(phones: Phones) -> None:
    phones.acme.clock.at(TUESDAY)
    phones.call(ONE, Outcome.NO_ANSWER, lasting=20.25)
    phones.acme.clock.at(TUESDAY + timedelta(hours=6))
    done = phones.read(*six(phones))
    assert (done.forbidden, done.only_records) == (6, 0)
    [one] = done.people
    assert (one.count, one.agents, one.is_known) == (7, ("Alice", "Bob"), True)
    phones.acme.clock.tick(seconds=0.3)
    day = digests.build(phones.acme.deps, phones.acme.energy.id or 0, ON)
    [over] = [one for one in day.audit if one.name == "calls over a cap"]
    says = "1 made today, 1 is the limit: house policy (off the list)"
    assert (over.broken, over.details) == (6, (f"14:00 to 14:50 Bob, •••• 605: 6 calls, {says}",))


def test_a_recorded_call_that_an_unrecorded_one_makes_one_too_many_is_told(phones: Phones) -> None:
    phones.acme.clock.at(AT_TWO + 30.5 * M)
    attempt = phones.call(ONE, Outcome.CONVERSATION)
    phones.acme.clock.at(TUESDAY + timedelta(hours=6))
    done = phones.read(phones.row(ONE, AT_TWO, agent="Bob"))
    assert (done.unrecorded, done.forbidden, done.only_records) == (1, 0, 1)
    assert (attempt.id, "only_records") in phones.findings()
    [one] = done.people
    assert (one.count, one.agents, one.is_known) == (2, ("Bob", "Alice"), False)


def test_calls_of_an_earlier_hour_in_a_later_file_count_before_those_of_the_first(phones: Phones) -> None:
    rows = six(phones)
    assert phones.read(rows[3]).only_records == 0
    done = phones.read(*rows[:3], *rows[4:])
    assert (done.unrecorded, done.only_records) == (5, 5)
    assert is_six(*done.people)


def test_a_persons_two_numbers_are_one_person_though_they_are_read_apart(
    phones: Phones, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciling, "MOST_NUMBERS", 1)
    acme, person_id = phones.acme, phones.contacts[ONE].person_id
    other = "+447700900607"  # a third person's stands between them
    acme.put(PersonNumber(organisation_id=acme.organisation_id, person_id=person_id, number=other))
    rows = [
        phones.row(ONE, AT_TWO + 10.3 * M, agent="Bob"),
        phones.row(TWO, AT_TWO + 5.3 * M, agent="Bob"),
        phones.row(other, AT_TWO + 0.3 * M, agent="Alice"),
    ]
    said = phones.read(*rows, is_dry_run=True)
    assert (said.unrecorded, said.only_records) == (3, 1)
    done = phones.read(*rows)
    assert (done.unrecorded, done.only_records, done.people_count) == (3, 1, 1)
    [one] = done.people
    assert (one.count, one.agents) == (2, ("Alice", "Bob"))


def test_calls_for_another_client_do_not_count_with_ours(phones: Phones) -> None:
    phones.acme.add_contact(number=ONE, campaign=phones.acme.water_campaign)
    done = phones.read(phones.row(ONE, AT_TWO, agent="Bob"), phones.row(ONE, AT_TWO + 10 * M, agent="Charlie"))
    assert (done.unrecorded, done.only_records, done.people) == (2, 0, ())


def test_a_call_that_was_not_dialled_is_no_call_by_the_whole_record_either(phones: Phones) -> None:
    first, second = six(phones)[:2]
    phones.read(first)
    [made] = phones.found()
    outcomes.record(phones.acme.deps, phones.acme.bob, made.id or 0, Outcome.NOT_DIALLED)
    done = phones.read(second)
    assert (done.unrecorded, done.only_records, done.people) == (1, 0, ())


def test_agents_of_another_team_are_counted_and_not_named(phones: Phones) -> None:
    acme = phones.acme
    acme.change(Campaign, acme.water_campaign.id, principal="Bright Energy")
    acme.add_contact(number=ONE, campaign=acme.water_campaign)
    phones.read(phones.row(ONE, AT_TWO, agent="Charlie"), phones.row(ONE, AT_TWO + 10 * M, agent="Bob"))
    acme.clock.tick(seconds=0.3)
    [one] = digests.build(acme.deps, acme.energy.id or 0, ON).phone.people
    assert (one.count, one.agents, one.is_by_others) == (2, ("Bob",), True)
    day = digests.build(acme.deps, acme.energy.id or 0, ON)
    [found] = [one for one in day.audit if one.name == ONLY_RECORDS]
    assert found.details[0].startswith("14:00 to 14:10 Bob and another team, •••• 605: rung 2 times")


def test_the_history_of_a_card_says_it(phones: Phones) -> None:
    acme = phones.acme
    phones.call(ONE, None, lasting=0.5)
    phones.read(*six(phones))
    [lease] = acme.all(Lease)
    [one] = history.history_of(acme.deps, acme.alice, lease.id or 0).rung
    assert (one.count, one.agents, one.says, one.is_known) == (7, ("Bob", "Alice"), "the house limit is 1 a day", False)


def test_the_digest_of_the_day_on_which_it_is_found_says_it(phones: Phones) -> None:
    acme = phones.acme
    acme.clock.at(TUESDAY + timedelta(days=2, microseconds=7))
    phones.read(*six(phones))
    acme.clock.tick(seconds=0.3)
    day = digests.build(acme.deps, acme.energy.id or 0, ON + timedelta(days=2))
    assert is_six(*day.phone.people)
    assert (day.figures["broken"], day.phone.people_count, day.is_quiet) == (0, 1, False)


def test_each_finding_is_kept_once(phones: Phones) -> None:
    rows = six(phones)
    phones.read(*rows[:4])
    phones.read(*rows)
    kept = [(one.attempt_id, one.kind) for one in phones.acme.all(CallFinding) if one.kind == "only_records"]
    assert len(kept) == len(set(kept)) == 5
    assert {one.rule for one in phones.acme.all(CallFinding) if one.kind == "only_records"} == {
        "gb-house.cap.service.day"
    }
