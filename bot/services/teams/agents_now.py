"""What each agent of a team does now: calling, looking, paused or free, since when, and the last hour in figures."""

from datetime import datetime, timedelta

from sqlmodel import Session

from bot.services.agents import is_on_shift
from bot.services.answers.teams import AgentNow, Doing
from policy.vocabulary import Role
from storage.queries.reports import status

_HOUR = timedelta(hours=1)
_ORDER = tuple(Doing)


def agents_now(
    session: Session, team_id: int, today: datetime, at: datetime, only: int | None = None
) -> tuple[AgentNow, ...]:
    """What the agents at work do, or only one agent; callers first, the longest call first. `today`: when it began.

    An agent who is off shift and has nothing open is left out, and so is a team lead.
    """
    until = at + timedelta(microseconds=1)  # so that a call at this very moment counts
    hour = {row.agent_id: row for row in status.tallies(session, team_id, at - _HOUR, until)}
    found = []
    for row in status.doing(session, team_id, today):
        one, tally = row.agent, hour.get(row.agent.id or 0)
        is_busy = bool(row.calling_since or row.looking_since or tally)
        if only not in (None, one.id) or not (is_busy or (one.role is Role.AGENT and is_on_shift(one, at))):
            continue
        calls, contacts = (tally.calls, tally.contacts) if tally else (0, 0)
        found.append(AgentNow(one.id or 0, one.name, *_doing(row), calls, contacts))
    return tuple(sorted(found, key=lambda one: (_ORDER.index(one.doing), one.since or at, one.name)))


def _doing(row: status.DoingRow) -> tuple[Doing, datetime | None]:
    if row.calling_since is not None:
        return Doing.CALLING, row.calling_since
    if row.agent.paused_at is not None:
        is_own = row.agent.paused_by == row.agent.id
        return Doing.ON_BREAK if is_own else Doing.PAUSED, row.agent.paused_at
    if row.looking_since is not None:
        return Doing.LOOKING, row.looking_since
    return Doing.FREE, row.called_at
