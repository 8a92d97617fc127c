"""The numbers of a digest agree with the records, and each has its evidence."""

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from bot.services.answers.calls import Closed
from bot.services.answers.reports import Digest
from bot.services.audit import judging
from bot.services.deciding.decisions import findings_as_json
from bot.services.errors import DayNotBegun
from bot.services.reports import building, day_chart, digests
from policy import Citation, Decision, Effect, Finding, Mode, Status
from policy.templates.sentence import Said
from policy.vocabulary import AttemptState, ContactState, Outcome, Verdict
from storage.models import Agent, DigestRun
from tests.fakes import TUESDAY, SampleOrganisation
from tests.services.reports.digest_stage import EVENING, ON, in_the_evening
from tests.services.stage import DAY, HOUR, MINUTE, Stage

pytestmark = pytest.mark.usefixtures("few_charts")

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def stage(acme: SampleOrganisation) -> Stage:
    return in_the_evening(acme)


def build(stage: Stage, on: date = ON) -> Digest:
    return digests.build(stage.deps, stage.energy.id or 0, on)


# -- what it covers


def test_it_covers_every_call_once_from_digest_to_digest(stage: Stage) -> None:
    yesterdays_end = EVENING - DAY
    for at in (yesterdays_end - MINUTE, yesterdays_end, TUESDAY, EVENING - MINUTE):
        stage.call(stage.contact(), stage.alice, at, Outcome.BUSY)
    stage.now = EVENING + DAY
    stage.call(stage.contact(), stage.alice, EVENING, Outcome.BUSY)
    counts = [build(stage, ON + days * DAY).attempts for days in (-1, 0, 1)]
    assert counts == [1, 3, 1]


@pytest.mark.parametrize(("on", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 11, 24), 24)])
def test_it_covers_23_or_25_hours_where_the_clocks_change(stage: Stage, on: date, hours: int) -> None:
    stage.now = datetime(2026, 12, 1, tzinfo=UTC)
    digest = build(stage, on)
    assert digest.until - digest.since == timedelta(hours=hours)
    assert digest.until.astimezone(UTC).hour in (17, 18)


def test_it_posts_at_the_clock_change_that_skips_its_hour(stage: Stage) -> None:
    stage.change(stage.energy, digest_at=time(1, 30))
    stage.now = datetime(2026, 3, 29, 6, tzinfo=UTC)
    assert build(stage, date(2026, 3, 29)).until == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_a_changed_hour_leaves_no_gap(stage: Stage) -> None:
    digests.post_due(stage.deps)
    stage.change(stage.energy, digest_at=time(9))
    stage.now = EVENING + 15 * HOUR
    next_day = build(stage, ON + DAY)
    assert (next_day.since, next_day.until) == (EVENING, EVENING + 15 * HOUR)
    assert build(stage).until == EVENING  # a posted digest keeps its span


def test_it_refuses_a_future_day(stage: Stage) -> None:
    with pytest.raises(DayNotBegun):
        build(stage, ON + 2 * DAY)


# -- its numbers


def test_it_counts_what_was_done(stage: Stage) -> None:
    outcomes = (Outcome.BUSY, Outcome.NO_ANSWER, Outcome.NO_ANSWER, Outcome.SUCCESS, Outcome.NOT_DIALLED)
    for index, outcome in enumerate(outcomes):
        stage.call(stage.contact(), (stage.alice, stage.bob)[index % 2], TUESDAY + index * HOUR, outcome)
    unreported = stage.call(stage.contact(), stage.bob, TUESDAY + HOUR)
    stage.change(unreported, state=AttemptState.UNREPORTED)
    stage.call(stage.contact(stage.other_campaign), stage.charlie, TUESDAY, Outcome.BUSY)
    day = build(stage)
    assert (day.attempts, day.connected, day.contacts, day.unreported, day.not_dialled) == (5, 1, 1, 1, 1)
    assert day.outcomes == ((Outcome.NO_ANSWER, 2), (Outcome.BUSY, 1), (Outcome.SUCCESS, 1))
    assert day.by_hour == tuple({10: 1, 11: 2, 12: 1, 13: 1}.get(hour, 0) for hour in range(24))
    assert [(one.name, one.attempts, one.contacts) for one in day.agents] == [("Alice", 2, 0), ("Bob", 3, 1)]


def test_connected_counts_answers_and_contacts_counts_conversations_with_the_right_person(stage: Stage) -> None:
    for outcome in (Outcome.NO_ANSWER, Outcome.VOICEMAIL_HEARD, Outcome.THIRD_PARTY, Outcome.CONVERSATION):
        stage.call(stage.contact(), stage.alice, TUESDAY, outcome)
    day = build(stage)
    assert (day.attempts, day.connected, day.contacts) == (4, 3, 1)
    assert [(one.name, one.contacts) for one in day.agents if one.attempts] == [("Alice", 1)]


def test_it_counts_hours_on_the_teams_clock(stage: Stage) -> None:
    stage.change(stage.energy, zone="Asia/Kolkata", digest_at=time(22))
    stage.call(stage.contact(), stage.alice, TUESDAY, Outcome.BUSY)
    assert build(stage).by_hour[15] == 1


def test_a_quiet_day_shows_zero_faults(stage: Stage) -> None:
    day = build(stage)
    assert [check.name for check in day.audit] == list(judging.CHECKS)
    assert {check.broken for check in day.audit} == {0}


def test_faults_stand_at_its_head_and_are_marked_in_the_evidence(stage: Stage) -> None:
    contact = stage.contact(number="+442079460444")
    stage.call(contact, stage.alice, TUESDAY - DAY, Outcome.NO_ANSWER)
    stage.call(contact, stage.alice, TUESDAY, Outcome.NO_ANSWER)
    digests.post_due(stage.deps)
    day, evidence = stage.outbox.digests[-1], stage.outbox.evidence[-1]
    assert next(check.broken for check in day.audit if check.name == judging.IN_LOCK) == 1
    [row] = [row for row in _table(evidence) if row["kind"] == "attempt"]
    assert row["says"] == judging.IN_LOCK
    assert (row["number"], row["local_time"], row["agent"]) == ("•••• 444", "10:00:00", "Alice")


def _refuse(stage: Stage, agent: Agent, *rules: str, at: datetime = TUESDAY, **values: Any) -> None:
    citation = Citation("Ofcom statement", "A1.54", "https://example.org/ofcom", ON)
    findings = tuple(
        Finding(rule, "gb", "cool_off", Effect.LOCK, None, Status.HOUSE, Mode.BLOCK, citation, Said(f"Says {rule}"))
        for rule in rules
    )
    permitted = Finding("gb.ok", "gb", "x", Effect.WARN, None, Status.LAW, Mode.WARN, citation, Said("Only a warning"))
    decision = Decision(Verdict.LOCKED, at, None, None, (), (*findings, permitted), "r")
    record = stage.decision(stage.contact(), agent, at, verdict=Verdict.LOCKED, findings=findings_as_json(decision))
    for name, value in values.items():
        setattr(record, name, value)
    stage.add(record)


def test_it_counts_refusals_by_rule_with_their_source(stage: Stage) -> None:
    _refuse(stage, stage.alice, "house.cap", "house.cool_off", "house.cap")
    _refuse(stage, stage.bob, "house.cool_off")
    _refuse(stage, stage.charlie, "house.cap")
    _refuse(stage, stage.alice, "house.cap", at=EVENING)
    _refuse(stage, stage.alice, "house.cap", verdict=Verdict.CALLABLE)
    rows = build(stage).refusals
    assert [(row.rule, row.count) for row in rows] == [("house.cool_off", 2), ("house.cap", 1)]
    assert (rows[0].says, rows[0].status) == ("Says house.cool_off", "house")
    assert (rows[0].citation, rows[0].url) == ("Ofcom statement, A1.54", "https://example.org/ofcom")


def test_it_counts_an_opt_out_once_though_it_stops_number_and_person(stage: Stage) -> None:
    contact = stage.contact()
    attempt = stage.call(contact, stage.alice, TUESDAY, Outcome.DO_NOT_CALL)
    by_alice = {"recorded_by": stage.alice.id}
    stage.suppress(contact, TUESDAY, attempt_id=attempt.id, person_id=None, **by_alice)
    stage.suppress(contact, TUESDAY, attempt_id=attempt.id, number="", **by_alice)
    stage.suppress(stage.contact(), TUESDAY + HOUR, **by_alice)  # typed by hand
    stage.suppress(stage.contact(), TUESDAY, recorded_by=stage.charlie.id)
    stage.suppress(stage.contact(), TUESDAY - 2 * DAY, **by_alice)
    assert build(stage).opt_outs == 2


def test_it_lists_what_waits_for_a_person(stage: Stage) -> None:
    for _ in range(2):
        stage.contact(verdict=Verdict.HELD, because="a complaint", callable_from=None)
    stage.contact(verdict=Verdict.LOCKED, because="72 hours", callable_from=None)
    assert build(stage).waiting == (Closed(ContactState.HELD, "a complaint", 2, None),)


def test_it_stores_what_it_posted(stage: Stage) -> None:
    stage.call(stage.contact(number="+442079460123"), stage.alice, TUESDAY, Outcome.SUCCESS)
    digests.post_due(stage.deps)
    run = next(row for row in stage.rows(DigestRun) if row.team_id == stage.energy.id and row.posted_at)
    kept = next(row for row in stage.rows(DigestRun) if row.on_date == ON and row.team_id == stage.energy.id).content
    assert run.content
    assert (kept["attempts"], kept["outcomes"], kept["on"]) == (1, [["success", 1]], "2026-11-24")
    assert [(one["name"], one["attempts"]) for one in kept["agents"]] == [("Alice", 1), ("Bob", 0)]
    assert "+44" not in repr(kept)


# -- what is attached


def _table(evidence: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(evidence.decode("utf-8-sig"), newline="")))


def test_it_attaches_the_audit_the_refusals_and_every_attempt_as_evidence(stage: Stage) -> None:
    stage.call(stage.contact(number="+442079460123"), stage.alice, TUESDAY, Outcome.SUCCESS)
    _refuse(stage, stage.bob, "house.cap")
    digests.post_due(stage.deps)
    table = _table(stage.outbox.evidence[-1])
    assert [row["says"] for row in table if row["kind"] == "audit"] == list(judging.CHECKS)
    assert {row["count"] for row in table if row["kind"] == "audit"} == {"0"}
    [refusal] = [row for row in table if row["kind"] == "refusal"]
    assert (refusal["count"], refusal["source"]) == ("1", "house, Ofcom statement, A1.54, https://example.org/ofcom")
    [attempt] = [row for row in table if row["kind"] == "attempt"]
    assert (attempt["number"], attempt["outcome"]) == ("•••• 123", "success")
    assert b"+44" not in stage.outbox.evidence[-1]
    assert b"Person " not in stage.outbox.evidence[-1]


@pytest.mark.parametrize("name", ['=HYPERLINK("http://x")', "+1", "-1", "@x", "\tx"])
def test_it_escapes_names_that_a_spreadsheet_would_run(stage: Stage, name: str) -> None:
    stage.change(stage.alice, name=name)
    stage.call(stage.contact(), stage.alice, TUESDAY, Outcome.BUSY)
    digests.post_due(stage.deps)
    [row] = [row for row in _table(stage.outbox.evidence[-1]) if row["kind"] == "attempt"]
    assert row["agent"] == f"'{name}"


@pytest.mark.long
@pytest.mark.parametrize("count", [0, 1, 123_456])
def test_it_draws_a_day_of_any_size(stage: Stage, count: int) -> None:
    day = build(stage)
    outcomes = tuple((outcome, count) for outcome in Outcome if count)
    drawn = day_chart.render(replace(day, team="😀 $x_1$ ﷽", by_hour=(count,) * 24, outcomes=outcomes, attempts=count))
    assert drawn.startswith(PNG)
    assert len(drawn) < 300_000


def test_it_writes_evidence_of_an_empty_day(stage: Stage) -> None:
    table = _table(building.write_evidence(build(stage), [], {}))
    assert {row["kind"] for row in table} == {"audit"}
