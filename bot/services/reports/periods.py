"""The span each digest covers: days end at the team's own hour, weeks with Sunday, months with their last day.

Every call is in exactly one day, one week and one month. Days follow without a gap even when `digest_at` changes,
because each day's span is stored.
"""

from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlmodel import Session

from bot.services.answers.reports import Edition
from policy.calendar import local_time
from storage.models import DigestRun, Team
from storage.queries.reports import digests

DAY = timedelta(days=1)
_DAYS_OF_WEEK = 7


class Covered(NamedTuple):
    """One day of a team, [since, until), and its digest, if one was begun."""

    on: date
    since: datetime
    until: datetime
    run: DigestRun | None


def last_day(edition: Edition, on: date) -> date:
    """The last day of the week or month that contains a day."""
    if edition is Edition.WEEK:
        return on + (_DAYS_OF_WEEK - on.isoweekday()) * DAY
    return on.replace(day=monthrange(on.year, on.month)[1]) if edition is Edition.MONTH else on


def first_day(edition: Edition, on: date) -> date:
    """The first day of the week or month that contains a day."""
    if edition is Edition.WEEK:
        return on - (on.isoweekday() - 1) * DAY
    return on.replace(day=1) if edition is Edition.MONTH else on


def one_before(edition: Edition, on: date) -> date:
    """The last day of the period before the one that contains a day."""
    return first_day(edition, on) - DAY


def end_of(team: Team, on: date) -> datetime:
    """When the team's clock reads its digest hour on a date."""
    return local_time.moment(team.zone, on, team.digest_at)


def day_at(team: Team, at: datetime) -> date:
    """The date whose digest covers a moment."""
    on = local_time.date_in(team.zone, at)
    return on if at < end_of(team, on) else on + DAY


def last_over(team: Team, at: datetime) -> date:
    """The newest date whose day is over."""
    return day_at(team, at) - DAY


def days_of(session: Session, team: Team, first: date, last: date) -> list[Covered]:
    """The days from one date to another, each beginning where the last ended; as stored, if they were built before."""
    runs = {run.on_date: run for run in digests.daily_runs(session, [team.id or 0], first - DAY, last)}
    before = _stored(runs.get(first - DAY), "until", end_of(team, first - DAY))
    since = _stored(runs.get(first), "since", min(before, end_of(team, first)))
    found = []
    for on in (first + days * DAY for days in range((last - first).days + 1)):
        until = _stored(runs.get(on), "until", end_of(team, on))
        found.append(Covered(on, since, max(since, until), runs.get(on)))
        since = found[-1].until
    return found


def _stored(run: DigestRun | None, name: str, otherwise: datetime) -> datetime:
    return datetime.fromisoformat(run.content[name]) if run is not None and "until" in run.content else otherwise
