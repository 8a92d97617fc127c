"""/teamstatus: every contact of a team in exactly one of six states, who holds what, and who needs help.

An agent sees their own team's counts and their own lines; a team lead, all of their own team; managers and admins, any
team. Reading the status changes nothing.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.services import agents, local_time
from bot.services.answers.calls import Closed, OpenAttempt
from bot.services.answers.people import Actor
from bot.services.answers.teams import AgentLine, HeldBy, TeamStatus, Waiting
from bot.services.deciding import closed_rows, said_for_now
from bot.services.deps import Deps
from bot.services.errors import NoTeam, RoleNeeded, UnknownTeam
from bot.services.numbers.parsing import mask
from bot.services.teams import agent_work
from bot.services.teams.agents_now import agents_now
from bot.services.teams.forecast import dry_soon_at, forecast
from bot.services.teams.waiting import what_waits
from policy import Rulebook
from policy.vocabulary import AttemptState, ContactState, LeaseStage, Role
from storage.hand_out.search import OVERDUE_AFTER
from storage.models import Campaign, Team
from storage.queries.agents import campaigns_of_team
from storage.queries.reports import status

OPEN_FOR = timedelta(minutes=60)  # an attempt open for longer counts as unreported, whatever became of its lease
LONG_CALL = timedelta(minutes=30)  # team leads hear of a call that has been open for so long
_SEES_EVERY_TEAM = (Role.MANAGER, Role.ADMIN)


def team_status(deps: Deps, actor: Actor, team: str = "") -> TeamStatus:
    """The status of the named team, or of the actor's own. Raises UnknownTeam, NoTeam; RoleNeeded for another's
    team."""
    at = deps.clock()
    with deps.unit_of_work(is_read_only=True) as uow:
        asked = find_team(uow.session, actor, team)
        return _status(uow.session, actor, asked, at, deps.rulebook())


def status_of(deps: Deps, actor: Actor, team_id: int) -> TeamStatus:
    """The status of a team, by its id. Raises UnknownTeam, RoleNeeded."""
    at = deps.clock()
    with deps.unit_of_work(is_read_only=True) as uow:
        asked = team_of(uow.session, actor, team_id)
        return _status(uow.session, actor, asked, at, deps.rulebook())


def team_of(session: Session, actor: Actor, team_id: int) -> Team:
    """A team by its id. Raises UnknownTeam; RoleNeeded for another's team, unless the actor is a manager or admin."""
    team = session.get(Team, team_id)
    if team is None or team.organisation_id != actor.organisation_id:
        raise UnknownTeam("", tuple(one.name for one in status.teams(session, actor.organisation_id)))
    return _permitted(actor, team)


def require_team(deps: Deps, actor: Actor, team_id: int) -> None:
    """Refuse a team whose status the actor may not see. Raises UnknownTeam, RoleNeeded."""
    with deps.unit_of_work(is_read_only=True) as uow:
        team_of(uow.session, actor, team_id)


def find_team(session: Session, actor: Actor, name: str) -> Team:
    """The team that `name` means, ignoring case; without a name the actor's own team, or the only one.

    Raises NoTeam, UnknownTeam, RoleNeeded.
    """
    known = status.teams(session, actor.organisation_id)
    wanted = " ".join(name.split()).casefold()
    if wanted:
        found = [team for team in known if team.name.casefold() == wanted]
    elif actor.team_id is not None:
        found = [team for team in known if team.id == actor.team_id]
    elif actor.role not in _SEES_EVERY_TEAM:
        raise NoTeam
    else:
        found = known if len(known) == 1 else []
    if not found:
        raise UnknownTeam(name, tuple(team.name for team in known))
    return _permitted(actor, found[0])


def _permitted(actor: Actor, team: Team) -> Team:
    if team.id not in actor.teams and actor.role not in _SEES_EVERY_TEAM:
        raise RoleNeeded(Role.MANAGER)
    return team


def _status(session: Session, actor: Actor, team: Team, at: datetime, rulebook: Rulebook) -> TeamStatus:
    team_id = team.id or 0
    worked = campaigns_of_team(session, team_id)
    campaigns = [campaign.id or 0 for campaign in worked]
    rows = said_for_now(closed_rows(session, campaigns, at), rulebook)
    only = actor.agent_id if actor.role is Role.AGENT else None
    today = local_time.midnight(team.zone, local_time.date_in(team.zone, at))
    callable_now, with_agents = (
        sum(row.count for row in rows if row.state is state) for state in (ContactState.CALLABLE, ContactState.LEASED)
    )
    until = at + timedelta(microseconds=1)  # so that a call at this very moment counts
    lines = agent_lines(session, team_id, today, until, at, only)
    owed = [one for one in status.unreported_attempts(session, team_id, at, LONG_CALL) if only in (None, one.agent_id)]
    ahead = None if only is not None else forecast(session, team, campaigns, at, callable_now)
    return TeamStatus(
        team=team.name,
        zone=team.zone,
        at=at,
        total=sum(row.count for row in rows),
        by_state=tuple((state, sum(row.count for row in rows if row.state is state)) for state in ContactState),
        rows=rows,
        held_by=tuple(
            held_line(row, actor) for row in status.held_rows(session, campaigns) if only in (None, row.agent_id)
        ),
        unreported=tuple(open_attempt(row) for row in owed if _is_unreported(row, at)),
        overdue_callbacks=status.overdue_callbacks(session, campaigns, at - OVERDUE_AFTER),
        agents=agent_work.with_hand_outs(session, team, lines, today, until),
        next_opens_at=min((row.opens_at for row in rows if row.opens_at is not None), default=None),
        team_id=team_id,
        waiting=None if only is not None else _waiting(session, actor, rulebook, worked, rows),
        forecast=ahead,
        dry_soon_at=None if ahead is None else dry_soon_at(ahead, callable_now + with_agents, at),
        overdue=() if only is not None else agent_work.overdue_callbacks(session, worked, at),
        paused=agent_work.paused_agents(session, team_id) if only is None else (),
        leads=agents.leads(actor, team_id),
        now=agents_now(session, team_id, today, at, only),
        long_calls=() if only is not None else tuple(map(open_attempt, owed)),
        is_inactive=not worked and bool(campaigns_of_team(session, team_id, are_active=False)),
    )


def _waiting(
    session: Session, actor: Actor, rulebook: Rulebook, worked: Sequence[Campaign], rows: Sequence[Closed]
) -> Waiting:
    return replace(what_waits(session, rulebook, worked, rows), is_for_admin=actor.role is Role.ADMIN)


def _is_unreported(row: status.WaitingAttempt, at: datetime) -> bool:
    return row.state is AttemptState.UNREPORTED or row.opened_at <= at - OPEN_FOR


def agent_lines(
    session: Session, team_id: int, since: datetime, until: datetime, at: datetime, only: int | None = None
) -> tuple[AgentLine, ...]:
    """What each agent of a team, or only one, did in [since, until), as known at `at`."""
    days = status.agent_days(session, team_id, since, until, status.waits_for_outcome(at, OPEN_FOR))
    return tuple(
        AgentLine(day.name, day.attempts, day.contacts, day.not_dialled, day.unreported, day.holding, day.agent_id)
        for day in days
        if only in (None, day.agent_id)
    )


def open_attempt(row: status.WaitingAttempt) -> OpenAttempt:
    return OpenAttempt(
        row.attempt_id, row.contact_name, mask(row.number), row.opened_at, row.state, agent_name=row.agent_name
    )


def held_line(row: status.HeldRow, actor: Actor) -> HeldBy:
    """A contact with an agent, as the actor sees it."""
    return HeldBy(
        agent_name=row.agent_name,
        contact_name=row.contact_name,
        masked_number=mask(row.number),
        stage=row.stage,
        since=row.called_at or row.offered_at,
        leased_until=row.leased_until,
        lease_id=row.lease_id,
        can_take_back=row.stage == LeaseStage.OFFERED and agents.leads(actor, row.team_id),
    )
