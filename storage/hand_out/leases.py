"""Moves and ends leases, which `claims` begins, and says who may call whom, as set up now.

Unique indexes and the WHERE of an update decide; a read never does. `Contact.leased_until` repeats the lease's end for
the hand-out's index. It is written when a lease moves or ends, unless another transaction has the contact locked: no
request waits for a hint. `mend` corrects what was missed, or was left by a process of the previous version. Until then
a leased contact is still offered to no agent, and a free one returns late.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Session, col, select

from policy.vocabulary import LeaseEnd, LeaseStage
from storage.database.rows import changed, every
from storage.models import Agent, Campaign, CampaignTeam, Contact, ContactList, Lease

_IN_FORCE = col(Lease.ended_at).is_(None)
_OFFERED = (_IN_FORCE, col(Lease.stage) == LeaseStage.OFFERED)


def start_calling(
    session: Session, lease: Lease, until: datetime, lawful_until: datetime, locked: Contact | None = None
) -> bool:
    """Move an offered lease to stage calling. False: it is no longer offered. `locked`: see `end`."""
    moved = {"stage": LeaseStage.CALLING, "leased_until": until, "lawful_until": lawful_until}
    return _change(session, lease, *_OFFERED, locked=locked, **moved)


def shorten(session: Session, lease: Lease, lawful_until: datetime) -> bool:
    """Bring an offered lease's end forward to what is lawful now. Never extends it. False: it is no longer offered."""
    return lengthen(session, lease, min(lease.leased_until, lawful_until), lawful_until)


def lengthen(session: Session, lease: Lease, until: datetime, lawful_until: datetime) -> bool:
    """Extend an offered lease. False: it is no longer offered."""
    return _change(session, lease, *_OFFERED, leased_until=until, lawful_until=lawful_until)


def end(
    session: Session,
    lease: Lease,
    at: datetime,
    because: LeaseEnd,
    release_reason: str = "",
    release_words: str = "",
    *,
    locked: Contact | None = None,
) -> bool:
    """End a lease that is in force and still in the stage in which it was read.

    False: it had already ended; or, where `ended_at` is still None, a call has begun on it. `locked`: its contact, if
    this transaction has it locked and goes on to change it: the hint is written with that.
    """
    which = (_IN_FORCE, col(Lease.stage) == lease.stage)
    said = {"release_reason": release_reason, "release_words": release_words}
    return _change(session, lease, *which, locked=locked, ended_at=at, ended_because=because.value, **said)


def was_alone(ended: Lease | None, numbers: Collection[str | None], persons: Collection[int]) -> bool:
    """Whether no lease can be in force on these: the lease that this transaction ended keeps others off its number and
    person until the commit."""
    return ended is not None and {ended.number}.issuperset(numbers) and {ended.person_id}.issuperset(persons)


def lapsed(session: Session, at: datetime, most: int) -> Sequence[Lease]:
    """Leases that ran out before `at` and are not yet ended, oldest first."""
    skips = {"skip_locked": True}  # a lease that another transaction is ending needs no second one
    ran_out = _IN_FORCE, col(Lease.leased_until) <= at
    return every(session, Lease, *ran_out, by=col(Lease.leased_until), most=most, locks=skips)


def lapse(session: Session, lease: Lease, at: datetime) -> bool:
    """End one lease because its time is up. False: it was ended or extended first."""
    which = (_IN_FORCE, col(Lease.leased_until) <= at)
    return _change(session, lease, *which, ended_at=at, ended_because=LeaseEnd.LAPSED.value)


def restore(session: Session, lease: Lease, until: datetime) -> bool:
    """Reopen a lease in stage calling that an outcome ended, when that outcome is undone.

    False: the contact, person or number is now leased; or the lease had ended before the outcome, and its end stays on
    record.
    """
    which = (col(Lease.ended_because) == LeaseEnd.OUTCOME.value, col(Lease.stage) == LeaseStage.CALLING)
    try:
        with session.begin_nested():
            return _change(session, lease, ~_IN_FORCE, *which, ended_at=None, ended_because="", leased_until=until)
    except IntegrityError:
        return False


def mend(session: Session) -> int:
    """Return contacts marked as leased that are not to the hand-out. Returns how many."""
    is_held = exists().where(col(Lease.contact_id) == col(Contact.id), _IN_FORCE)
    return _mark_where(session, None, col(Contact.leased_until).is_not(None), ~is_held)


def _change(
    session: Session, lease: Lease, *which: ColumnElement[bool], locked: Contact | None = None, **values: object
) -> bool:
    if not changed(session, Lease, col(Lease.id) == lease.id, *which, **values):
        session.refresh(lease)  # somebody else changed it
        return False
    for name, value in values.items():
        set_committed_value(lease, name, value)
    until = lease.leased_until if lease.ended_at is None else None
    if locked is None:
        _mark_where(session, until, col(Contact.id) == lease.contact_id)
    else:
        locked.leased_until = until
    return True


def _mark_where(session: Session, until: datetime | None, *which: ColumnElement[bool]) -> int:
    unlocked = select(Contact.id).where(*which).with_for_update(key_share=True, skip_locked=True)
    return changed(session, Contact, col(Contact.id).in_(unlocked), leased_until=until)


def _may_call() -> ColumnElement[bool]:
    """SQL: the agent may call the contact of the campaign and list in the same row."""
    is_theirs = exists().where(
        col(CampaignTeam.campaign_id) == col(Campaign.id), col(CampaignTeam.team_id) == col(Agent.team_id)
    )
    is_on = and_(col(Campaign.is_active).is_(True), col(ContactList.paused_at).is_(None))
    return and_(col(Agent.is_active).is_(True), is_on, is_theirs.correlate_except(CampaignTeam))


def may_call(session: Session, agent_id: int, contact_id: int) -> bool:
    """Whether an agent may call a contact, by what is committed now; the rules of law are another question."""
    found = (
        select(Contact.id)
        .join(Campaign, col(Campaign.id) == col(Contact.campaign_id))
        .join(ContactList, col(ContactList.id) == col(Contact.list_id))
        .join(Agent, col(Agent.id) == agent_id)
        .where(Contact.id == contact_id, _may_call())
    )
    return session.exec(found).first() is not None


def without_right(
    session: Session, organisation_id: int, also_of: Collection[int] = ()
) -> Sequence[tuple[Lease, Contact, Agent]]:
    """Offered leases whose agent may not call the contact any more, and all those of the campaigns `also_of`."""
    return session.exec(
        select(Lease, Contact, Agent)
        .join(Contact, col(Contact.id) == col(Lease.contact_id))
        .join(Agent, col(Agent.id) == col(Lease.agent_id))
        .join(Campaign, col(Campaign.id) == col(Contact.campaign_id))
        .join(ContactList, col(ContactList.id) == col(Contact.list_id))
        .where(
            col(Lease.organisation_id) == organisation_id,
            col(Lease.ended_at).is_(None),
            col(Lease.stage) == LeaseStage.OFFERED,
            or_(~_may_call(), col(Campaign.id).in_(also_of)),
        )
        .order_by(col(Lease.id))
    ).all()
