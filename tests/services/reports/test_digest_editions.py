"""Week and month digests: after the last day, once, to teams that want them, audited again, no day hidden."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.services.answers.evidence.proof_packs import Text
from bot.services.answers.reports import FIGURES, Digest, Edition, said_in
from bot.services.audit import judging
from bot.services.errors import DayNotBegun
from bot.services.reports import day_chart, digests, periods
from policy.templates.sentence import Said
from policy.vocabulary import Outcome
from storage.models import Attempt, DigestRun
from tests.fakes import FRACTION, SampleOrganisation
from tests.services.stage import BUSY, DAY, HOUR, MINUTE, Stage

pytestmark = pytest.mark.usefixtures("few_charts")

SUNDAY = date(2026, 11, 22)
EVENING = datetime(2026, 11, 22, 18, tzinfo=UTC)
TEN = datetime(2026, 11, 18, 10, tzinfo=UTC)  # Wednesday of that week, in the morning


@pytest.fixture
def stage(acme: SampleOrganisation) -> Stage:
    stage = Stage(acme)
    stage.change(stage.water, editions="")
    for days in range(1, 7):  # the digests of the days before exist
        _posted(stage, SUNDAY - days * DAY)
    stage.now = EVENING
    return stage


def _posted(stage: Stage, on: date, edition: str = "day", **content: Any) -> DigestRun:
    row = DigestRun(
        organisation_id=stage.organisation_id,
        team_id=stage.energy.id or 0,
        on_date=on,
        edition=edition,
        posted_at=EVENING,
        content=content,
    )
    return stage.add(row)


def _arrived(stage: Stage) -> list[tuple[str, date]]:
    return [(one.edition.value, one.on) for one in stage.outbox.digests]


def _week(stage: Stage, on: date = SUNDAY, edition: Edition = Edition.WEEK) -> Digest:
    return digests.build(stage.deps, stage.energy.id or 0, on, edition)


def _called_daily(stage: Stage) -> Iterator[Attempt]:
    """Two calls on Wednesday, one on Saturday evening, which is in Sunday's digest, and one before and after the
    week."""
    for at in (TEN, TEN + HOUR, EVENING - 20 * HOUR, EVENING - 7 * DAY - MINUTE, EVENING):
        yield stage.call(stage.contact(), stage.alice, at, Outcome.CONVERSATION)


@pytest.mark.night
def test_it_posts_the_week_after_the_digest_of_its_sunday_and_only_once(stage: Stage) -> None:
    stage.now = EVENING - MINUTE
    assert digests.post_due(stage.deps) == 0
    stage.now, stage.outbox.fails = EVENING, BUSY
    assert digests.post_due(stage.deps) == 0  # the day first
    stage.now, stage.outbox.fails = EVENING + 5 * MINUTE, None
    assert digests.post_due(stage.deps) == 2
    assert digests.post_due(stage.deps) == 0
    assert _arrived(stage) == [("day", SUNDAY), ("week", SUNDAY)]
    [run] = [row for row in stage.rows(DigestRun) if row.edition == "week"]
    assert (run.on_date, run.posted_at, run.content["edition"]) == (SUNDAY, stage.now, "week")


@pytest.mark.long
def test_it_posts_the_month_with_its_last_day_and_not_again_the_week(stage: Stage) -> None:
    stage.now = datetime(2026, 11, 30, 18, tzinfo=UTC)  # a Monday
    for days in range(7):
        _posted(stage, date(2026, 11, 29) - days * DAY)
    _posted(stage, date(2026, 11, 29), "week")
    assert digests.post_due(stage.deps) == 2
    assert _arrived(stage) == [("day", date(2026, 11, 30)), ("month", date(2026, 11, 30))]
    assert stage.outbox.digests[-1].first_on == date(2026, 11, 1)


@pytest.mark.long
@pytest.mark.parametrize(
    ("editions", "expected"), [("day", ["day"]), ("week", ["week"]), ("month", []), ("week day", ["day", "week"])]
)
def test_it_posts_only_the_editions_a_team_wants(stage: Stage, editions: str, expected: list[str]) -> None:
    stage.change(stage.energy, editions=editions)
    digests.post_due(stage.deps)
    assert [edition for edition, _ in _arrived(stage)] == expected


def test_a_week_misses_no_digest_of_the_days_before_the_daily_one_was_switched_on(stage: Stage) -> None:
    for row in stage.rows(DigestRun):
        stage.change(row, posted_at=None)
    stage.change(stage.energy, daily_since=EVENING - 3 * DAY + MINUTE)
    assert [day.is_posted for day in _week(stage).days] == [True] * 4 + [False] * 3


def test_a_team_is_owed_no_week_before_its_first_call(stage: Stage) -> None:
    stage.change(stage.energy, editions="")
    stage.change(stage.water, editions="week")
    assert digests.post_due(stage.deps) == 0
    stage.call(stage.contact(stage.other_campaign), stage.charlie, TEN, Outcome.BUSY)
    assert digests.post_due(stage.deps) == 1
    assert stage.outbox.digests[0].attempts == 1


@pytest.mark.long
def test_it_takes_a_week_over_only_when_its_process_is_overdue(stage: Stage) -> None:
    digests.post_due(stage.deps)
    [run] = [row for row in stage.rows(DigestRun) if row.edition == "week"]
    stage.change(run, posted_at=None, taken_at=EVENING)  # another process took it, and died
    stage.outbox.digests.clear()
    stage.now = EVENING + 19 * MINUTE
    assert digests.post_due(stage.deps) == 0
    stage.now = EVENING + 20 * MINUTE
    assert digests.post_due(stage.deps) == 1


@pytest.mark.long
def test_it_counts_every_call_in_one_week_and_one_day_of_it(stage: Stage) -> None:
    list(_called_daily(stage))
    week = _week(stage)
    assert (week.first_on, week.on, week.attempts, week.contacts) == (date(2026, 11, 16), SUNDAY, 3, 3)
    assert [day.figures["attempts"] for day in week.days] == [0, 0, 2, 0, 0, 0, 1]
    assert (week.since, week.until, week.is_over) == (EVENING - 7 * DAY, EVENING, True)
    stage.now = EVENING + HOUR
    assert [_week(stage, SUNDAY + days * DAY).attempts for days in (-7, 1)] == [1, 1]


@pytest.mark.long
def test_it_audits_the_whole_week_and_names_the_day_of_a_fault(stage: Stage) -> None:
    contact = stage.contact()
    stage.call(contact, stage.alice, TEN, Outcome.NO_ANSWER)
    stage.call(contact, stage.alice, TEN + 2 * DAY, Outcome.NO_ANSWER)
    week = _week(stage)
    [broken] = [check for check in week.audit if check.broken]
    assert (broken.name, broken.broken) == (judging.IN_LOCK, 1)
    assert broken.details[0].startswith("2026-11-20 10:00 Alice")
    assert isinstance(broken.details[0], Said), "other languages say it too"
    assert [day.figures["broken"] for day in week.days] == [0, 0, 0, 0, 1, 0, 0]


@pytest.mark.long
def test_it_names_days_without_a_digest_and_still_counts_them(stage: Stage) -> None:
    list(_called_daily(stage))
    wednesday = next(row for row in stage.rows(DigestRun) if row.on_date == TEN.date())
    stage.change(wednesday, posted_at=None)
    week = _week(stage)
    assert [day.on for day in week.days if not day.is_posted] == [TEN.date(), SUNDAY]
    assert week.attempts == 3
    stage.change(stage.energy, editions="week")
    assert all(day.is_posted for day in _week(stage).days)  # none owed, none missing


@pytest.mark.long
def test_it_shows_a_days_own_digest_beside_late_changes(stage: Stage) -> None:
    attempt = stage.call(stage.contact(), stage.alice, EVENING - HOUR)
    digests.post_due(stage.deps)
    stage.say(attempt, Outcome.SUCCESS, EVENING + HOUR)
    stage.now = EVENING + 2 * HOUR
    last = _week(stage).days[-1]
    assert (last.figures["contacts"], last.said and last.said["contacts"]) == (1, 0)


@pytest.mark.long
def test_it_compares_with_the_digest_of_the_week_before(stage: Stage) -> None:
    assert _week(stage).before is None
    called = [["no_answer", 4], ["third_party", 3], ["success", 2]]
    said = {"attempts": 9, "connected": 5, "outcomes": called, "not_dialled": 0, "unreported": 1, "opt_outs": 3}
    audit = [{"name": "double leases", "broken": 4, "details": []}]
    _posted(stage, SUNDAY - 7 * DAY, "week", refusals=[{"count": 2}, {"count": 5}], audit=audit, **said)
    figures = {**said, "contacts": 2, "refusals": 7, "overrides": 0, "broken": 4}
    assert _week(stage).before == {key: number for key, number in figures.items() if key != "outcomes"}
    assert said_in({"attempts": 9}) == {"attempts": 9, "contacts": 0, "refusals": 0, "overrides": 0, "broken": 0}
    assert said_in({"told": {}}) is None, "it was never built"


def test_a_changed_digest_hour_leaves_no_gap_in_the_week(stage: Stage) -> None:
    wednesday = next(row for row in stage.rows(DigestRun) if row.on_date == TEN.date())
    stage.change(wednesday, content={"since": "2026-11-17T18:00:00+00:00", "until": "2026-11-18T12:00:00+00:00"})
    for hours in (1, 3):
        stage.call(stage.contact(), stage.alice, TEN + hours * HOUR, Outcome.BUSY)
    assert [day.figures["attempts"] for day in _week(stage).days] == [0, 0, 1, 1, 0, 0, 0]


@pytest.mark.long
def test_it_posts_a_week_again_and_keeps_one_row(stage: Stage) -> None:
    digests.post_due(stage.deps)
    stage.now += HOUR
    again = digests.repost(stage.deps, stage.energy.id or 0, date(2026, 11, 17), Edition.WEEK)
    assert again.on == SUNDAY
    [run] = [row for row in stage.rows(DigestRun) if row.edition == "week"]
    assert (run.posted_at, run.message_ts) == (EVENING.replace(microsecond=FRACTION), "1764000000.000003")


@pytest.mark.long
def test_it_posts_a_week_so_far_and_its_digest_still_follows(stage: Stage) -> None:
    stage.now = TEN
    week = digests.repost(stage.deps, stage.energy.id or 0, SUNDAY, Edition.WEEK)
    assert (week.is_over, week.until, len(week.days)) == (False, TEN.replace(microsecond=FRACTION), 3)
    assert not [row for row in stage.rows(DigestRun) if row.edition == "week"]
    with pytest.raises(DayNotBegun):
        _week(stage, SUNDAY + DAY)


def smallest_letters(digest: Digest) -> float:
    """In points, at the width at which Slack shows the chart: half of its own."""
    said = [one for one in day_chart.drawn(digest).marks if isinstance(one, Text)]
    assert len(said) > 20
    return min(one.size for one in said) / 2 * 72 / 96


@pytest.mark.night
@pytest.mark.parametrize(
    ("edition", "count"), [(Edition.WEEK, 0), (Edition.WEEK, 1), (Edition.WEEK, 123_456), (Edition.MONTH, 123_456)]
)
def test_it_draws_a_week_and_a_month_of_any_size(stage: Stage, edition: Edition, count: int) -> None:
    week = _week(stage, edition=edition)
    figures = dict.fromkeys([one.key for one in FIGURES], count)
    days = tuple(replace(day, figures=figures) for day in week.days)
    outcomes = tuple((outcome, count) for outcome in Outcome if count)
    digest = replace(week, days=days, by_hour=(count,) * 24, outcomes=outcomes, attempts=count, contacts=count)
    drawn = day_chart.render(digest)
    assert drawn.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(drawn) < 500_000
    assert smallest_letters(digest) >= 11


@pytest.mark.long
def test_its_chart_and_evidence_show_its_days(stage: Stage) -> None:
    stage.call(stage.contact(), stage.alice, TEN, Outcome.BUSY)
    digests.post_due(stage.deps)
    rows = stage.outbox.evidence[-1].decode("utf-8-sig").splitlines()
    days = [row for row in rows if row.startswith("day,")]
    assert (len(days), days[2].split(",")[1], "attempts 1" in days[2]) == (7, "2026-11-18", True)
    assert not [row for row in rows if row.startswith("attempt,")], "the days' own files have them"


def test_weeks_and_months_begin_and_end_on_the_right_days() -> None:
    assert periods.last_day(Edition.WEEK, date(2026, 12, 28)) == date(2027, 1, 3)
    assert periods.first_day(Edition.WEEK, date(2027, 1, 3)) == date(2026, 12, 28)
    assert periods.last_day(Edition.MONTH, date(2028, 2, 1)) == date(2028, 2, 29)
    assert periods.one_before(Edition.MONTH, date(2026, 3, 31)) == date(2026, 2, 28)
