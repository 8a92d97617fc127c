"""The audit's check of leases: two that were in force at once on the same contact, person or number.

Clocks of two machines may differ by seconds, so that a lease seems to begin before the last one ended. Row ids follow
the order of writing: a later row with an earlier time shows by how much clocks differed. The check forgives that much,
5 s at most, and only to a lease written after one that has ended. A second is always forgiven: a hand-out reads the
clock first, and claims what others have ended meanwhile.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from policy.vocabulary import LeaseEnd
from storage.models import Attempt, Lease, OutcomeRecord
from storage.queries.reports import audit as rows

CLAIMED_WITHIN = timedelta(seconds=1)
CLOCKS_DIFFER_BY = timedelta(seconds=5)  # at most: a clock further off is not synchronised at all
LONGEST = timedelta(days=1)  # a lease ends with its day's calling hours, so one that began earlier is over

Piece = tuple[datetime, datetime]


Clash = tuple[Lease, Lease, str, datetime]  # two in force together; contact, person or number; from when on


def clashes(session: Session, organisation_id: int, since: datetime, until: datetime, at: datetime) -> Iterator[Clash]:
    """Pairs of one organisation's leases that began to overlap in [since, until). Leases in force last until `at`."""
    leases = rows.leases_between(session, organisation_id, since - LONGEST, until)
    most, latest = timedelta(0), None
    for lease in sorted(leases, key=lambda one: one.id or 0):
        latest = lease.offered_at if latest is None else max(latest, lease.offered_at)
        most = max(most, latest - lease.offered_at)
    forgiven = min(max(most, CLAIMED_WITHIN), CLOCKS_DIFFER_BY)
    suspects = [pair for pair in _overlapping(leases, at) if not _followed(pair[0], pair[1], forgiven, at)]
    # The spans in which each lease was in force. An outcome ends a lease, and its undo may restore it: in between,
    # another agent could hold the contact.
    suspected = {lease.id: lease for first, second, _ in suspects for lease in (first, second) if lease.id is not None}
    attempts = {attempt.id: attempt for attempt in rows.where_in(session, Attempt, Attempt.lease_id, suspected)}
    said: dict[int, list[OutcomeRecord]] = defaultdict(list)
    for statement in rows.statements_on(session, [id_ for id_ in attempts if id_ is not None]):
        said[attempts[statement.attempt_id].lease_id or 0].append(statement)
    pieces = {id_: list(_pieces_of(lease, said[id_], at)) for id_, lease in suspected.items()}
    for first, second, key in suspects:
        some, others = pieces[first.id or 0], pieces[second.id or 0]
        together = (max(a[0], b[0]) for a in some for b in others if max(a[0], b[0]) < min(a[1], b[1]))
        start = min(together, default=None)
        if start is not None and since <= start < until:
            yield first, second, key, start


def _overlapping(leases: Sequence[Lease], at: datetime) -> Iterator[tuple[Lease, Lease, str]]:
    """Pairs that share something and whose outer ends overlap, each pair once."""
    seen: set[tuple[int | None, int | None]] = set()
    for key in ("contact", "person", "number"):
        groups: dict[object, list[Lease]] = defaultdict(list)
        for lease in leases:
            same = groups[getattr(lease, "number" if key == "number" else f"{key}_id")]
            same[:] = [other for other in same if _end(other, at) > lease.offered_at]
            for other in same:
                if (other.id, lease.id) not in seen:
                    seen.add((other.id, lease.id))
                    yield other, lease, key
            same.append(lease)


def _followed(some: Lease, other: Lease, forgiven: timedelta, at: datetime) -> bool:
    """Whether the later row may have begun after the earlier one ended, given the forgiven time. An end after
    `at` was written while the clock ran ahead: the true one is unknown."""
    first, second = sorted((some, other), key=lambda one: one.id or 0)
    return first.ended_at is not None and (first.ended_at > at or first.ended_at - second.offered_at <= forgiven)


def _pieces_of(lease: Lease, said: Sequence[OutcomeRecord], at: datetime) -> Iterator[Piece]:
    end = _end(lease, at)
    start: datetime | None = lease.offered_at
    for statement in said:
        if statement.outcome is None:
            start = start or statement.recorded_at
        elif start is not None:
            yield start, min(statement.recorded_at, end)
            start = None
    if start is not None and start < end:
        yield start, end


def _end(lease: Lease, at: datetime) -> datetime:
    """When a lease ends: a lapsed one when it ran out, even if that was recorded later."""
    if lease.ended_at is None:
        return at
    is_lapsed = lease.ended_because == LeaseEnd.LAPSED
    return min(lease.ended_at, lease.leased_until) if is_lapsed else lease.ended_at
