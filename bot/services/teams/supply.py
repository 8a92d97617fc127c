"""Says of all teams at once whether their contacts last, as the scheduler asks every minute."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlmodel import Session

from bot.services.teams.forecast import PACE_OVER, SOON, closes_too_soon, closing, runs_dry
from storage.queries import setup, states

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
    pace = states.calls_by_team(session, organisation_id, at - PACE_OVER, at + timedelta(microseconds=1))
    worked = setup.campaigns_by_team(session, pace)
    most = _PLENTY * max(pace.values(), default=0)
    lasting = states.lasting(session, sorted({one for each in worked.values() for one in each}), at, at + SOON, most)
    short = {
        team: campaigns
        for team, campaigns in worked.items()
        if team in told or sum(lasting[one] for one in campaigns) < _PLENTY * pace[team]
    }
    if not short:
        return {}
    moments = [at, *(_next_half_hour(at) + step * _STEP for step in range(_STEPS))]
    free, windows = _stocks(session, {one for each in short.values() for one in each}, moments)
    return {
        team: _supply([free[one] for one in campaigns], [windows[one] for one in campaigns], moments, pace[team], at)
        for team, campaigns in short.items()
    }


def _supply(
    free: Sequence[Sequence[int]],
    windows: Sequence[Sequence[int]],
    moments: Sequence[datetime],
    pace: int,
    at: datetime,
) -> Supply:
    """`windows`: with those of contacts that agents hold."""
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
    for campaign_id, is_with_agents, counts in states.stocks(session, campaigns, moments):
        both[campaign_id] = [one + more for one, more in zip(both[campaign_id], counts, strict=True)]
        if not is_with_agents:
            free[campaign_id] = counts
    return free, both


def _next_half_hour(at: datetime) -> datetime:
    """Calling hours begin and end on one, nearly everywhere."""
    whole = at.replace(minute=at.minute // 30 * 30, second=0, microsecond=0)
    return whole + _STEP
