"""Supply: every opening is counted once, in its own hour and day of the team's zone; and how long the supply lasts."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from bot.services.answers.teams import Forecast
from bot.services.reports import day_chart, digests
from bot.services.teams import forecast
from bot.services.teams.team_status import team_status
from policy.vocabulary import Verdict
from storage.models import Team
from tests.fakes import TUESDAY, SampleOrganisation
from tests.services.stage import DAY, HOUR, MINUTE, Stage

MIDNIGHT, TEN = datetime(2026, 11, 24, tzinfo=UTC), datetime(2026, 11, 24, 10, tzinfo=UTC)


@pytest.fixture
def stage(acme: SampleOrganisation) -> Stage:
    return Stage(acme)


def ahead(stage: Stage) -> Forecast:
    found = team_status(stage.deps, stage.actor(stage.dana)).forecast
    assert found is not None
    return found


def opens(stage: Stage, at: datetime, lasts: timedelta = HOUR) -> None:
    stage.contact(verdict=Verdict.LOCKED, callable_from=at, callable_until=at + lasts)


def test_it_counts_each_opening_in_its_hour_and_its_day(stage: Stage) -> None:
    for moment in (20 * MINUTE, 59 * MINUTE, HOUR, 3 * HOUR, DAY, DAY + HOUR, 6 * DAY, 7 * DAY):
        opens(stage, TUESDAY + moment)
    opens(stage, TUESDAY - MINUTE)  # already open, so not an opening to come
    found = ahead(stage)
    assert [one.opens for one in found.hours] == [2, 1, 0, 1, *[0] * 10]
    assert found.hours[0].starts_at == TEN
    assert [one.opens for one in found.days] == [4, 2, 0, 0, 0, 0, 1]
    assert [one.starts_at for one in found.days] == [MIDNIGHT + days * DAY for days in range(7)]


def test_it_leaves_out_finished_contacts_and_other_teams(stage: Stage) -> None:
    opens(stage, TUESDAY + HOUR)
    stage.contact(callable_from=TUESDAY + HOUR, finished_at=TUESDAY)
    stage.contact(stage.other_campaign, callable_from=TUESDAY + HOUR)
    assert sum(one.opens for one in ahead(stage).hours) == 1


@pytest.mark.parametrize(
    ("zone", "at", "hours", "first"),
    [
        ("Asia/Kolkata", TUESDAY, 9, TEN - 30 * MINUTE),  # 15:30 there: the current hour began at 15:00
        ("Europe/London", datetime(2026, 3, 29, 0, 10, tzinfo=UTC), 23, datetime(2026, 3, 29, tzinfo=UTC)),
        ("Europe/London", datetime(2026, 10, 24, 23, 0, tzinfo=UTC), 25, datetime(2026, 10, 24, 23, tzinfo=UTC)),
        ("Europe/London", datetime(2026, 11, 24, 23, 59, tzinfo=UTC), 1, datetime(2026, 11, 24, 23, tzinfo=UTC)),
    ],
)
def test_it_divides_the_teams_local_day_into_hours(zone: str, at: datetime, hours: int, first: datetime) -> None:
    edges = forecast.hours_left(zone, at)
    assert len(edges) - 1 == hours
    assert edges[0] == first
    assert all(after - before == HOUR for before, after in pairwise(edges))


def test_it_forecasts_when_the_last_contact_is_called(stage: Stage) -> None:
    for _ in range(3):
        stage.contact()
    opens(stage, TUESDAY + 90 * MINUTE, 8 * HOUR)
    called = stage.contact(verdict=Verdict.LOCKED, callable_from=TUESDAY + 3 * DAY, callable_until=None)
    for ago in (10 * MINUTE, 50 * MINUTE, 61 * MINUTE):
        stage.attempt(called, stage.alice, TUESDAY - ago)
    found = ahead(stage)
    assert found.calls_an_hour == 2
    # three now and one before noon at two calls an hour: all four are called by noon
    assert found.dry_at == TEN + 2 * HOUR
    assert [one.left for one in found.hours] == [3, 1, *[0] * 12]
    assert found.closes_at == TEN + 10 * HOUR


@pytest.mark.long
def test_it_forecasts_no_end_without_calls_or_when_the_day_closes_first(stage: Stage) -> None:
    for _ in range(30):
        stage.contact()
    assert ahead(stage).dry_at is None
    stage.attempt(stage.contact(verdict=Verdict.HELD, callable_from=None), stage.alice, TUESDAY - MINUTE)
    assert ahead(stage).calls_an_hour == 1
    assert ahead(stage).dry_at is None
    assert ahead(stage).closes_at == TEN + 10 * HOUR


def test_it_names_no_closing_hour_when_the_day_ends_first(stage: Stage) -> None:
    stage.contact(verdict=Verdict.CALLABLE, callable_from=TUESDAY, callable_until=MIDNIGHT + DAY)
    assert ahead(stage).closes_at is None


def test_it_says_at_once_that_no_contact_is_left(stage: Stage) -> None:
    contact = stage.contact()
    stage.attempt(contact, stage.alice, TUESDAY - MINUTE)
    stage.lease(contact, stage.alice, TUESDAY - MINUTE)
    assert ahead(stage).dry_at == TEN


def test_it_shows_an_agent_no_forecast(stage: Stage) -> None:
    assert team_status(stage.deps, stage.actor(stage.alice)).forecast is None


@pytest.mark.long
def test_only_todays_digest_shows_the_days_ahead(stage: Stage) -> None:
    opens(stage, TUESDAY + DAY)
    team = stage.rows(Team)[0]
    today = digests.build(stage.deps, team.id or 0, date(2026, 11, 24))
    assert [one.opens for one in today.ahead] == [0, 1, 0, 0, 0, 0, 0]
    assert len(day_chart.render(today)) > 10_000
    assert digests.build(stage.deps, team.id or 0, date(2026, 11, 20)).ahead == ()
