"""The counts of /teamstatus: contacts by state, leases, attempts without an outcome, agents' days.

The database counts: no contact is loaded.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, text
from sqlmodel import Session, col

from policy.vocabulary import CONTACTS, AttemptState, ContactState, LeaseStage, Outcome, Role, Verdict
from storage.database.rows import every
from storage.models import Agent, Attempt, Callback, Contact, Lease, Team
from storage.models.people import ever_worked_for, made_for
from storage.queries.contacts import has_open_window, is_held_now


@dataclass(frozen=True, slots=True)
class Closed:
    """Contacts in one state for one reason: how many, and when the first opens."""

    state: ContactState
    reason: str  # the strictest rule's sentence; for finished contacts the outcome; empty for leased and callable
    count: int
    opens_at: datetime | None
    rule: str = field(default="", compare=False)  # a rule behind the reason


class HeldBy(NamedTuple):
    """A contact with an agent."""

    agent_name: str
    contact_name: str
    number: str  # masked for whoever reads it
    stage: str
    since: datetime  # when its call began; until then, when it was offered
    leased_until: datetime
    lease_id: int = 0
    agent_id: int = 0
    team_id: int | None = None  # the agent's
    can_take_back: bool = False  # whoever reads it may: it is offered, to an agent they lead


class OpenAttempt(NamedTuple):
    """An attempt that waits for an outcome."""

    attempt_id: int
    name: str  # the contact's; empty for a call off the list
    number: str  # masked for whoever reads it
    opened_at: datetime
    state: AttemptState
    agent_name: str = ""  # empty where the agent reads it
    agent_id: int = 0


@dataclass(frozen=True, slots=True)
class AgentLine:
    """One agent's day so far. Digests keep and print it by its fields' names."""

    name: str
    attempts: int
    contacts: int  # conversations with the right person
    not_dialled: int
    unreported: int
    holding: int
    agent_id: int = 0
    handed_out: int = 0  # contacts offered
    given_back: tuple[tuple[str, int], ...] = ()  # of those, by the agent's reason (a ReleaseReason, or NOT_SAID)
    is_paused: bool = False


def teams(session: Session, organisation_id: int) -> list[Team]:
    """Every team of the organisation, by name."""
    return [*every(session, Team, Team.organisation_id == organisation_id, by=col(Team.name))]


def by_state(session: Session, campaigns: Collection[int], at: datetime) -> list[tuple[Closed, str]]:
    """Every contact of the campaigns in exactly one state, counted by state and reason. The counts sum to the lists.

    Each with the template and values of its reason. `opens_at`: the first moment after `at` at which a locked contact
    of that row may be callable, if known.
    """
    each = _states(campaigns, at).subquery().c
    least = func.min(each.opens_at), func.min(each.rule), func.max(each.sentence)
    counted = select(each.state, each.reason, func.count(), *least).group_by(each.state, each.reason)
    found = session.execute(counted)
    rows = [(Closed(ContactState(state), *row), sentence) for state, *row, sentence in found]
    order = list(ContactState)
    return sorted(rows, key=lambda row: (order.index(row[0].state), -row[0].count, row[0].reason))


def _states(campaigns: Collection[int], at: datetime) -> Select[*tuple[Any, ...]]:
    said = col(Contact.finished_because), col(Contact.because), col(Contact.rule), col(Contact.sentence)
    found = select(state_at(at, is_held_now()).label("state"), *said, col(Contact.callable_from))
    placed = found.where(col(Contact.campaign_id).in_(campaigns)).subquery().c
    is_silent = placed.state.in_((ContactState.LEASED.value, ContactState.CALLABLE.value))
    is_finished = placed.state == ContactState.FINISHED.value
    is_to_open = and_(placed.state == ContactState.LOCKED.value, placed.callable_from > at)
    reason = case((is_silent, ""), (is_finished, placed.finished_because), else_=placed.because).label("reason")
    opens_at = case((is_to_open, placed.callable_from)).label("opens_at")
    return select(placed.state, reason, opens_at, placed.rule, placed.sentence)


def state_at(at: datetime, is_leased: ColumnElement[bool]) -> ColumnElement[str]:
    """SQL: the six states in order of precedence; the first that fits counts."""
    verdict = col(Contact.verdict)
    return case(
        (verdict == Verdict.SUPPRESSED, ContactState.SUPPRESSED.value),
        (col(Contact.finished_at).is_not(None), ContactState.FINISHED.value),
        (is_leased, ContactState.LEASED.value),
        (verdict == Verdict.HELD, ContactState.HELD.value),
        (has_open_window(at), ContactState.CALLABLE.value),
        else_=ContactState.LOCKED.value,
    )


def held_rows(session: Session, campaigns: Collection[int]) -> list[HeldBy]:
    """Leases on contacts of the campaigns, or on their person or number through another contact; longest held first.

    Reads the few live leases and picks the campaigns here: a database might otherwise start from the many contacts.
    """
    held = col(Agent.name), col(Contact.name), col(Lease.number), col(Lease.stage)
    since, until = func.coalesce(col(Attempt.opened_at), col(Lease.offered_at)), col(Lease.leased_until)
    whose = col(Lease.id), col(Agent.id), col(Agent.team_id)
    found = (
        select(col(Contact.campaign_id), col(Lease.person_id), *held, since, until, *whose)
        .select_from(Lease)
        .join(Contact, col(Contact.id) == col(Lease.contact_id))
        .join(Agent, col(Agent.id) == col(Lease.agent_id))
        .outerjoin(Attempt, col(Attempt.lease_id) == col(Lease.id))
        .where(col(Lease.ended_at).is_(None))
        .order_by(col(Lease.offered_at), col(Lease.id))
    )
    live = [(campaign_id, person_id, HeldBy(*row)) for campaign_id, person_id, *row in session.execute(found)]
    elsewhere = [(person_id, row.number) for campaign_id, person_id, row in live if campaign_id not in campaigns]
    names = _names_of(session, campaigns, elsewhere)
    rows: list[HeldBy] = []
    for campaign_id, person_id, row in live:
        name = row.contact_name if campaign_id in campaigns else names.get(person_id) or names.get(row.number)
        rows += [] if name is None else [row._replace(contact_name=name)]
    return rows


def _names_of(
    session: Session, campaigns: Collection[int], shared: Collection[tuple[int, str]]
) -> dict[int | str, str]:
    """Names of the campaigns' contacts that share a person or a number with another contact's lease, by either."""
    if not shared:
        return {}
    persons, numbers = zip(*shared, strict=True)
    is_shared = or_(col(Contact.person_id).in_(persons), col(Contact.number).in_(numbers))
    asked = select(col(Contact.person_id), col(Contact.number), col(Contact.name)).where(
        col(Contact.campaign_id).in_(campaigns), col(Contact.finished_at).is_(None), is_shared
    )
    found: dict[int | str, str] = {}
    for person_id, number, name in session.execute(asked.order_by(col(Contact.id).desc())):
        found[person_id] = name
        found[number or ""] = name
    return found


def waits_for_outcome(at: datetime, open_for: timedelta) -> ColumnElement[bool]:
    """SQL: whether an attempt waits for an outcome: its lease lapsed, or it has been open for `open_for` or longer."""
    return and_(
        # as in the partial index: SQLite uses it only where no parameter stands in for these words
        text("attempt.state IN ('open', 'unreported')"),
        or_(col(Attempt.state) == AttemptState.UNREPORTED, col(Attempt.opened_at) <= at - open_for),
    )


def attempts_with_names(session: Session, *which: ColumnElement[bool]) -> list[OpenAttempt]:
    """Attempts with their agent and contact, oldest first. `which` may use Attempt and Agent."""
    name, call = func.coalesce(col(Contact.name), ""), (col(Attempt.number), col(Attempt.opened_at), col(Attempt.state))
    found = (
        select(col(Attempt.id), name, *call, col(Agent.name), col(Agent.id))
        .select_from(Attempt)
        .join(Agent, col(Agent.id) == col(Attempt.agent_id))
        .outerjoin(Contact, col(Contact.id) == col(Attempt.contact_id))
        .where(*which)
        .order_by(col(Attempt.opened_at), col(Attempt.id))
    )
    return [OpenAttempt(*row) for row in session.execute(found)]


def overdue_callbacks(session: Session, campaigns: Collection[int], before: datetime) -> int:
    """How many callbacks due before a moment are still open, on unfinished contacts."""
    found = (
        select(col(Contact.campaign_id), func.count())
        .select_from(Callback)
        .join(Contact, col(Contact.id) == col(Callback.contact_id))
        .where(col(Callback.closed_at).is_(None), col(Callback.due_at) < before, col(Contact.finished_at).is_(None))
        .group_by(col(Contact.campaign_id))
    )
    return sum(count for campaign_id, count in session.execute(found) if campaign_id in campaigns)


def agent_days(
    session: Session, team_id: int, since: datetime, until: datetime, is_waiting: ColumnElement[bool]
) -> list[AgentLine]:
    """Each agent's attempts for the team in [since, until), by name. Void ones ("not dialled") are counted separately.

    Includes the team's active agents, and others only if they hold a lease or made an attempt.
    """
    is_void = col(Attempt.state) == AttemptState.NOT_DIALLED
    counted = (~is_void, col(Attempt.outcome).in_(CONTACTS), is_void, is_waiting)  # in the order of `AgentLine`
    made = select(col(Attempt.agent_id), *map(_count_if, counted)).join(Agent, col(Agent.id) == col(Attempt.agent_id))
    of_agents = made.where(made_for(team_id, since, until)).group_by(col(Attempt.agent_id))
    days = {agent_id: counts for agent_id, *counts in session.execute(of_agents)}
    held = (
        select(col(Lease.agent_id), func.count())
        .join(Agent, col(Agent.id) == col(Lease.agent_id))
        .where(col(Agent.team_id) == team_id, col(Lease.ended_at).is_(None))
        .group_by(col(Lease.agent_id))
    )
    holds = dict(session.execute(held).all())
    members = select(Agent).where(ever_worked_for(team_id)).order_by(col(Agent.name), col(Agent.id))
    lines = []
    for agent in session.execute(members).scalars():
        counts, holding = tuple(days.get(agent.id, ())), holds.get(agent.id, 0)
        if counts or holding or (agent.is_active and agent.role is Role.AGENT and agent.team_id == team_id):
            calls, contacts, void, unreported = counts or (0, 0, 0, 0)
            lines.append(AgentLine(agent.name, calls, contacts, void, unreported, holding, agent.id or 0))
    return lines


class TallyRow(NamedTuple):
    """One agent's calls, conversations with the right person, and successes. `first_at`: when the first was opened."""

    agent_id: int
    calls: int
    contacts: int
    successes: int
    first_at: datetime


def tallies(session: Session, team_id: int, since: datetime, until: datetime) -> list[TallyRow]:
    """The calls for a team of each agent who made any in [since, until); void attempts are none."""
    came = _count_if(col(Attempt.outcome).in_(CONTACTS)), _count_if(col(Attempt.outcome) == Outcome.SUCCESS)
    found = (
        select(col(Attempt.agent_id), func.count(), *came, func.min(col(Attempt.opened_at)))
        .join(Agent, col(Agent.id) == col(Attempt.agent_id))
        .where(made_for(team_id, since, until), col(Attempt.state) != AttemptState.NOT_DIALLED)
        .group_by(col(Attempt.agent_id))
        .order_by(col(Attempt.agent_id))
    )
    return [TallyRow(*row) for row in session.execute(found)]


class DoingRow(NamedTuple):
    """One active agent of a team, and what they have open."""

    agent: Agent
    calling_since: datetime | None
    looking_since: datetime | None  # when the contact they have held longest, and do not call, was offered
    called_at: datetime | None  # when the last call of the span was opened


def doing(session: Session, team_id: int, since: datetime) -> list[DoingRow]:
    """What each active agent of a team has open, by name. `since`: calls before it do not count as their last."""
    of_team = col(Agent.team_id) == team_id
    is_open = and_(text("attempt.state IN ('open', 'unreported')"), col(Attempt.state) == AttemptState.OPEN)
    calling = _first_of(col(Attempt.agent_id), func.min(col(Attempt.opened_at)), of_team, is_open)
    called = _first_of(
        col(Attempt.agent_id),
        func.max(col(Attempt.opened_at)),
        *(of_team, col(Attempt.opened_at) >= since, col(Attempt.direction) == "out"),
    )
    is_looking = and_(col(Lease.ended_at).is_(None), col(Lease.stage) == LeaseStage.OFFERED)
    looking = _first_of(col(Lease.agent_id), func.min(col(Lease.offered_at)), of_team, is_looking)
    opened, offered, last = (dict(session.execute(one).all()) for one in (calling, looking, called))
    members = select(Agent).where(of_team, col(Agent.is_active).is_(True)).order_by(col(Agent.name), col(Agent.id))
    return [
        DoingRow(one, opened.get(one.id or 0), offered.get(one.id or 0), last.get(one.id or 0))
        for one in session.execute(members).scalars()
    ]


def _first_of(agent_id: Any, moment: ColumnElement[datetime], *which: ColumnElement[bool]) -> Select[int, datetime]:
    return select(agent_id, moment).join(Agent, col(Agent.id) == agent_id).where(*which).group_by(agent_id)


def _count_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))
