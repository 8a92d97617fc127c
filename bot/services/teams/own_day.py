"""An agent's own day: callbacks, what they can take back, figures since midnight, and the team they work for."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median

from sqlmodel import Session, col

from bot.services.answers.people import Actor
from bot.services.answers.teams import OwnDay, OwnFigures, RecentStop, Tally
from bot.services.calls.recording import UNDO_FOR
from bot.services.deps import Deps, retry_lost_turn
from bot.services.errors import AlreadyGone
from bot.services.hand_out import releases
from bot.services.numbers.parsing import mask
from bot.services.teams import pauses
from policy.calendar import local_time
from policy.vocabulary import STOPPING, LeaseStage, SuppressionSource
from storage.database.rows import every
from storage.hand_out import leases
from storage.models import Agent, Attempt, Callback, Contact, Suppression, Team
from storage.queries import agents, callbacks
from storage.queries.reports import status

AHEAD = timedelta(days=7)
MOST_CALLBACKS = 20
HOUR, LEAST = timedelta(hours=1), timedelta(minutes=15)  # the pace of a shorter time says little


def own_day(deps: Deps, actor: Actor) -> OwnDay:
    """The coming week's callbacks, what can still be taken back, and today's figures; without a team no figures."""
    at = deps.clock()
    with deps.unit_of_work(is_read_only=True) as uow:
        session = uow.session
        theirs = col(Callback.agent_id) == actor.agent_id
        promised = tuple(callbacks.due_before(session, at + AHEAD, MOST_CALLBACKS, theirs))
        said_by = Suppression.recorded_by == actor.agent_id, Suppression.since >= at - UNDO_FOR
        stands = Suppression.source == SuppressionSource.REQUEST, col(Suppression.withdrawn_at).is_(None)
        rows = every(session, Suppression, *said_by, *stands, Suppression.number != "", by=col(Suppression.id).desc())
        said: dict[tuple[int | None, datetime], RecentStop] = {}
        for row in rows:
            attempt = None if row.attempt_id is None else session.get(Attempt, row.attempt_id)
            contact_id = None if attempt is None else attempt.contact_id
            contact = None if contact_id is None else session.get(Contact, contact_id)
            name = "" if contact is None else contact.name
            key = (row.attempt_id, row.since if row.attempt_id is None else at)
            one = RecentStop(name, mask(row.number), row.since + UNDO_FOR, row.attempt_id, row.id or 0)
            if attempt is not None and attempt.outcome in STOPPING:
                one = replace(one, outcome=attempt.outcome)
            said.setdefault(key, one)
        stops = tuple(said.values())
        team = None if actor.team_id is None else session.get(Team, actor.team_id)
        figures = None if team is None else _figures(session, actor.agent_id, team, at)
        return OwnDay(promised, figures, stops)


def _figures(session: Session, agent_id: int, team: Team, at: datetime) -> OwnFigures:
    on = local_time.date_in(team.zone, at)
    today, before = (local_time.midnight(team.zone, one) for one in (on, on - timedelta(days=1)))
    now = at + timedelta(microseconds=1)
    rows = {row.agent_id: row for row in status.tallies(session, team.id or 0, today, now)}
    earlier = {row.agent_id: row for row in status.tallies(session, team.id or 0, before, before + (now - today))}
    own, taken = rows.get(agent_id), pauses.breaks_taken(session, agent_id, today, at)
    an_hour = 0 if own is None else round(own.calls * HOUR / max(at - own.first_at, LEAST))
    counts = zip(*map(_tally, rows.values()), strict=True)
    typical = Tally(*(round(median(one)) for one in counts)) if set(rows) - {agent_id} else None
    return OwnFigures(_tally(own), an_hour, _tally(earlier.get(agent_id)), typical, taken)


def _tally(row: status.TallyRow | None) -> Tally:
    return Tally() if row is None else Tally(row.calls, row.contacts, row.successes)


@dataclass(frozen=True, slots=True)
class Switched:
    """`team`: the one they asked for. `calling`: whose call is open, so that nothing changed. `returned`: contacts."""

    team_id: int | None
    team: str
    is_repeat: bool = False
    calling: str = ""
    returned: int = 0


def teams_of(deps: Deps, actor: Actor) -> tuple[tuple[int, str], ...]:
    """The teams the actor may work for, by id and name, the present one first. Fewer than two: nothing to choose."""
    with deps.unit_of_work(is_read_only=True) as uow:
        return tuple((one.id or 0, one.name) for one in _teams(uow.session, actor.agent_id))


@retry_lost_turn
def work_for(deps: Deps, actor: Actor, team_id: int) -> Switched:
    """Let the actor work for another of their teams. Raises AlreadyGone if they are not in it (any more).

    Refused while a call of theirs is open: its outcome counts for the team it was made for. Contacts that were only
    offered go back to the team whose list they are on, so that its other agents can call them. Callbacks were promised
    by this person and stay theirs: they are reminded, and another of the team may make one that is overdue. Their calls
    stay in the digest and the audit of the team they were made for.
    """
    with deps.unit_of_work() as uow:
        session = uow.session
        agents.let_one_at_a_time(session, actor.agent_id)
        at = deps.clock()
        agent = session.get_one(Agent, actor.agent_id)
        session.refresh(agent)
        team = next((one for one in _teams(session, actor.agent_id) if one.id == team_id), None)
        if team is None:
            raise AlreadyGone
        if agent.team_id == team_id:
            return Switched(team_id, team.name, is_repeat=True)
        held = leases.held_by(session, actor.agent_id)
        calling = [contact.name for lease, contact in held if lease.stage is LeaseStage.CALLING]
        if calling:
            return Switched(agent.team_id, team.name, calling=calling[0])
        returned = releases.return_offers(session, actor.agent_id, at)
        agents.change_team(session, agent, team_id, at)
        return Switched(team_id, team.name, returned=returned)


def _teams(session: Session, agent_id: int) -> list[Team]:
    agent = session.get_one(Agent, agent_id)
    return [session.get_one(Team, team_id) for team_id in agents.teams_of(session, [agent])[agent_id]]
