"""An agent's own day: their callbacks, what they can take back, and their figures since their team's midnight."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from statistics import median

from sqlmodel import Session

from bot.services import local_time
from bot.services.answers.people import Actor
from bot.services.answers.teams import OwnDay, OwnFigures, RecentStop, Tally
from bot.services.calls.recording import UNDO_FOR
from bot.services.deps import Deps
from bot.services.numbers.parsing import mask
from bot.services.teams import pauses
from policy.vocabulary import STOPPING
from storage.models import Attempt, Contact, Team
from storage.queries import callbacks, compliance
from storage.queries.reports import status

AHEAD = timedelta(days=7)
MOST_CALLBACKS = 20
HOUR, LEAST = timedelta(hours=1), timedelta(minutes=15)  # the pace of a shorter time says little


def own_day(deps: Deps, actor: Actor) -> OwnDay:
    """Callbacks of the coming week, overdue ones first, and today's figures; no figures without a team.

    Also the do-not-calls that can still be taken back.
    """
    at = deps.clock()
    with deps.unit_of_work(is_read_only=True) as uow:
        promised = tuple(callbacks.of_agent(uow.session, actor.agent_id, at + AHEAD, MOST_CALLBACKS))
        stops = _stops(uow.session, actor, at)
        team = None if actor.team_id is None else uow.session.get(Team, actor.team_id)
        figures = None if team is None else _figures(uow.session, actor.agent_id, team, at)
        return OwnDay(promised, figures, stops)


def _stops(session: Session, actor: Actor, at: datetime) -> tuple[RecentStop, ...]:
    """The actor's do-not-calls that they can still take back, one for each request."""
    rows = [one for one in compliance.stops_said_by(session, actor.agent_id, at - UNDO_FOR) if one.number]
    said: dict[tuple[int | None, datetime], RecentStop] = {}
    for row in rows:
        attempt = None if row.attempt_id is None else session.get(Attempt, row.attempt_id)
        contact = None if attempt is None or attempt.contact_id is None else session.get(Contact, attempt.contact_id)
        name = "" if contact is None else contact.name
        key = (row.attempt_id, row.since if row.attempt_id is None else at)
        one = RecentStop(name, mask(row.number), row.since + UNDO_FOR, row.attempt_id, row.id or 0)
        if attempt is not None and attempt.outcome in STOPPING:
            one = replace(one, outcome=attempt.outcome)
        said.setdefault(key, one)
    return tuple(said.values())


def _figures(session: Session, agent_id: int, team: Team, at: datetime) -> OwnFigures:
    on = local_time.date_in(team.zone, at)
    today, before = (local_time.midnight(team.zone, one) for one in (on, on - timedelta(days=1)))
    now = at + timedelta(microseconds=1)
    rows = {row.agent_id: row for row in status.tallies(session, team.id or 0, today, now)}
    earlier = {row.agent_id: row for row in status.tallies(session, team.id or 0, before, before + (now - today))}
    own, taken = rows.get(agent_id), pauses.breaks_taken(session, agent_id, today, at)
    an_hour = 0 if own is None else round(own.calls * HOUR / max(at - own.first_at, LEAST))
    others = [_tally(row) for row in rows.values()] if set(rows) - {agent_id} else []
    return OwnFigures(_tally(own), an_hour, _tally(earlier.get(agent_id)), _median(others) if others else None, taken)


def _tally(row: status.TallyRow | None) -> Tally:
    return Tally() if row is None else Tally(row.calls, row.contacts, row.successes)


def _median(tallies: Sequence[Tally]) -> Tally:
    return Tally(*(round(median(counts)) for counts in zip(*tallies, strict=True)))
