"""Calls that a file showed to be against the rules, gathered for each team until its leads are told of them as one
thing."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement
from sqlmodel import Session, col

from storage.database.rows import changed, first_of
from storage.models import ForbiddenCalls

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
    """The row that the team has not been told of, locked until the transaction ends."""
    return first_of(session, ForbiddenCalls, ForbiddenCalls.team_id == team_id, *_is_open(file), locks={})


def _is_open(file: CallsOf) -> Sequence[ColumnElement[bool]]:
    """SQL: a row of the file of which nobody has been told."""
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
