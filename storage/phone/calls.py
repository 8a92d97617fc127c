"""Queries for reconciling: by many numbers at once, each through its own index.

And the calls that a file showed to be against the rules, gathered for each team until its leads are told of them as one
thing.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, or_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from policy.vocabulary import AttemptState
from storage.database.bulk import is_one_of
from storage.database.engine import insert_unless_taken
from storage.database.rows import changed, every, first_of, is_within
from storage.models import Attempt, CallFinding, ForbiddenCalls, PersonMerge, PersonNumber, PhoneCall, Suppression


class KnownCall(NamedTuple):
    """A call of an earlier file."""

    number: str
    direction: str
    started_at: datetime
    ended_at: datetime
    agent_id: int | None
    attempt_id: int | None


def numbers_on_record(session: Session, organisation_id: int, numbers: Collection[str]) -> set[str]:
    """Those of the numbers that people on record have or had, that were called, or that are on the do-not-call list."""
    found: set[str] = set()
    tables: tuple[Any, ...] = (PersonNumber, Attempt, Suppression)
    for table in tables:
        theirs = table.organisation_id == organisation_id, is_one_of(session, col(table.number), numbers)
        found |= set(session.exec(select(table.number).where(*theirs).distinct()))
    return found


def persons_of(session: Session, organisation_id: int, numbers: Collection[str]) -> set[tuple[str, int]]:
    """The numbers with each person whose calls are judged with those to it: who has or had it, or was called at it, and
    whoever was parted from one of these."""
    found: set[tuple[str, int]] = set()
    tables: tuple[Any, ...] = (PersonNumber, Attempt)
    for table in tables:
        asked = select_columns(table.number, table.person_id).where(
            table.organisation_id == organisation_id,
            is_one_of(session, col(table.number), numbers),
            col(table.person_id).is_not(None),
        )
        found |= {(number, person_id) for number, person_id in session.execute(asked.distinct())}
    persons = {person_id for _, person_id in found}
    both = col(PersonMerge.person_id), col(PersonMerge.parted_from)
    is_theirs = or_(*(is_one_of(session, one, persons) for one in both))
    partings = select_columns(*both).where(both[1].is_not(None), is_theirs)
    parted: defaultdict[int, set[int]] = defaultdict(set)
    for one, other in session.execute(partings):
        parted[one].add(other)
        parted[other].add(one)
    return found | {(number, other) for number, one in found for other in parted[one]}


def calls_on(session: Session, organisation_id: int, numbers: Collection[str]) -> list[KnownCall]:
    """Every call of earlier files from or to the numbers."""
    columns = [getattr(PhoneCall, name) for name in KnownCall._fields]
    theirs = col(PhoneCall.organisation_id) == organisation_id, is_one_of(session, col(PhoneCall.number), numbers)
    return [KnownCall._make(row) for row in session.execute(select_columns(*columns).where(*theirs))]


def calls_in_from(
    session: Session, organisation_id: int, numbers: Collection[str], persons: Collection[int], most: int
) -> list[PhoneCall]:
    """The newest calls in from the numbers, or from the persons by any number, newest first."""
    is_theirs = or_(col(PhoneCall.number).in_(numbers), col(PhoneCall.person_id).in_(persons))
    which = PhoneCall.organisation_id == organisation_id, PhoneCall.direction == "in", is_theirs
    return [*every(session, PhoneCall, *which, by=col(PhoneCall.started_at).desc(), most=most)]


def known_keys(session: Session, organisation_id: int, keys: Collection[str]) -> set[tuple[str, str]]:
    """Those of the keys whose calls an earlier file had, each with the number: a call put through to another number
    may have one key for both."""
    known = is_one_of(session, col(PhoneCall.key), keys), PhoneCall.key != ""
    ours = PhoneCall.organisation_id == organisation_id
    return set(session.exec(select(PhoneCall.number, PhoneCall.key).where(ours, *known)))


def attempts_on(
    session: Session, organisation_id: int, numbers: Collection[str], since: datetime, until: datetime
) -> Sequence[Attempt]:
    """Every attempt out to the numbers opened in [since, until), oldest first, read anew."""
    theirs = Attempt.organisation_id == organisation_id, is_one_of(session, Attempt.number, numbers)
    made = Attempt.direction == "out", is_within(Attempt.opened_at, since, until)
    return every(session, Attempt, *theirs, *made, by=col(Attempt.opened_at))


def without_call(
    session: Session, agent_ids: Collection[int], since: datetime, until: datetime, after: int, most: int
) -> list[int]:
    """Ids above `after` of attempts opened in [since, until) by these agents to which no call belongs, lowest first."""
    found = session.exec(
        select(col(Attempt.id))
        .outerjoin(PhoneCall, col(PhoneCall.attempt_id) == col(Attempt.id))
        .where(
            col(Attempt.agent_id).in_(agent_ids),
            is_within(Attempt.opened_at, since, until),
            col(Attempt.direction) == "out",
            col(Attempt.state) != AttemptState.NOT_DIALLED,
            col(Attempt.found_at).is_(None),
            col(PhoneCall.id).is_(None),
            col(Attempt.id) > after,
        )
        .order_by(col(Attempt.id))
        .limit(most)
    )
    return [one for one in found if one is not None]


def keep_finding(
    session: Session,
    organisation_id: int,
    attempt_id: int,
    kind: str,
    at: datetime,
    *,
    seconds: float | None = None,
    rule: str = "",
) -> bool:
    """Keep a finding about an attempt. False: it is on record already."""
    values = {"organisation_id": organisation_id, "attempt_id": attempt_id, "kind": kind, "found_at": at}
    return insert_unless_taken(session, CallFinding, {**values, "seconds": seconds, "rule": rule}) is not None


MOST_NAMED = 3  # of the people of one row


class CallsOf(NamedTuple):
    """A file of call records: the phone system, and its first and last call out."""

    system: str
    first: datetime
    last: datetime


class Against(NamedTuple):
    """A call that rules forbade. `gravity`: 0 is the gravest. `whom`: its person, or their number."""

    gravity: int
    attempt_id: int
    caller_id: int
    whom: int | str


def add_forbidden(
    session: Session,
    organisation_id: int,
    team_id: int,
    file: CallsOf,
    calls: Sequence[Against],
    at: datetime,
    due_at: datetime,
) -> None:
    """Add calls to the team's open row of the file, or begin one. `calls`: one at least. One file at a time is
    written."""
    times = Counter(one.whom for one in calls)
    gravest = {one.whom: one for one in sorted(calls, key=lambda one: (-one.gravity, -one.attempt_id))}
    named = [[one.gravity, -times[one.whom], one.attempt_id] for one in gravest.values()]
    callers = {one.caller_id for one in calls}
    row = _open_row(session, team_id, file)
    if row is None:
        caller_id = callers.pop() if len(callers) == 1 else None
        row = ForbiddenCalls(
            organisation_id=organisation_id,
            team_id=team_id,
            system=file.system,
            first_call_at=file.first,
            last_call_at=file.last,
            count=0,
            caller_id=caller_id,
            found_at=at,
            due_at=due_at,
        )
    elif callers != {row.caller_id}:
        row.caller_id = None
    row.count += len(calls)
    row.worst = sorted([*row.worst, *named])[:MOST_NAMED]
    row.due_at = due_at
    session.add(row)


def _open_row(session: Session, team_id: int, file: CallsOf) -> ForbiddenCalls | None:
    return first_of(session, ForbiddenCalls, ForbiddenCalls.team_id == team_id, *_is_open(file), locks={})


def _is_open(file: CallsOf) -> Sequence[ColumnElement[bool]]:
    return (
        col(ForbiddenCalls.system) == file.system,
        col(ForbiddenCalls.first_call_at) == file.first,
        col(ForbiddenCalls.last_call_at) == file.last,
        col(ForbiddenCalls.closed_at).is_(None),
    )


def forbidden_due(session: Session, organisation_id: int, file: CallsOf, due_at: datetime) -> None:
    """Change when the file's open rows are due: later while it is read, at once when that is done."""
    ours = col(ForbiddenCalls.organisation_id) == organisation_id
    changed(session, ForbiddenCalls, ours, *_is_open(file), due_at=due_at)
