"""The audit of records: calls off the list, missing outcomes, opt-outs, stored decisions, numbers shown."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.services.audit import judging
from bot.services.audit.auditing import Span, audit
from bot.services.audit.judging import CHECKS
from bot.services.calls import outcomes
from policy.vocabulary import LeaseEnd, LeaseStage, Outcome, Verdict
from storage.models import Attempt, Contact, Lease
from tests.fakes import TUESDAY, SampleOrganisation
from tests.rows import a_call
from tests.services.stage import DAY, HOUR, MINUTE, Stage, audited, broken

LATER = TUESDAY + 8 * HOUR
SECOND = timedelta(seconds=1)


@pytest.fixture
def stage(acme: SampleOrganisation) -> Stage:
    return Stage(acme)


# -- off the list


def test_it_reports_a_call_off_the_list_that_broke_a_rule(stage: Stage) -> None:
    contact = stage.contact()
    stage.call(contact, stage.alice, TUESDAY - DAY, Outcome.NO_ANSWER)
    attempt = stage.attempt(contact, stage.bob, TUESDAY)
    stage.say(attempt, Outcome.NO_ANSWER, TUESDAY)
    result = audited(stage)
    assert broken(stage) == {judging.IN_LOCK: 1}
    assert "(off the list)" in result.checks[list(CHECKS).index(judging.IN_LOCK)].details[0]
    assert result.by_attempt == {attempt.id: (judging.IN_LOCK,)}


def unlisted(stage: Stage, number: str, at: datetime) -> Attempt:
    attempt = stage.add(a_call(stage.alice, number, at, principal=""))
    stage.say(attempt, Outcome.NO_ANSWER, at)
    return attempt


def test_it_judges_a_call_to_a_number_on_no_list_by_what_is_known(stage: Stage) -> None:
    number = "+442079460888"
    unlisted(stage, number, TUESDAY)
    assert broken(stage) == {}
    unlisted(stage, number, TUESDAY + HOUR)
    found = broken(stage)
    assert found[judging.IN_LOCK] == 1
    assert judging.HELD not in found
    stage.suppress(stage.contact(number=number), TUESDAY - DAY, principal="", person_id=None)
    assert broken(stage)[judging.SUPPRESSED] == 2


def test_it_counts_a_call_off_the_list_for_every_principal_where_none_is_known(stage: Stage) -> None:
    contact = stage.contact()
    unlisted(stage, contact.number or "", TUESDAY - DAY)
    stage.call(contact, stage.alice, TUESDAY, Outcome.BUSY)
    assert broken(stage) == {judging.IN_LOCK: 1}


def test_a_call_off_the_list_counts_only_once_it_was_entered(stage: Stage) -> None:
    contact = stage.contact()
    rung = stage.attempt(contact, stage.bob, TUESDAY)
    stage.call(contact, stage.alice, TUESDAY + HOUR, Outcome.BUSY)
    stage.say(rung, Outcome.NO_ANSWER, TUESDAY + 2 * HOUR)
    assert broken(stage) == {}


# -- outcomes, opt-outs, decisions


def test_it_finds_attempts_without_an_outcome(stage: Stage) -> None:
    stage.call(stage.contact(), stage.alice, LATER - HOUR)
    stage.call(stage.contact(), stage.alice, LATER - HOUR + MINUTE)  # may still be ringing
    taken_back = stage.call(stage.contact(), stage.bob, TUESDAY, Outcome.BUSY)
    stage.say(taken_back, None, TUESDAY + 5 * MINUTE)
    lapsed = stage.call(stage.contact(), stage.bob, LATER - 30 * MINUTE)
    lease = next(row for row in stage.rows(Lease) if row.id == lapsed.lease_id)
    stage.change(lease, ended_at=LATER - MINUTE, ended_because=LeaseEnd.LAPSED.value)
    assert broken(stage) == {judging.NO_OUTCOME: 3}


@pytest.mark.parametrize(("minutes", "is_late"), [(10, False), (11, True)])
def test_it_finds_opt_outs_recorded_late(stage: Stage, minutes: int, is_late: bool) -> None:
    contact = stage.contact()
    attempt = stage.call(contact, stage.alice, TUESDAY, Outcome.NOT_NOW, after=MINUTE)
    said_at = TUESDAY + MINUTE + minutes * MINUTE
    stage.say(attempt, Outcome.DO_NOT_CALL, said_at)
    stage.suppress(contact, said_at, attempt_id=attempt.id)
    assert broken(stage) == ({judging.LATE_OPT_OUTS: 1} if is_late else {})


def test_it_counts_the_lateness_from_the_end_of_a_lapsed_lease(stage: Stage) -> None:
    contact = stage.contact()
    attempt = stage.call(contact, stage.alice, TUESDAY)
    lease = next(row for row in stage.rows(Lease) if row.id == attempt.lease_id)
    stage.change(lease, ended_at=TUESDAY + HOUR, ended_because=LeaseEnd.LAPSED.value)
    stage.say(attempt, Outcome.DO_NOT_CALL, TUESDAY + 3 * HOUR)
    stage.suppress(contact, TUESDAY + 3 * HOUR)
    result = audited(stage)
    assert broken(stage) == {judging.LATE_OPT_OUTS: 1}
    assert "120 minutes" in result.checks[list(CHECKS).index(judging.LATE_OPT_OUTS)].details[0]


def test_it_finds_an_opt_out_about_an_earlier_days_call(stage: Stage) -> None:
    contact = stage.contact()
    attempt = stage.call(contact, stage.alice, TUESDAY - 5 * DAY, Outcome.NOT_NOW)
    stage.say(attempt, Outcome.DO_NOT_CALL, TUESDAY)
    stage.suppress(contact, TUESDAY)
    assert broken(stage) == {judging.LATE_OPT_OUTS: 1}


def test_it_finds_an_opt_out_without_a_suppression(stage: Stage) -> None:
    stage.call(stage.contact(), stage.alice, TUESDAY, Outcome.DO_NOT_CALL)
    assert broken(stage) == {judging.LATE_OPT_OUTS: 1}


@pytest.mark.long
@pytest.mark.parametrize(
    "values",
    [
        {"since": TUESDAY + HOUR},
        {"since": TUESDAY + MINUTE, "principal": "Clear Water"},
        {"since": TUESDAY + MINUTE, "number": ""},
    ],
)
def test_it_finds_an_opt_out_in_force_too_late_or_for_another_person(stage: Stage, values: dict[str, Any]) -> None:
    contact = stage.contact()
    stage.call(contact, stage.alice, TUESDAY, Outcome.DO_NOT_CALL)
    stage.suppress(contact, **values)
    assert broken(stage) == {judging.LATE_OPT_OUTS: 1}


def test_it_leaves_another_teams_opt_outs_to_its_own_audit(stage: Stage) -> None:
    stage.call(stage.contact(stage.other_campaign), stage.charlie, TUESDAY, Outcome.DO_NOT_CALL)
    assert broken(stage) == {}


def test_it_ignores_an_opt_out_that_was_taken_back(stage: Stage) -> None:
    attempt = stage.call(stage.contact(), stage.alice, TUESDAY, Outcome.DO_NOT_CALL)
    stage.say(attempt, None, TUESDAY + 5 * MINUTE)
    stage.say(attempt, Outcome.BUSY, TUESDAY + 6 * MINUTE)
    assert broken(stage) == {}


def _slip(stage: Stage) -> tuple[Contact, Attempt]:
    """A call whose agent recorded an opt-out by mistake after a minute, took it back a minute later, and said
    otherwise."""
    contact = stage.contact()
    attempt = stage.call(contact, stage.alice, TUESDAY, Outcome.DO_NOT_CALL, after=MINUTE)
    at = TUESDAY + 2 * MINUTE
    stage.suppress(contact, TUESDAY + MINUTE, attempt_id=attempt.id, recorded_by=stage.alice.id, withdrawn_at=at)
    stage.say(attempt, None, at)
    stage.say(attempt, Outcome.NOT_NOW, at + SECOND)
    return contact, attempt


def test_an_opt_out_said_anew_after_a_slip_is_as_late_as_it_was_said(stage: Stage) -> None:
    contact, attempt = _slip(stage)
    said_at = TUESDAY + 6 * HOUR
    stage.say(attempt, Outcome.DO_NOT_CALL, said_at)
    stage.suppress(contact, said_at, attempt_id=attempt.id, recorded_by=stage.alice.id)
    result = audited(stage)
    assert broken(stage) == {judging.LATE_OPT_OUTS: 1}
    assert "359 minutes" in result.checks[list(CHECKS).index(judging.LATE_OPT_OUTS)].details[0]
    assert broken(stage, TUESDAY - HOUR, TUESDAY + HOUR) == {}, "it belongs to the span in which it was said"


def test_an_opt_out_that_its_agent_repeats_is_no_later_for_that(stage: Stage) -> None:
    """Nobody took it back: the stop stood all the time."""
    contact = stage.contact()
    attempt = stage.call(contact, stage.alice, TUESDAY, Outcome.DO_NOT_CALL, after=MINUTE)
    stage.suppress(contact, TUESDAY + MINUTE, attempt_id=attempt.id, recorded_by=stage.alice.id)
    stage.say(attempt, Outcome.NOT_NOW, TUESDAY + 2 * MINUTE)
    stage.say(attempt, Outcome.DO_NOT_CALL, TUESDAY + 6 * HOUR)
    assert broken(stage) == {}
    assert broken(stage, TUESDAY + HOUR, TUESDAY + 8 * HOUR) == {}


def test_a_correction_that_was_undone_makes_no_opt_out_late(stage: Stage) -> None:
    """Its stop ended and was recorded anew; what was said in the call is the first statement again."""
    contact = stage.contact()
    attempt = stage.call(contact, stage.alice, TUESDAY, Outcome.DO_NOT_CALL, after=MINUTE)
    by_alice = {"attempt_id": attempt.id, "recorded_by": stage.alice.id}
    stage.suppress(contact, TUESDAY + MINUTE, withdrawn_at=TUESDAY + 2 * HOUR, **by_alice)
    stage.suppress(contact, TUESDAY + 2 * HOUR + 5 * MINUTE, **by_alice)
    assert broken(stage) == {}


def test_a_late_opt_out_stays_late_though_its_call_got_another_outcome(stage: Stage) -> None:
    """Who says the other outcome may not take the stop back: it stands."""
    contact = stage.contact()
    attempt = stage.call(contact, stage.alice, TUESDAY, Outcome.NOT_NOW, after=MINUTE)
    stage.say(attempt, Outcome.DO_NOT_CALL, TUESDAY + 6 * HOUR)
    stop = stage.suppress(contact, TUESDAY + 6 * HOUR, attempt_id=attempt.id, recorded_by=stage.alice.id)
    stage.say(attempt, Outcome.BUSY, TUESDAY + 7 * HOUR)
    assert broken(stage) == {judging.LATE_OPT_OUTS: 1}
    stage.change(stop, withdrawn_at=TUESDAY + 7 * HOUR)
    assert broken(stage) == {}


def test_it_finds_attempts_without_a_stored_decision(stage: Stage) -> None:
    stage.call(stage.contact(), stage.alice, TUESDAY, Outcome.BUSY, is_decided=False)
    contact = stage.contact()
    refused = stage.call(contact, stage.alice, TUESDAY, Outcome.BUSY, is_decided=False)
    stage.add(stage.decision(contact, stage.alice, TUESDAY, lease_id=refused.lease_id, verdict=Verdict.LOCKED))
    late = stage.contact()
    after = stage.call(late, stage.alice, TUESDAY, Outcome.BUSY, is_decided=False)
    stage.add(stage.decision(late, stage.alice, TUESDAY + MINUTE, lease_id=after.lease_id))
    assert broken(stage) == {judging.NO_DECISION: 3}


def test_it_finds_a_number_shown_without_an_attempt(stage: Stage) -> None:
    stage.lease(stage.contact(), stage.alice, TUESDAY, stage=LeaseStage.CALLING)
    stage.lease(stage.contact(), stage.alice, TUESDAY)
    assert broken(stage) == {judging.NUMBER_SHOWN: 1}


# -- whose


def test_it_audits_the_team_and_the_time_asked_about(stage: Stage) -> None:
    stage.call(stage.contact(stage.other_campaign), stage.charlie, datetime(2026, 11, 22, 12, tzinfo=UTC), Outcome.BUSY)
    stage.call(stage.contact(), stage.alice, datetime(2026, 11, 22, 12, tzinfo=UTC), Outcome.BUSY)
    assert broken(stage) == {}
    sunday = datetime(2026, 11, 22, tzinfo=UTC)
    assert broken(stage, sunday, sunday + DAY) == {judging.OUT_OF_HOURS: 1}


def test_it_keeps_counting_people_who_have_left(stage: Stage) -> None:
    stage.call(stage.contact(), stage.alice, TUESDAY, Outcome.BUSY, is_decided=False)
    stage.change(stage.alice, is_active=False)
    assert broken(stage) == {judging.NO_DECISION: 1}


# -- what a call itself causes


@pytest.mark.long
@pytest.mark.parametrize(
    "outcome",
    [Outcome.DO_NOT_CALL, Outcome.VULNERABLE, Outcome.COMPLAINT, Outcome.WRONG_NUMBER, Outcome.NOT_IN_SERVICE],
)
@pytest.mark.parametrize("fraction", [0, 400_000])
def test_it_judges_no_call_by_its_own_outcome(acme: SampleOrganisation, outcome: Outcome, fraction: int) -> None:
    """A call off the list and its outcome are written at the same moment."""
    contact = acme.add_contact()
    acme.clock.tick(microseconds=fraction)
    outcomes.record_spoken(acme.deps, acme.alice, contact.number or "", outcome.value)
    acme.clock.tick(minutes=2)
    with acme.units(is_read_only=True) as uow:
        span = Span(acme.energy, TUESDAY - HOUR, acme.clock(), acme.clock())
        checks = audit(uow.session, span, acme.deps.rulebook(), acme.deps.house_pack).checks
    assert [check.details for check in checks if check.broken] == []


def test_a_complaint_from_a_number_on_no_list_holds_every_person_called_there(acme: SampleOrganisation) -> None:
    """No rule knows that another person answers there: /outcome warns, and the audit says the same."""
    stranger = "+442079460888"
    outcomes.record_spoken(acme.deps, acme.alice, stranger, Outcome.COMPLAINT.value)
    acme.clock.tick(days=7)
    told = outcomes.record_spoken(acme.deps, acme.alice, stranger, Outcome.CONVERSATION.value)
    acme.clock.tick(minutes=2)
    with acme.units(is_read_only=True) as uow:
        span = Span(acme.energy, TUESDAY - HOUR, acme.clock(), acme.clock())
        found = audit(uow.session, span, acme.deps.rulebook(), acme.deps.house_pack).by_attempt
    assert [one.rule for one in told.against] == ["gb-house.hold"]
    assert found == {told.attempt_id: ("calls to a held contact",)}
