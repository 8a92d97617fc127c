"""/teamstatus: every contact of a team in exactly one of six states, who holds what, who needs help, what is missing.

An agent sees their own team's counts and their own lines; a team lead, all of their own team; managers and admins, any
team. Reading the status changes nothing."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session, col

from bot.services.agents import is_on_shift, require
from bot.services.agents import leads as is_led_by
from bot.services.answers.calls import OpenAttempt
from bot.services.answers.leads import Pause
from bot.services.answers.people import Actor
from bot.services.answers.teams import AgentLine, AgentNow, Doing, HeldBy, HeldFor, TeamStatus
from bot.services.deciding.decisions import closed_rows, said_for_now
from bot.services.deps import Deps
from bot.services.errors import NoTeam, RoleNeeded, UnknownTeam
from bot.services.hand_out.releases import BY_LEAD
from bot.services.numbers.parsing import mask
from bot.services.teams.forecast import dry_soon_at, forecast
from bot.services.teams.holds import what_waits
from policy import Rulebook
from policy.calendar import local_time
from policy.vocabulary import AttemptState, ContactState, LeaseStage, Role
from storage.hand_out.search import OVERDUE_AFTER
from storage.models import Agent, Attempt, Campaign, Contact, Team
from storage.models.people import worked_for
from storage.queries import agents, callbacks
from storage.queries.agents import admins, campaigns_of_teams
from storage.queries.reports import status

OPEN_FOR = timedelta(minutes=60)  # an attempt open for longer counts as unreported, whatever became of its lease
MOST_OVERDUE = 10
LONG_CALL = timedelta(minutes=30)  # team leads hear of a call that has been open for so long
_SEES_EVERY_TEAM = (Role.MANAGER, Role.ADMIN)


def team_status(deps: Deps, actor: Actor, team: str | int = "") -> TeamStatus:
    """The status of a team by its name or id, or of the actor's own. Raises UnknownTeam, NoTeam, RoleNeeded."""
    at = deps.clock()
    with deps.unit_of_work(is_read_only=True) as uow:
        asked = find_team(uow.session, actor, team) if isinstance(team, str) else team_of(uow.session, actor, team)
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
    worked = campaigns_of_teams(session, [team_id])
    campaigns = [campaign.id or 0 for campaign in worked]
    rows = said_for_now(closed_rows(session, campaigns, at), rulebook)
    only = actor.agent_id if actor.role is Role.AGENT else None
    today = local_time.midnight(team.zone, local_time.date_in(team.zone, at))
    counts = {state: sum(row.count for row in rows if row.state is state) for state in ContactState}
    until = at + timedelta(microseconds=1)  # so that a call at this very moment counts
    lines = agent_lines(session, team_id, today, until, at, only)
    is_waiting = worked_for(team_id, Attempt.opened_at), status.waits_for_outcome(at, LONG_CALL)
    waiting = status.attempts_with_names(session, *is_waiting)
    owed = [masked(one) for one in waiting if only in (None, one.agent_id)]
    found = TeamStatus(
        team=team.name,
        at=at,
        total=sum(counts.values()),
        by_state=tuple(counts.items()),
        rows=rows,
        held_by=tuple(
            as_seen_by(actor, row) for row in status.held_rows(session, campaigns) if only in (None, row.agent_id)
        ),
        unreported=tuple(one for one in owed if is_unreported(one.state, one.opened_at, at)),
        overdue_callbacks=status.overdue_callbacks(session, campaigns, at - OVERDUE_AFTER),
        agents=with_hand_outs(session, team, lines, today, until),
        next_opens_at=min((row.opens_at for row in rows if row.opens_at is not None), default=None),
        team_id=team_id,
        leads=is_led_by(actor, team_id),
        now=agents_now(session, team_id, today, at, only),
        is_inactive=not worked and bool(campaigns_of_teams(session, [team_id], are_active=False)),
        long_calls=tuple(owed) if only is None else (),
    )
    return found if only is not None else _for_lead(session, actor, team, worked, rulebook, found)


def _for_lead(
    session: Session, actor: Actor, team: Team, worked: Sequence[Campaign], rulebook: Rulebook, found: TeamStatus
) -> TeamStatus:
    campaigns, counts, at = [one.id or 0 for one in worked], dict(found.by_state), found.at
    theirs = col(Contact.campaign_id).in_(campaigns)
    ahead = forecast(session, team, campaigns, at, counts[ContactState.CALLABLE])
    open_now = counts[ContactState.CALLABLE] + counts[ContactState.LEASED]
    return replace(
        found,
        waiting=replace(what_waits(session, rulebook, worked, found.rows), is_for_admin=actor.role is Role.ADMIN),
        forecast=ahead,
        dry_soon_at=dry_soon_at(ahead, open_now, at),
        overdue=tuple(callbacks.due_before(session, at - OVERDUE_AFTER, MOST_OVERDUE, theirs)),
        paused=pauses_of(session, agents.paused(session, found.team_id)),
    )


def is_unreported(state: AttemptState, opened_at: datetime, at: datetime) -> bool:
    """Whether an attempt lacks its outcome: its lease lapsed, or it has been open for too long."""
    is_open_for_long = state is AttemptState.OPEN and opened_at <= at - OPEN_FOR
    return state is AttemptState.UNREPORTED or is_open_for_long


def agent_lines(
    session: Session, team_id: int, since: datetime, until: datetime, at: datetime, only: int | None = None
) -> tuple[AgentLine, ...]:
    """What each agent of a team, or only one, did in [since, until), as known at `at`."""
    days = status.agent_days(session, team_id, since, until, status.waits_for_outcome(at, OPEN_FOR))
    return tuple(day for day in days if only in (None, day.agent_id))


def masked(row: OpenAttempt) -> OpenAttempt:
    """A call that waits for its outcome, for others than its agent to read."""
    return row._replace(number=mask(row.number))


def as_seen_by(actor: Actor, row: HeldBy) -> HeldBy:
    """A contact with an agent, for the actor to read."""
    is_theirs = row.stage == LeaseStage.OFFERED and is_led_by(actor, row.team_id)
    return row._replace(number=mask(row.number), can_take_back=is_theirs)


def suggested_requests(deps: Deps, actor: Actor, team_id: int) -> tuple[str, tuple[HeldFor, ...], tuple[str, ...]]:
    """The team's name, what it lacks, and the other admins' Slack user ids. Raises UnknownTeam, RoleNeeded."""
    require(actor, Role.TEAM_LEAD)
    status = team_status(deps, actor, team_id)
    with deps.unit_of_work(is_read_only=True) as uow:
        found = [one.slack_user_id for one in admins(uow.session, actor.organisation_id)]
    others = tuple(one for one in found if one != actor.slack_user_id)
    return status.team, status.waiting.wanting if status.waiting else (), others


def with_hand_outs(
    session: Session, team: Team, lines: Sequence[AgentLine], since: datetime, until: datetime
) -> tuple[AgentLine, ...]:
    """Add to each line the contacts offered in [since, until), those given back, and whether the agent is paused."""
    offered: dict[int, int] = defaultdict(int)
    back: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for agent_id, reason, contacts in agents.handed_out(session, team.organisation_id, since, until):
        offered[agent_id] += contacts
        if reason and reason not in BY_LEAD:
            back[agent_id].append((reason, contacts))
    resting = {one.id for one in agents.paused(session, team.id or 0)}
    return tuple(
        replace(
            line,
            handed_out=offered[line.agent_id],
            given_back=tuple(sorted(back[line.agent_id], key=lambda pair: (-pair[1], pair[0]))),
            is_paused=line.agent_id in resting,
        )
        for line in lines
    )


def pauses_of(session: Session, people: Sequence[Agent]) -> tuple[Pause, ...]:
    """The pauses of those who are in one: since when, by whom and why."""
    names = agents.agents_by_id(session, [one.paused_by for one in people if one.paused_by is not None])
    by = {key: one.name for key, one in names.items()}
    return tuple(
        Pause(by.get(one.paused_by or 0, ""), at, one.paused_because, one.paused_by == one.id, one.id or 0, one.name)
        for one in people
        if (at := one.paused_at) is not None
    )


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
        found.append(AgentNow(one.name, *_doing(row), calls, contacts))
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
