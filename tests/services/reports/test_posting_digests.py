"""One post for each local day, complete and without repeats."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.services.agents import as_actor
from bot.services.do_not_call import suppressions
from bot.services.reports import digests
from bot.services.setup import plan
from bot.services.setup.fields import entry
from bot.services.setup.objects import Setup, TeamView
from policy.vocabulary import Outcome
from storage.models import DigestRun
from tests.fakes import FRACTION, TUESDAY, SampleOrganisation
from tests.services.reports.digest_stage import EVENING, ON, digest_of, in_the_evening, posted
from tests.services.stage import BUSY, DAY, GONE, HOUR, MINUTE, Stage

pytestmark = pytest.mark.usefixtures("few_charts")


@pytest.fixture
def stage(acme: SampleOrganisation) -> Stage:
    return in_the_evening(acme)


def test_it_posts_when_the_local_hour_has_come_and_only_once(stage: Stage) -> None:
    stage.now = EVENING - timedelta(seconds=1)
    before = digests.post_due(stage.deps)
    stage.outbox.digests.clear()
    stage.now = EVENING
    assert digests.post_due(stage.deps) == 1
    assert digests.post_due(stage.deps) == 0
    assert (before, posted(stage)) == (0, [ON])  # a team without activity is owed no digest of yesterday
    assert stage.outbox.digests[0].channel == "C0ENERGY001"
    run = next(row for row in stage.rows(DigestRun) if row.team_id == stage.energy.id and row.on_date == ON)
    assert (run.posted_at, run.message_ts) == (EVENING.replace(microsecond=FRACTION), "1764000000.000001")


def test_it_posts_at_the_teams_local_time(stage: Stage) -> None:
    stage.change(stage.energy, zone="Asia/Kolkata")  # 18:00 there is 12:30 UTC
    stage.add(digest_of(stage, stage.energy.id, ON - DAY))
    stage.now = datetime(2026, 11, 24, 12, 29, 59, tzinfo=UTC)
    assert digests.post_due(stage.deps) == 0
    stage.now = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
    assert digests.post_due(stage.deps) == 1


def test_it_posts_each_missed_day_of_the_last_week_once(stage: Stage) -> None:
    stage.add(digest_of(stage, stage.energy.id, ON - 10 * DAY))
    assert digests.post_due(stage.deps) == 7
    assert posted(stage) == [ON - days * DAY for days in range(6, -1, -1)]
    assert digests.post_due(stage.deps) == 0


def test_it_posts_a_single_missed_day(stage: Stage) -> None:
    for days in (0, 1, 3, 4, 5, 6, 7):
        stage.add(digest_of(stage, stage.energy.id, ON - days * DAY))
    assert digests.post_due(stage.deps) == 1
    assert posted(stage) == [ON - 2 * DAY]


def test_a_new_team_is_owed_no_day_before_its_first(stage: Stage) -> None:
    digests.post_due(stage.deps)
    assert posted(stage) == [ON]


def test_a_new_team_is_owed_a_quiet_day_after_its_first_digest(stage: Stage) -> None:
    evening, stage.now = stage.now, stage.now - 3 * DAY
    assert digests.post_due(stage.deps) == 1
    stage.now = evening
    digests.post_due(stage.deps)
    assert posted(stage) == [ON - days * DAY for days in (3, 2, 1, 0)]


def test_a_team_is_owed_no_day_on_which_its_daily_digest_was_switched_off(stage: Stage) -> None:
    for days in (9, 8):
        stage.add(digest_of(stage, stage.energy.id, ON - days * DAY))
    stage.add(digest_of(stage, stage.energy.id, ON - 5 * DAY, posted_at=None))  # begun before, and never posted
    switched(stage, EVENING - 4 * DAY - HOUR, "week")
    switched(stage, EVENING - DAY - HOUR, "day week")
    digests.post_due(stage.deps)
    assert [(one.edition, one.on) for one in stage.outbox.digests if one.edition == "day"] == [
        ("day", ON - days * DAY) for days in (5, 1, 0)
    ]


def test_editions_changed_otherwise_lose_no_day(stage: Stage) -> None:
    for days in range(3, 9):
        stage.add(digest_of(stage, stage.energy.id, ON - days * DAY))
    switched(stage, EVENING - DAY - HOUR, "day month")
    switched(stage, EVENING - HOUR, "day month")
    digests.post_due(stage.deps)
    assert posted(stage) == [ON - days * DAY for days in (2, 1, 0)]


def switched(stage: Stage, at: datetime, editions: str) -> None:
    """An admin chooses the team's digests."""
    stage.now = at
    energy = entry(TeamView, name="Energy", channel=stage.energy.channel, zone=stage.energy.zone, editions=editions)
    plan.apply(stage.deps, Setup(teams=(energy,)), "U0DANA")
    stage.now = EVENING


def test_a_day_posted_by_hand_makes_no_other_owed(stage: Stage) -> None:
    digests.repost(stage.deps, stage.energy.id or 0, ON - 3 * DAY)
    digests.post_due(stage.deps)
    assert posted(stage) == [ON - 3 * DAY, ON]


def test_a_new_team_is_owed_every_day_since_its_first_activity(stage: Stage) -> None:
    stage.call(
        stage.contact(), stage.alice, TUESDAY - 2 * DAY + 9 * HOUR, Outcome.BUSY
    )  # Sunday 19:00: Monday's digest
    digests.post_due(stage.deps)
    assert posted(stage) == [ON - DAY, ON]


def test_a_day_with_only_an_opt_out_is_owed(stage: Stage) -> None:
    now, stage.now = stage.now, TUESDAY - 2 * DAY + 9 * HOUR
    suppressions.add(stage.deps, as_actor(stage.alice), "+442079460123")
    stage.now = now
    digests.post_due(stage.deps)
    assert posted(stage) == [ON - DAY, ON]


class Crash(BaseException):
    """The process dies while it talks to Slack."""


def test_it_loses_no_digest_to_a_crash(stage: Stage) -> None:
    stage.outbox.fails = Crash()  # type: ignore[assignment]
    with pytest.raises(Crash):
        digests.post_due(stage.deps)
    stage.outbox.fails, stage.now = None, EVENING + 4 * MINUTE
    assert digests.post_due(stage.deps) == 0  # another process may be posting it
    stage.now = EVENING + 5 * MINUTE
    assert digests.post_due(stage.deps) == 1


def test_it_commits_before_it_posts(stage: Stage) -> None:
    post = stage.outbox.post_digest
    again: list[int] = []

    def tick_meanwhile(*what: Any) -> str:
        again.append(digests.post_due(stage.deps))
        return post(*what)

    stage.outbox.post_digest = tick_meanwhile  # type: ignore[method-assign, assignment]
    assert digests.post_due(stage.deps) == 1
    assert again == [0]


def test_it_retries_temporary_failures_soon_and_lasting_ones_hourly(stage: Stage) -> None:
    stage.outbox.fails = BUSY
    assert digests.post_due(stage.deps) == 0
    stage.now += 5 * MINUTE
    stage.outbox.fails = GONE
    assert digests.post_due(stage.deps) == 0
    stage.outbox.fails = None
    stage.now += 59 * MINUTE
    assert digests.post_due(stage.deps) == 0
    stage.now += MINUTE
    assert digests.post_due(stage.deps) == 1
    assert posted(stage) == [ON]


def test_it_posts_any_day_again_and_keeps_one_row(stage: Stage) -> None:
    digests.post_due(stage.deps)
    stage.outbox.digests.clear()
    rows = len(stage.rows(DigestRun))
    first = digests.repost(stage.deps, stage.energy.id or 0, ON)
    stage.now += HOUR
    second = digests.repost(stage.deps, stage.energy.id or 0, ON)
    assert first == replace(second, built_at=first.built_at)
    assert posted(stage) == [ON, ON]
    assert len(stage.rows(DigestRun)) == rows
    run = next(row for row in stage.rows(DigestRun) if row.team_id == stage.energy.id and row.on_date == ON)
    assert (run.posted_at, run.message_ts) == (EVENING.replace(microsecond=FRACTION), "1764000000.000002")


def test_it_counts_a_late_outcome_when_a_day_is_posted_again(stage: Stage) -> None:
    attempt = stage.call(stage.contact(), stage.alice, TUESDAY)
    digests.post_due(stage.deps)
    stage.say(attempt, Outcome.SUCCESS, EVENING + HOUR)
    stage.now = EVENING + 2 * HOUR
    again = digests.repost(stage.deps, stage.energy.id or 0, ON)
    assert (again.unreported, again.contacts) == (0, 1)


def test_a_missed_day_posted_by_hand_is_not_owed(stage: Stage) -> None:
    stage.add(digest_of(stage, stage.energy.id, ON - DAY))
    digests.repost(stage.deps, stage.energy.id or 0, ON)
    assert digests.post_due(stage.deps) == 0


def test_it_posts_a_day_so_far_and_its_digest_still_follows(stage: Stage) -> None:
    stage.add(digest_of(stage, stage.energy.id, ON - DAY))
    stage.call(stage.contact(), stage.alice, TUESDAY, Outcome.BUSY)
    stage.now = TUESDAY + HOUR
    assert digests.repost(stage.deps, stage.energy.id or 0, ON).until == TUESDAY + HOUR
    stage.now = EVENING
    assert digests.post_due(stage.deps) == 1
