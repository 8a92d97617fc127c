"""Contacts worth deciding (by a due callback, a name, a shared number or a window), their state, and who is next."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from policy.vocabulary import DATA_COMPLAINT, ContactState, Verdict
from storage.database.engine import has_one_writer
from storage.database.rows import Statement, every, first_of
from storage.hand_out.search import NOT_AGAIN, NOT_AGAIN_FOR, OVERDUE_AFTER, PRIORITIES, closed_windows
from storage.models.calls import Attempt, Callback, Lease
from storage.models.compliance import Hold
from storage.models.people import Agent
from storage.models.work import WAITING, Campaign, Contact, ContactDetails, ContactList, CorrectedPlace

_LOCK = {"key_share": True}  # others may still refer to them


def due_callbacks(
    session: Session, campaigns: Collection[int], at: datetime, agent_id: int, seen: Collection[int], limit: int
) -> Sequence[tuple[Callback, Contact]]:
    """Due callbacks that this agent may make: their own, anyone's, another's once overdue; longest due first."""
    statement = (
        select(Callback, Contact)
        .join(Contact, col(Contact.id) == col(Callback.contact_id))
        .where(
            col(Callback.closed_at).is_(None),
            col(Callback.due_at) <= at,
            or_(
                col(Callback.agent_id).is_(None),
                col(Callback.agent_id) == agent_id,
                col(Callback.due_at) <= at - OVERDUE_AFTER,
            ),
            col(Contact.campaign_id).in_(campaigns),
            col(Contact.finished_at).is_(None),
            col(Contact.number).is_not(None),
            col(Contact.id).not_in(seen),
            ~is_held_now(),
            ~exists().where(keeps(aliased(Callback), agent_id, at)),
            ~exists().where(
                col(Lease.contact_id) == col(Contact.id),
                col(Lease.agent_id) == agent_id,
                col(Lease.release_reason).in_(NOT_AGAIN),
                col(Lease.ended_at) > at - NOT_AGAIN_FOR,
            ),
        )
        .order_by(col(Callback.due_at), col(Callback.id))
        .limit(limit)
    )
    return session.exec(statement).all()


def place_corrections(session: Session, contact_ids: Collection[int]) -> Sequence[tuple[CorrectedPlace, Agent]]:
    """Each correction of the contacts' places with the agent who made it, the newest last."""
    statement = (
        select(CorrectedPlace, Agent)
        .join(Agent, col(Agent.id) == col(CorrectedPlace.corrected_by))
        .where(col(CorrectedPlace.contact_id).in_(contact_ids))
        .order_by(col(CorrectedPlace.until), col(CorrectedPlace.id))
    )
    return session.exec(statement).all()


def lists(session: Session, list_ids: Collection[int]) -> dict[int, ContactList]:
    """Lists by id."""
    return {one.id or 0: one for one in every(session, ContactList, col(ContactList.id).in_(list_ids))}


def by_ids(session: Session, contact_ids: Collection[int]) -> dict[int, Contact]:
    """Contacts by id, read anew."""
    return {contact.id or 0: contact for contact in every(session, Contact, col(Contact.id).in_(contact_ids))}


def lock_unfinished(session: Session, contact_id: int) -> Contact | None:
    """An unfinished contact, read anew and locked until the transaction ends, so that later reads stay true.

    None: another transaction has locked it, or it is finished.
    """
    wanted = Contact.id == contact_id, col(Contact.finished_at).is_(None)
    return first_of(session, Contact, *wanted, locks={**_LOCK, "skip_locked": True})


def of_lease(session: Session, lease_id: int) -> Contact | None:
    """The contact of a lease, locked: no other transaction decides it or hands it out until this one ends."""
    wanted = select(Contact).join(Lease, col(Lease.contact_id) == col(Contact.id)).where(col(Lease.id) == lease_id)
    return session.exec(wanted.with_for_update(of=Contact, key_share=True)).first()


def free_by_ids(session: Session, organisation_id: int, contact_ids: Sequence[int]) -> list[Contact]:
    """The unfinished, unleased contacts among those asked for, in the same order."""
    is_free = col(Contact.finished_at).is_(None), ~is_held_now()
    ours = Contact.organisation_id == organisation_id, col(Contact.id).in_(contact_ids)
    found = {contact.id: contact for contact in every(session, Contact, *ours, *is_free)}
    return [found[contact_id] for contact_id in contact_ids if contact_id in found]


def contacts_sharing(
    session: Session,
    organisation_id: int,
    numbers: Collection[str],
    person_ids: Collection[int],
    *,
    for_update: bool = False,
) -> Sequence[Contact]:
    """Every contact, on any list, that has one of the numbers or is one of the persons.

    `for_update`: lock them, so that a transaction about to decide them waits and then reads what this one wrote: of two
    events at once, the later knows both. Leases and attempts may still refer to them.
    """
    which = (
        col(Contact.organisation_id) == organisation_id,
        or_(col(Contact.number).in_(numbers), col(Contact.person_id).in_(person_ids)),
    )
    if not for_update:
        return every(session, Contact, *which)
    there = select(Contact.id).where(*which)
    locked = every(session, Contact, *which, locks=_LOCK)
    # A statement that waited for a lock has not seen contacts that were committed meanwhile: look again.
    while not has_one_writer(session) and {*session.exec(there)} - {one.id for one in locked}:
        locked = every(session, Contact, *which, locks=_LOCK)
    return locked


def stale_contacts(
    session: Session, at: datetime, most: int, campaigns: Collection[int] | None = None
) -> Sequence[Contact]:
    """Unfinished contacts whose window has closed and that need a new one, longest closed first.

    Locked until the transaction ends; skips those that another transaction has locked.
    """
    in_order = col(Contact.callable_until)
    if campaigns is not None:
        locked = closed_windows(session, campaigns, at, most)
        return every(session, Contact, col(Contact.id).in_(locked), by=in_order)
    closed = col(Contact.finished_at).is_(None), in_order <= at
    return every(session, Contact, *closed, by=in_order, most=most, locks={**_LOCK, "skip_locked": True})


def is_held_now() -> ColumnElement[bool]:
    """SQL: whether a lease is in force on the contact, its person or its number."""
    live = col(Lease.ended_at).is_(None) & (col(Lease.organisation_id) == col(Contact.organisation_id))
    return or_(
        exists().where(live, col(Lease.contact_id) == col(Contact.id)),
        exists().where(live, col(Lease.person_id) == col(Contact.person_id)),
        exists().where(live, col(Lease.number) == col(Contact.number)),
    )


def keeps(callback: type[Callback], agent_id: int, at: datetime) -> ColumnElement[bool]:
    """SQL: whether the callback keeps the contact for an agent other than this one: not closed, and not yet overdue.

    It keeps its person in every campaign of its client.
    """
    of_contact = select(Campaign.principal).where(col(Campaign.id) == col(Contact.campaign_id))
    client = of_contact.correlate(Contact).scalar_subquery()  # of the contact outside, however deep this stands
    return and_(
        col(callback.person_id) == col(Contact.person_id),
        or_(col(callback.contact_id) == col(Contact.id), col(callback.principal) == client),
        col(callback.closed_at).is_(None),
        col(callback.agent_id) != agent_id,
        col(callback.due_at) > at - OVERDUE_AFTER,
    )


def has_open_window(at: datetime) -> ColumnElement[bool]:
    """SQL: whether the cached window contains `at`."""
    closes = col(Contact.callable_until)
    return and_(col(Contact.callable_from) <= at, or_(closes.is_(None), closes > at))


def details_of(session: Session, campaign_id: int, person_ids: Collection[int]) -> dict[int, dict[str, str]]:
    """What lists say else of people, for one campaign: by person, text by heading in the order of the file.

    The empty heading is a mark of the importer's.
    """
    found = select(ContactDetails).where(
        ContactDetails.campaign_id == campaign_id, col(ContactDetails.person_id).in_(person_ids)
    )
    return {row.person_id: json.loads(row.cells) for row in session.exec(found) if row.cells}


def headings_of(session: Session, campaign_id: int, people: int) -> tuple[str, ...]:
    """The headings under which details of a campaign's newest people stand, those of the newest first."""
    of_campaign = select(ContactDetails.cells).where(ContactDetails.campaign_id == campaign_id)
    newest = of_campaign.order_by(col(ContactDetails.person_id).desc()).limit(people)
    found = (heading for cells in session.exec(newest) if cells for heading in json.loads(cells))
    return tuple(dict.fromkeys(filter(None, found)))


def open_complaints(
    session: Session, organisation_id: int, campaigns: Collection[int]
) -> Sequence[tuple[Hold, str, datetime]]:
    """Open complaints about their data of the campaigns' contacts, oldest first, with the contact's time zones, and
    when the call in which it was made was opened."""
    found = (
        select(Hold, Contact.zones, Attempt.opened_at)
        .select_from(Hold)
        .join(Contact, col(Contact.id) == col(Hold.contact_id))
        .join(Attempt, col(Attempt.id) == col(Hold.attempt_id))
        .where(
            col(Hold.lifted_at).is_(None),
            col(Hold.organisation_id) == organisation_id,
            col(Hold.reason) == DATA_COMPLAINT,
            col(Contact.campaign_id).in_(campaigns),
        )
        .order_by(col(Attempt.opened_at), col(Hold.id))
    )
    return session.exec(found).all()


def of_contact(session: Session, contact_id: int) -> list[Hold]:
    """The open complaints of one contact."""
    is_open = col(Hold.lifted_at).is_(None), Hold.reason == DATA_COMPLAINT
    return [*every(session, Hold, Hold.contact_id == contact_id, *is_open)]


def state_of(session: Session, contact: Contact, at: datetime, *, is_free: bool = False) -> ContactState:
    """The state of one contact, by the same precedence as in the counts. `is_free`: surely no lease is in force."""
    if contact.verdict is Verdict.SUPPRESSED:
        return ContactState.SUPPRESSED
    if contact.finished_at is not None:
        return ContactState.FINISHED
    held = select(Contact.id).where(Contact.id == contact.id, is_held_now())
    if not is_free and session.exec(held).first() is not None:
        return ContactState.LEASED
    if contact.verdict is Verdict.HELD:
        return ContactState.HELD
    start, end = contact.callable_from, contact.callable_until
    is_open = start is not None and start <= at and (end is None or end > at)
    return ContactState.CALLABLE if is_open else ContactState.LOCKED


def next_to_open(session: Session, campaign_ids: Sequence[int], at: datetime) -> Contact | None:
    """The unfinished, unleased contact whose window opens first after `at`."""
    given = {"campaigns": campaign_ids, "priorities": PRIORITIES, "at": at}
    found = _OPENS_FIRST.rows(session, given) if campaign_ids else ()
    return session.get(Contact, found[0][0]) if found else None


_QUEUE = f"campaign_id = {{0}}.campaign_id AND priority = {{0}}.level AND {WAITING}"

_FIRST = f"""(SELECT id FROM contact WHERE {_QUEUE} AND callable_until {{1}} AND callable_from > :at::timestamptz
      ORDER BY callable_from, id LIMIT 1)"""  # noqa: S608 - our own words

# For each window, the contact that opens first, which is the first of an index range.
_OPENS_FIRST = Statement.of(f"""
WITH RECURSIVE queue(campaign_id, level) AS (
  SELECT campaign.value, level.value FROM unnest(:campaigns::int[]) AS campaign(value)
   CROSS JOIN unnest(:priorities::int[]) AS level(value)
), span(campaign_id, level, until) AS (
  SELECT campaign_id, level, (SELECT min(callable_until) FROM contact WHERE {_QUEUE.format("queue")}
    AND callable_until > :at::timestamptz) FROM queue
  UNION ALL
  SELECT campaign_id, level, (SELECT min(callable_until) FROM contact WHERE {_QUEUE.format("span")}
    AND callable_until > span.until) FROM span WHERE until IS NOT NULL
), head(id) AS (
  SELECT {_FIRST.format("span", "= span.until")} FROM span WHERE until IS NOT NULL
  UNION ALL SELECT {_FIRST.format("queue", "IS NULL")} FROM queue
)
SELECT id FROM (
  SELECT id, (SELECT callable_from FROM contact WHERE contact.id = head.id) AS opens FROM head WHERE id IS NOT NULL
) AS opening ORDER BY opens, id LIMIT 1
""")  # noqa: S608


def contact_of(session: Session, attempt: Attempt) -> Contact | None:
    """The contact that an attempt's outcome is about: its own; once parted, its person's in the campaign."""
    own = None if attempt.contact_id is None else session.get_one(Contact, attempt.contact_id)
    if own is None or own.person_id == attempt.person_id:
        return own
    in_campaign = col(Contact.campaign_id) + 0 == own.campaign_id
    return session.exec(select(Contact).where(Contact.person_id == attempt.person_id, in_campaign)).first() or own
