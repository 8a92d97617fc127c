"""Messages that people are to be told: written with their cause, taken by one sender each, closed when they were sent.

And until when calls were looked at for broken promises, which leads are told of.

Rows are taken by conditional update: of two processes that see the same row, one gets it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, insert, or_, true, update
from sqlmodel import Session, col, select

from storage.database.engine import insert_or_change, insert_those_not_taken, insert_unless_taken
from storage.database.rows import changed, every
from storage.database.unit_of_work import HAS_NEWS
from storage.models import Agent, CallsLookedAt, Contact, Lease, Message, ShownNumber

_A_PART = 1_000  # rows
_IS_OPEN = col(Message.closed_at).is_(None)


def put(session: Session, told: Sequence[Message]) -> int:
    """Let messages wait; their sender hears of them as soon as the transaction is committed. Returns how many: not
    those that were told before."""
    rows = [one.model_dump(exclude={"id"}) for one in told]
    written = len(insert_those_not_taken(session, Message, rows)) if rows else 0
    if written:
        session.info[HAS_NEWS] = True
    return written


def put_all(session: Session, organisation_id: int, kind: str, told: Sequence[Mapping[str, Any]], at: datetime) -> None:
    """Let messages of one kind wait that what causes them lets nobody write twice. `told`: the columns of each."""
    same = {"organisation_id": organisation_id, "kind": kind, "written_at": at}
    if told:
        session.execute(insert(Message), [{**same, **one} for one in told])
        session.info[HAS_NEWS] = True


def readers(session: Session) -> Sequence[tuple[str, int]]:
    """The kinds of the messages that are neither sent nor given up, each with the id of a reader."""
    return session.exec(select(Message.kind, Message.agent_id).where(_IS_OPEN).distinct()).all()


def waiting(session: Session, heard: Mapping[str, Collection[int]], at: datetime) -> Iterable[Message]:
    """The messages that are neither sent nor given up, oldest first: those of each kind that some readers, by id, may
    hear now, and those that are out of date. Read in parts."""
    theirs = [and_(col(Message.kind) == kind, col(Message.agent_id).in_(ids)) for kind, ids in heard.items()]
    found = select(Message).where(_IS_OPEN, or_(col(Message.until) <= at, *theirs))
    return session.exec(found.order_by(col(Message.id)).execution_options(yield_per=_A_PART))


def take(session: Session, rows: Sequence[Message], at: datetime) -> list[Message]:
    """Take those of the messages that nobody has taken since they were read; oldest first."""
    as_read = or_(*(col(Message.taken_at).is_not_distinct_from(then) for then in {row.taken_at for row in rows}))
    ours = update(Message).where(col(Message.id).in_([row.id for row in rows]), _IS_OPEN, as_read)
    taken = session.execute(ours.values(taken_at=at).returning(Message)).scalars()
    return sorted(taken, key=lambda one: one.id or 0)


def close(session: Session, ids: Collection[int], at: datetime, because: str) -> None:
    """They were sent, or never will be."""
    ours = col(Message.id).in_(ids), _IS_OPEN
    changed(session, Message, *ours, closed_at=at, closed_because=because, taken_at=None)


def put_back(session: Session, taken: Sequence[Message], not_before: datetime | None = None, because: str = "") -> None:
    """They were not sent: they are due again as before or, if that failed, at a moment. `because`: why it failed. Tries
    count those that failed alike, one after another."""
    ours = col(Message.id).in_([one.id for one in taken]), _IS_OPEN, col(Message.taken_at) == taken[0].taken_at
    values: dict[str, Any] = {"taken_at": None}
    if not_before is not None:
        is_alike = col(Message.failed_because) == because
        tries = case((is_alike, col(Message.tries) + 1), else_=1)
        values |= {"not_before": not_before, "failed_because": because, "tries": tries}
    changed(session, Message, *ours, **values)


def told_once(session: Session, organisation_id: int, kinds: Collection[str]) -> Sequence[Message]:
    """What was told, or is to be told, and is not over as far as is known."""
    ours = Message.organisation_id == organisation_id, col(Message.kind).in_(kinds)
    return every(session, Message, *ours, Message.once != "")


def forget(session: Session, ids: Collection[int], at: datetime) -> None:
    """It is over: what was not told yet need not be, and if it happens again, it is news."""
    untold: Any = col(Message.closed_at).is_(None)
    ends = {
        "closed_at": case((untold, at), else_=col(Message.closed_at)),
        "closed_because": case((untold, "over"), else_=col(Message.closed_because)),
    }
    changed(session, Message, col(Message.id).in_(ids), once="", taken_at=None, **ends)


def looked_until(session: Session, organisation_id: int) -> datetime | None:
    """Until when the organisation's calls were looked at; None: never."""
    return session.exec(select(CallsLookedAt.until).where(CallsLookedAt.organisation_id == organisation_id)).first()


def looked_at(session: Session, organisation_id: int, until: datetime) -> None:
    """Calls were looked at until a moment. A later one stands."""
    ours = col(CallsLookedAt.organisation_id) == organisation_id
    if insert_unless_taken(session, CallsLookedAt, {"organisation_id": organisation_id, "until": until}) is None:
        changed(session, CallsLookedAt, ours, col(CallsLookedAt.until) < until, until=until)


def note(session: Session, shown: ShownNumber, lease_ids: Iterable[int]) -> None:
    """Store a row like `shown` for each lease, replacing rows of the same message and lease."""
    kept = shown.model_dump(exclude={"id", "lease_id"})
    insert_or_change(
        session,
        ShownNumber,
        [{**kept, "lease_id": one} for one in lease_ids],
        unique=("agent_id", "message", "lease_id"),
        change={name: kept[name] for name in ("response_url", "expires_at", "taken_at")},
        where=true(),
    )


def ended(
    session: Session, at: datetime, ended_before: datetime, is_untaken: ColumnElement[bool], most: int
) -> Sequence[tuple[ShownNumber, Lease, Contact, Agent]]:
    """Numbers whose call ended by `ended_before`, on messages that can still be redrawn and that none is hiding."""
    found = (
        select(ShownNumber, Lease, Contact, Agent)
        .join(Lease, col(Lease.id) == col(ShownNumber.lease_id))
        .join(Contact, col(Contact.id) == col(Lease.contact_id))
        .join(Agent, col(Agent.id) == col(ShownNumber.agent_id))
        .where(col(Lease.ended_at) <= ended_before, col(ShownNumber.expires_at) > at, is_untaken)
        .order_by(col(ShownNumber.id))
        .limit(most)
    )
    return session.exec(found).all()
