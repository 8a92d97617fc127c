"""Callbacks: open ones, those agreed in an attempt or closed by one, those due; and those in trouble."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, union
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, exists, select

from policy.vocabulary import Verdict
from storage.database.rows import CLOCKS_DIFFER, PUT_OFF_FOR, every
from storage.hand_out.search import OVERDUE_AFTER
from storage.models import Agent, Callback, Campaign, CampaignTeam, Contact, Person, Reminder
from storage.models.calls import UNHEARD
from storage.queries import reminders
from storage.queries.agents import leads_of_teams, works
from storage.queries.contacts import is_held_now, keeps
from storage.queries.lists import BY_LIST

_ONCE_A_SHIFT = "quiet"  # of an agent's reminders


def callbacks_on(session: Session, person_ids: Collection[int]) -> Sequence[Callback]:
    """Every callback to the persons, including closed ones."""
    return every(session, Callback, col(Callback.person_id).in_(person_ids))


def open_on_contacts(session: Session, contact_ids: Collection[int]) -> Sequence[Callback]:
    """Open callbacks on the contacts, soonest first."""
    is_open = col(Callback.closed_at).is_(None)
    return every(session, Callback, col(Callback.contact_id).in_(contact_ids), is_open, by=col(Callback.due_at))


def to_anyone(
    session: Session,
    organisation_id: int,
    numbers: Collection[str],
    person_ids: Collection[int],
    attempt_id: int | None = None,
) -> Sequence[Callback]:
    """Every callback to the persons and to those whose contacts have one of the numbers, including closed ones; also
    to those whose callback one attempt agreed or closed."""
    whose = [
        select_columns(col(Person.id)).where(col(Person.id).in_(person_ids)),
        select_columns(col(Contact.person_id)).where(
            col(Contact.organisation_id) == organisation_id, col(Contact.number).in_(numbers)
        ),
    ]
    if attempt_id is not None:
        of_it = aliased(Callback)
        by_it = or_(col(of_it.attempt_id) == attempt_id, col(of_it.closed_attempt_id) == attempt_id)
        whose.append(select_columns(col(of_it.person_id)).where(by_it))
    return every(session, Callback, col(Callback.person_id).in_(union(*whose)))  # one index serves them all


def keepers(
    session: Session, contact_ids: Collection[int], agent_id: int, at: datetime
) -> Sequence[tuple[int | None, str, datetime]]:
    """Contacts that callbacks keep from this agent at `at`, each with whose it is and when it is due; last due last."""
    found = (
        select(Contact.id, Agent.name, Callback.due_at)
        .select_from(Contact)
        .join(Callback, keeps(Callback, agent_id, at))
        .join(Agent, col(Agent.id) == col(Callback.agent_id))
        .where(col(Contact.id).in_(contact_ids))
        .order_by(col(Callback.due_at), col(Callback.id))
    )
    return session.exec(found).all()


def agreed_in(session: Session, attempt_id: int) -> Sequence[Callback]:
    """Open callbacks agreed in one attempt."""
    return [one for one in ever_agreed_in(session, attempt_id) if one.closed_at is None]


def ever_agreed_in(session: Session, attempt_id: int) -> Sequence[Callback]:
    """Every callback agreed in one attempt, in order, including closed ones."""
    return every(session, Callback, Callback.attempt_id == attempt_id, by=col(Callback.asked_at))


class OpenCallback(NamedTuple):
    """A callback that was agreed and is not made yet."""

    callback_id: int
    name: str  # the contact's
    campaign: str
    due_at: datetime
    zones: str  # where the contact may be
    agent_name: str  # empty: anyone's


def due_before(session: Session, before: datetime, most: int, which: ColumnElement[bool]) -> list[OpenCallback]:
    """Open callbacks due before a moment, on unfinished contacts, soonest first. `which` may ask of either."""
    about = col(Contact.name), col(Campaign.name), col(Callback.due_at), col(Contact.zones)
    found = (
        select_columns(col(Callback.id), *about, func.coalesce(col(Agent.name), ""))
        .select_from(Callback)
        .join(Contact, col(Contact.id) == col(Callback.contact_id))
        .join(Campaign, col(Campaign.id) == col(Contact.campaign_id))
        .outerjoin(Agent, col(Agent.id) == col(Callback.agent_id))
        .where(col(Callback.closed_at).is_(None), col(Callback.due_at) < before, col(Contact.finished_at).is_(None))
        .where(which)
        .order_by(col(Callback.due_at), col(Callback.id))
        .limit(most)
    )
    return [OpenCallback(*row) for row in session.execute(found)]


def due_soon(
    session: Session, at: datetime, until: datetime, most: int, *, locks: bool = True
) -> Sequence[tuple[Callback, Contact, Agent]]:
    """Open callbacks due in (at, until], soonest first, and whom to remind: its agent, or the contact's owner.

    Also those due a moment ago of an agent who is not reminded at their time. Not those whose contact an agent holds,
    that will be closed to calls by the cached verdict, or whose campaign is not active or no longer the agent's.
    """
    is_open_then = or_(
        col(Contact.verdict) == Verdict.CALLABLE,
        and_(col(Contact.verdict) == Verdict.LOCKED, col(Contact.callable_from) <= col(Callback.due_at)),
    )
    is_untold = or_(col(Callback.ahead_told_at).is_(None), col(Callback.ahead_told_at) > at + CLOCKS_DIFFER)
    found = (
        select(Callback, Contact, Agent)
        .join(Contact, col(Contact.id) == col(Callback.contact_id))
        .join(Campaign, col(Campaign.id) == col(Contact.campaign_id))
        .join(Agent, col(Agent.id) == func.coalesce(col(Callback.agent_id), col(Contact.owner_id)))
        .where(
            col(Callback.closed_at).is_(None),
            col(Callback.due_at) > at - OVERDUE_AFTER,
            or_(col(Callback.due_at) > at, col(Agent.reminders) == _ONCE_A_SHIFT),
            col(Callback.due_at) <= until,
            is_untold,
            is_open_then,
            ~is_held_now(),
            col(Contact.finished_at).is_(None),
            col(Campaign.is_active),
            col(Agent.is_active),
            col(Agent.paused_at).is_(None),
            works(col(Campaign.id)),
        )
        .order_by(col(Callback.due_at), col(Callback.id))
        .limit(most)
    )
    return session.exec(found.with_for_update(of=Callback, skip_locked=True) if locks else found).all()


OVERDUE, CANCELLED, CLOSED_LIST, CAMPAIGN_INACTIVE = "overdue", "cancelled", "list", "campaign"
CallbackAndContact = tuple[Callback, Contact]
Asked = Any  # a SELECT of callbacks with their contacts, in order


def read(session: Session, asked: Asked, most: int, *, locks: bool) -> Sequence[CallbackAndContact]:
    """The callbacks of a question below. `locks`: lock them until the transaction ends, without locked ones."""
    limited = asked.limit(most)
    return list(session.exec(limited.with_for_update(of=Callback, skip_locked=True) if locks else limited).all())


def shut_callbacks(at: datetime, overdue_before: datetime) -> Asked:
    """Open callbacks closed to calls at their time, by the contact's cached verdict, if that has not been told."""
    contact_opens = col(Contact.callable_from)
    opens_later = and_(contact_opens > col(Callback.due_at), contact_opens > at)
    is_shut = or_(
        col(Contact.verdict).in_((Verdict.HELD, Verdict.SUPPRESSED)),
        and_(col(Contact.verdict) == Verdict.LOCKED, or_(contact_opens.is_(None), opens_later)),
    )
    is_news = or_(
        col(Callback.told_at).is_(None),
        col(Callback.told_of) != col(Contact.verdict),
        col(Callback.told_until).is_distinct_from(contact_opens),
    )
    return _callbacks(col(Callback.due_at) > overdue_before, is_shut, is_news)


def overdue_callbacks(overdue_before: datetime, repeated_before: datetime) -> Asked:
    """Open callbacks due before `overdue_before`, not told as overdue or last told before `repeated_before`."""
    is_ahead = col(Callback.told_at) > overdue_before + PUT_OFF_FOR
    is_news = or_(col(Callback.told_of) != OVERDUE, col(Callback.told_at) <= repeated_before, is_ahead)
    return _callbacks(col(Callback.due_at) <= overdue_before, is_news)


def called_off() -> Asked:
    """Callbacks that a stop or another call's outcome ended, of which their agents have not been told."""
    return _with_contact().where(UNHEARD).order_by(col(Callback.closed_at))


def on_closed_lists() -> Asked:
    """Open callbacks on contacts closed with their list, of which this has not been told since."""
    is_closed = col(Contact.finished_because).startswith(BY_LIST, autoescape=True)
    is_news = or_(
        col(Callback.told_at).is_(None),
        col(Callback.told_of) != CLOSED_LIST,
        col(Callback.told_at) < col(Contact.finished_at),
    )
    return _open_callbacks(col(Contact.finished_at).is_not(None), is_closed, is_news)


def kept_outside(until: datetime) -> Asked:
    """Open callbacks due by a moment, of agents none of whose teams works the campaign."""
    may_call = exists().where(col(Agent.id) == col(Callback.agent_id), works(col(Contact.campaign_id)))
    return _open_callbacks(col(Callback.due_at) <= until, col(Callback.agent_id).is_not(None), ~may_call)


def of_inactive_campaigns(until: datetime) -> Asked:
    """Open callbacks due by a moment whose campaign is off, of which this has not been told."""
    is_news = or_(col(Callback.told_at).is_(None), col(Callback.told_of) != CAMPAIGN_INACTIVE)
    is_due = col(Callback.due_at) <= until
    return _open_callbacks(col(Contact.finished_at).is_(None), is_due, col(Campaign.is_active).is_(False), is_news)


def of_reactivated_campaigns(until: datetime) -> Asked:
    """Open callbacks due by a moment whose campaign was told to be off, and is on again."""
    is_told = col(Callback.told_of) == CAMPAIGN_INACTIVE
    return _open_callbacks(col(Callback.due_at) <= until, col(Campaign.is_active).is_(True), is_told)


def without_reminder(at: datetime) -> Asked:
    """Callbacks due now whose reminder was dropped: while the contact was leased, on hold, or its campaign off.

    Their agent is reminded; of anyone's, the contact's owner. And callbacks still to come whose reminder was sent by a
    clock that ran ahead and was set back.
    """
    keeper = func.coalesce(col(Callback.agent_id), col(Contact.owner_id))
    theirs = and_(
        col(Reminder.contact_id) == col(Callback.contact_id),
        col(Reminder.agent_id) == keeper,
        col(Reminder.due_at) >= col(Callback.due_at),
    )
    ended = and_(theirs, col(Reminder.closed_because).in_(reminders.NEEDS_NO_OTHER))
    is_ahead = col(Reminder.closed_at) > at + CLOCKS_DIFFER
    # one of a later moment was scheduled by such a clock, or before other rules opened the contact
    comes = or_(col(Reminder.due_at) <= at, col(Reminder.due_at) == col(Callback.due_at))
    reminded = or_(exists().where(theirs, col(Reminder.closed_at).is_(None), comes), exists().where(ended, ~is_ahead))
    is_open = and_(
        col(Contact.verdict).in_((Verdict.CALLABLE, Verdict.LOCKED)),
        col(Contact.callable_from) <= at,
        or_(col(Contact.callable_until).is_(None), col(Contact.callable_until) > at),
    )
    may_call = exists().where(col(Agent.id) == keeper, works(col(Contact.campaign_id)))
    is_due = and_(col(Callback.due_at) <= at, is_open, ~is_held_now())
    was_too_soon = and_(col(Callback.due_at) > at, exists().where(ended, is_ahead))
    return _callbacks(or_(is_due, was_too_soon), may_call, ~reminded)


def decided_before(session: Session, rules: int, most: int) -> Sequence[Contact]:
    """Contacts with an open callback that other rules decided last, locked; without those locked already."""
    promised = select(Callback.contact_id).where(col(Callback.closed_at).is_(None))
    is_left = and_(col(Contact.finished_at).is_(None), col(Contact.decided_by) != rules)
    locks = {"key_share": True, "skip_locked": True}
    return every(session, Contact, col(Contact.id).in_(promised), is_left, most=most, locks=locks)


def teams_of_campaign(session: Session, campaign_id: int) -> Sequence[int]:
    """The teams that work a campaign."""
    return session.exec(select(CampaignTeam.team_id).where(CampaignTeam.campaign_id == campaign_id)).all()


def leads_of_campaign(session: Session, campaign_id: int) -> Sequence[Agent]:
    """The active team leads of every team that works a campaign."""
    return leads_of_teams(session, teams_of_campaign(session, campaign_id))


def _callbacks(*which: ColumnElement[bool]) -> Asked:
    return _open_callbacks(col(Contact.finished_at).is_(None), col(Campaign.is_active).is_(True), *which)


def _open_callbacks(*which: ColumnElement[bool]) -> Asked:
    of_campaigns = _with_contact().join(Campaign, col(Campaign.id) == col(Contact.campaign_id))
    found = of_campaigns.where(col(Callback.closed_at).is_(None), *which)
    return found.order_by(col(Callback.told_at).is_not(None), col(Callback.due_at), col(Callback.id))


def _with_contact() -> Asked:
    return select(Callback, Contact).join(Contact, col(Contact.id) == col(Callback.contact_id))
