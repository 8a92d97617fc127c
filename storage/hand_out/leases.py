"""Begins, moves and ends leases, and says who may call whom, as set up now.

Contacts are claimed by writing the leases, their decisions and the marks on the contacts together, in a transaction
that has locked the contacts. Of two that share a person or a number, the first is claimed.

Unique indexes and the WHERE of an update decide; a read never does. `Contact.leased_until` repeats the lease's end for
the hand-out's index. It is written when a lease moves or ends, unless another transaction has the contact locked: no
request waits for a hint. `mend` corrects what was missed, or was left by a process of the previous version. Until then
a leased contact is still offered to no agent, and a free one returns late.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from contextlib import nullcontext
from datetime import datetime
from itertools import chain
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, exists, or_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Session, col, select

from policy.vocabulary import LeaseEnd, LeaseStage
from storage.database.rows import Statement, changed, every, for_sqlite
from storage.hand_out.search import takes_locks
from storage.models import Agent, Campaign, CampaignTeam, Contact, ContactList, Lease
from storage.record.whole_record import AnyContact


class Wish(NamedTuple):
    """A contact to claim for an agent, and the fields of the decision record that allows it."""

    agent_id: int
    contact: AnyContact
    leased_until: datetime
    lawful_until: datetime  # leased_until is never later
    decision: Mapping[str, Any]
    callback_id: int | None = None


_LEASE = (
    "organisation_id, agent_id, offered_at, contact_id, person_id, number, callback_id, leased_until, lawful_until,"
    " stage, ended_because, release_reason, release_words"
)
_LEASED = (
    *("organisation_id", "agent_id", "at", "contact_id", "person_id", "number", "callback_id"),
    *("leased_until", "lease_lawful_until"),
)  # the fields of a wish for these columns, but for the last four
_AS_OFFERED = f"'{LeaseStage.OFFERED}', '', '', ''"
_DECISION = (
    "organisation_id, agent_id, at, contact_id, campaign_id, verdict, callable_from, lawful_until, rulebook, "
    "house_pack, findings, sentences, facts"
)
# Contacts are looked up from an array: a join of few rows with many may read the many.
_ON_POSTGRESQL = Statement(
    "",
    f"""
WITH wished AS MATERIALIZED (
  SELECT * FROM json_to_recordset(CAST(:wishes AS json)) AS wish(
    organisation_id int, agent_id int, at timestamptz, contact_id int, person_id int, number text, callback_id int,
    leased_until timestamptz, lease_lawful_until timestamptz, campaign_id int, verdict text, callable_from timestamptz,
    lawful_until timestamptz, rulebook text, house_pack text, findings json, sentences json, facts json)
   WHERE {takes_locks("wish")}
), leased AS (
  INSERT INTO lease ({_LEASE})
  SELECT {", ".join(_LEASED)}, {_AS_OFFERED} FROM wished ORDER BY contact_id
  ON CONFLICT DO NOTHING RETURNING id, contact_id, leased_until
), marked AS (
  UPDATE contact SET leased_until = (SELECT leased_until FROM leased WHERE contact_id = contact.id)
   WHERE id = ANY(ARRAY(SELECT contact_id FROM leased))
), stored AS (
  INSERT INTO decision (asked_for, lease_id, {_DECISION})
  SELECT 'hand_out', leased.id, {_DECISION} FROM wished JOIN leased USING (contact_id)
)
SELECT contact_id, id FROM leased
""",  # noqa: S608 - our own words; what is written comes as parameters
)

_DECISION_ON_SQLITE = (
    f"INSERT INTO decision (asked_for, lease_id, {_DECISION})"  # noqa: S608
    f" VALUES ('hand_out', :lease_id, :{_DECISION.replace(', ', ', :')})"
)
_MARK_ON_SQLITE = "UPDATE contact SET leased_until = :leased_until WHERE id = :contact_id"


def claim_all(session: Session, wishes: Sequence[Wish]) -> dict[int, Lease]:
    """Lease each contact (stage offered) and store its decision. Returns the leases, which no session watches, by id of
    the contacts claimed.

    A contact without a number, or whose person or number is leased or just being leased, is left out.
    """
    wished = [_fields(wish) for wish in wishes if wish.contact.number]
    if not wished:
        return {}
    session.flush()
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    ids = _on_sqlite(session, wished) if is_sqlite else _on_postgresql(session, wished)
    return {one["contact_id"]: _lease(ids, one) for one in wished if one["contact_id"] in ids}


def _lease(ids: Mapping[int, int], wished: Mapping[str, Any]) -> Lease:
    told = {name: wished[name] for name in _LEASED if name in Lease.model_fields}
    contact_id, lawful_until = wished["contact_id"], wished["lease_lawful_until"]
    return Lease(id=ids[contact_id], offered_at=wished["at"], lawful_until=lawful_until, **told)


def _fields(wish: Wish) -> dict[str, Any]:
    return {
        **wish.decision,
        "agent_id": wish.agent_id,
        "person_id": wish.contact.person_id,
        "number": wish.contact.number,
        "callback_id": wish.callback_id,
        "leased_until": wish.leased_until,
        "lease_lawful_until": wish.lawful_until,
    }


def _on_postgresql(session: Session, wished: Sequence[Mapping[str, Any]]) -> dict[int, int]:
    given = {"wishes": json.dumps(wished, default=datetime.isoformat)}
    return {row[0]: row[1] for row in _ON_POSTGRESQL.rows(session, given)}


def _on_sqlite(session: Session, wished: Sequence[Mapping[str, Any]]) -> dict[int, int]:
    connection = session.connection()
    rows = [{name: for_sqlite(value) for name, value in fields.items()} for fields in wished]
    leases = tuple(chain.from_iterable(map(itemgetter(*_LEASED), rows)))
    found = connection.exec_driver_sql(_leases_on_sqlite(len(rows)), leases)
    ids: dict[int, int] = {row[0]: row[1] for row in found.cursor.fetchall()}
    claimed = [{**row, "lease_id": ids[row["contact_id"]]} for row in rows if row["contact_id"] in ids]
    if claimed:
        connection.exec_driver_sql(_DECISION_ON_SQLITE, claimed)
        connection.exec_driver_sql(_MARK_ON_SQLITE, claimed)
    return ids


def _leases_on_sqlite(many: int) -> str:
    rows = ", ".join([f"({'?, ' * len(_LEASED)}{_AS_OFFERED})"] * many)
    return f"INSERT INTO lease ({_LEASE}) VALUES {rows} ON CONFLICT DO NOTHING RETURNING contact_id, id"  # noqa: S608


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


def restore(
    session: Session, lease_id: int, since: datetime, until: datetime, *, locked: Contact | None = None
) -> Lease | None:
    """Reopen a lease in stage calling when the outcome that ended it is undone.

    `since`: the lease must have ended at or after this moment. `until`: it lasts until then, or longer if it did
    before. `locked`: see `end`.

    None: the contact, person or number is now leased; or the lease had ended otherwise, and its end stays on record.
    """
    until_then = case((col(Lease.leased_until) > until, col(Lease.leased_until)), else_=until)
    ended = col(Lease.ended_at) >= since, col(Lease.ended_because) == LeaseEnd.OUTCOME.value
    reopened = (
        update(Lease)
        .where(col(Lease.id) == lease_id, *ended, col(Lease.stage) == LeaseStage.CALLING)
        .values(ended_at=None, ended_because="", leased_until=until_then)
        .returning(Lease)
    )
    options = {"synchronize_session": False, "populate_existing": True}
    try:
        with session.no_autoflush, session.connection().begin_nested():
            lease = session.execute(reopened, execution_options=options).scalars().first()
    except IntegrityError:
        return None
    if lease is not None:
        _mark(session, lease, locked)
    return lease


def mend(session: Session) -> int:
    """Return contacts marked as leased that are not to the hand-out. Returns how many."""
    is_held = exists().where(col(Lease.contact_id) == col(Contact.id), _IN_FORCE)
    return _mark_where(session, None, col(Contact.leased_until).is_not(None), ~is_held)


def _change(
    session: Session, lease: Lease, *which: ColumnElement[bool], locked: Contact | None = None, **values: object
) -> bool:
    # without a flush of a locked contact: what the session has changed of it is written once
    with session.no_autoflush if locked is not None else nullcontext():
        is_changed = changed(session, Lease, col(Lease.id) == lease.id, *which, **values)
    if not is_changed:
        session.refresh(lease)  # somebody else changed it
        return False
    for name, value in values.items():
        set_committed_value(lease, name, value)
    _mark(session, lease, locked)
    return True


def _mark(session: Session, lease: Lease, locked: Contact | None) -> None:
    until = lease.leased_until if lease.ended_at is None else None
    if locked is None:
        _mark_where(session, until, col(Contact.id) == lease.contact_id)
    else:
        locked.leased_until = until


def _mark_where(session: Session, until: datetime | None, *which: ColumnElement[bool]) -> int:
    unlocked = select(Contact.id).where(*which).with_for_update(key_share=True, skip_locked=True)
    return changed(session, Contact, col(Contact.id).in_(unlocked), leased_until=until)


def _may_call() -> ColumnElement[bool]:
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


def held_by(session: Session, agent_id: int) -> Sequence[tuple[Lease, Contact]]:
    """An agent's leases with their contacts, oldest first, read anew."""
    return session.exec(
        select(Lease, Contact)
        .join(Contact, col(Contact.id) == col(Lease.contact_id))
        .where(Lease.agent_id == agent_id, col(Lease.ended_at).is_(None))
        .order_by(col(Lease.id))
        .execution_options(populate_existing=True)
    ).all()


def live_on(
    session: Session, organisation_id: int, numbers: Collection[str], person_ids: Collection[int]
) -> Sequence[tuple[Lease, Contact, Agent]]:
    """Leases in force on any of the numbers or persons, held by any agent."""
    return session.exec(
        select(Lease, Contact, Agent)
        .join(Contact, col(Contact.id) == col(Lease.contact_id))
        .join(Agent, col(Agent.id) == col(Lease.agent_id))
        .where(
            Lease.organisation_id == organisation_id,
            col(Lease.ended_at).is_(None),
            or_(col(Lease.number).in_(numbers), col(Lease.person_id).in_(person_ids)),
        )
        .order_by(col(Lease.id))
    ).all()
