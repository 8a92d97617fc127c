"""Forecasts supply: what becomes callable each hour today and each day this week, and when each team runs out.

Counted from cached windows. A contact has one window at a time, its next, so each contact is counted once.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from sqlmodel import Session

from bot.services.answers.teams import Ahead, Forecast
from policy.calendar import local_time
from storage.models import Team
from storage.queries import setup, stock
from storage.queries.reports import status

DAYS = 7
PACE_OVER = timedelta(hours=1)
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
SOON = timedelta(hours=1)
ENDS_ANYWAY = timedelta(minutes=30)  # running out so shortly before the last window closes is no news
_NEAREST = 300  # seconds: the forecast is no more exact than this


def forecast(session: Session, team: Team, campaigns: Sequence[int], at: datetime, callable_now: int) -> Forecast:
    """The forecast as of a moment. `callable_now`: callable contacts that no agent holds."""
    hours = hours_left(team.zone, at)
    moments = [at, *hours[1:]]
    opening = stock.opening(session, campaigns, moments)
    found = stock.open_at(session, campaigns, moments)
    with_agents = max(found[0] - callable_now, 0)
    free = [max(count - with_agents, 0) for count in found]
    made = status.tallies(session, team.id or 0, at - PACE_OVER, at + timedelta(microseconds=1))
    pace = sum(one.calls for one in made)
    left = left_over(moments, free, pace)
    return Forecast(
        zone=team.zone,
        hours=tuple(Ahead(*each) for each in zip(hours, opening, left, strict=False)),
        days=days_ahead(session, team, campaigns, at),
        calls_an_hour=pace,
        dry_at=runs_dry(moments, free, pace),
        closes_at=closing(moments, found),
    )


def dry_soon_at(ahead: Forecast, open_now: int, at: datetime) -> datetime | None:
    """When the team runs out of contacts, if within the hour, though calls are allowed for longer; else None.

    `open_now`: contacts that may be called now, with those that agents hold. A team without any has run out already.
    """
    if not open_now or ahead.dry_at is None or ahead.dry_at > at + SOON:
        return None
    return None if closes_too_soon(ahead.dry_at, ahead.closes_at) else ahead.dry_at


def closes_too_soon(dry_at: datetime | None, closes_at: datetime | None) -> bool:
    """Whether the last window closes so shortly after the team runs dry that it does not matter."""
    return dry_at is not None and closes_at is not None and dry_at > closes_at - ENDS_ANYWAY


def days_ahead(session: Session, team: Team, campaigns: Sequence[int], at: datetime) -> tuple[Ahead, ...]:
    """How many contacts become callable in the rest of today, and on each of the six days after."""
    today = local_time.date_in(team.zone, at)
    midnights = [local_time.midnight(team.zone, today + days * _DAY) for days in range(DAYS + 1)]
    opening = stock.opening(session, campaigns, [at, *midnights[1:]])
    return tuple(Ahead(*pair) for pair in zip(midnights, opening, strict=False))


def hours_left(zone: str, at: datetime) -> list[datetime]:
    """The start of each hour of the local day, from the current one on, and the end of the day."""
    wall = local_time.time_in(zone, at)
    start = at - timedelta(minutes=wall.minute, seconds=wall.second, microseconds=at.microsecond)
    end = local_time.midnight(zone, local_time.date_in(zone, at) + _DAY)
    hours = [start]
    while hours[-1] + _HOUR < end:
        hours.append(hours[-1] + _HOUR)
    return [*hours, end]


def runs_dry(moments: Sequence[datetime], stock: Sequence[int], pace: int) -> datetime | None:
    """When everything callable has been called, at `pace` calls an hour; None if the day's windows close first."""
    if not pace:
        return None
    for (start, end), (before, after) in zip(pairwise(moments), pairwise(stock), strict=True):
        left = before - pace * ((start - moments[0]) / _HOUR)
        lasts_until = start + (left + max(after - before, 0)) / pace * _HOUR
        if lasts_until <= end:
            about = max(lasts_until, start).replace(microsecond=0)
            return about - timedelta(seconds=int(about.timestamp()) % _NEAREST)
        if not after:
            return None
    return None


def left_over(moments: Sequence[datetime], stock: Sequence[int], pace: int) -> list[int]:
    """How many of the windows open at each moment have not been called by then, at `pace` calls an hour."""
    left = [stock[0]]
    for (start, end), (before, after) in zip(pairwise(moments), pairwise(stock), strict=True):
        called = round(pace * ((end - start) / _HOUR))
        left.append(min(max(left[-1] + max(after - before, 0) - called, 0), after))
    return left


def closing(moments: Sequence[datetime], stock: Sequence[int]) -> datetime | None:
    """When the last window of today closes; None if no window is open today, or one is open to the end of the day."""
    last = max((place for place, count in enumerate(stock) if count), default=None)
    return None if last is None or last + 2 >= len(stock) else moments[last + 1]


ENOUGH_FOR = timedelta(hours=2)
_STEP, _STEPS = timedelta(minutes=30), 7  # as far as a team's supply matters here
_PLENTY = 2  # times the calls of an hour


class Supply(NamedTuple):
    """Whether a team's contacts last, at the pace of the last hour."""

    dry_soon_at: datetime | None  # out of contacts within the hour, though calls are allowed for longer
    is_enough: bool  # for two hours and longer


def supply_soon(session: Session, organisation_id: int, told: Collection[int], at: datetime) -> Mapping[int, Supply]:
    """The supply of each team that may run dry soon, by team id, and of those in `told`; none of teams without calls.

    Counts only so far as it must: most teams have plenty, which the first rows of their lists show.
    """
    pace = stock.calls_by_team(session, organisation_id, at - PACE_OVER, at + timedelta(microseconds=1))
    worked = setup.campaigns_by_team(session, pace)
    most = _PLENTY * max(pace.values(), default=0)
    lasting = stock.lasting(session, sorted({one for each in worked.values() for one in each}), at, at + SOON, most)
    short = {
        team: campaigns
        for team, campaigns in worked.items()
        if team in told or sum(lasting[one] for one in campaigns) < _PLENTY * pace[team]
    }
    if not short:
        return {}
    half_hour = at.replace(minute=at.minute // 30 * 30, second=0, microsecond=0)  # calling hours begin and end on one
    moments = [at, *(half_hour + (1 + step) * _STEP for step in range(_STEPS))]
    free, windows = _stocks(session, {one for each in short.values() for one in each}, moments)
    return {
        team: _supply([free[one] for one in campaigns], [windows[one] for one in campaigns], moments, pace[team])
        for team, campaigns in short.items()
    }


def _supply(
    free: Sequence[Sequence[int]], windows: Sequence[Sequence[int]], moments: Sequence[datetime], pace: int
) -> Supply:
    """`windows`: with those of contacts that agents hold."""
    at = moments[0]
    stock, open_at = ([sum(each) for each in zip(*counts, strict=True)] for counts in (free, windows))
    dry_at = runs_dry(moments, stock, pace)
    is_news = open_at[0] and dry_at is not None and dry_at <= at + SOON
    is_over = not is_news or closes_too_soon(dry_at, closing(moments, open_at))
    return Supply(None if is_over else dry_at, dry_at is None or dry_at > at + ENOUGH_FOR)


def _stocks(
    session: Session, campaigns: Collection[int], moments: Sequence[datetime]
) -> tuple[Mapping[int, Sequence[int]], Mapping[int, Sequence[int]]]:
    """By campaign: how many windows are open at each moment of contacts that no agent holds, and of all."""
    nothing = [0] * len(moments)
    free: dict[int, Sequence[int]] = defaultdict(lambda: nothing)
    both: dict[int, Sequence[int]] = defaultdict(lambda: nothing)
    for campaign_id, is_with_agents, counts in stock.stocks(session, campaigns, moments):
        both[campaign_id] = [one + more for one, more in zip(both[campaign_id], counts, strict=True)]
        if not is_with_agents:
            free[campaign_id] = counts
    return free, both
