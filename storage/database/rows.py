"""Rows of one table: those that meet conditions, their number, changes of them; and conditions that tables share."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

from sqlalchemy import ColumnElement, CursorResult, Delete, Update, and_, delete, func, or_, update
from sqlmodel import Session, SQLModel, col, select

Found = TypeVar("Found", bound=SQLModel)

# A moment so far ahead was set by a clock that ran ahead and was set back: the clocks of two machines differ less.
CLOCKS_DIFFER = timedelta(minutes=5)
PUT_OFF_FOR = timedelta(hours=1)  # at most, with what is taken: a row waits for Slack, or for its campaign


def every(
    session: Session,
    table: type[Found],
    *which: ColumnElement[bool] | bool,
    by: Any = None,
    most: int | None = None,
    locks: Mapping[str, Any] | None = None,
) -> Sequence[Found]:
    """The rows of a table that meet each condition, in the order of a column, if given, and of their ids.

    They are as they stand now, also those that were read before a wait for a lock. `locks`: lock them until the
    transaction ends, as these options of FOR UPDATE say.
    """
    row_id = col(table.id)  # type: ignore[attr-defined]
    found = select(table).where(*which).order_by(*([row_id] if by is None else [by, row_id])).limit(most)
    locking = found if locks is None else found.with_for_update(**locks)
    return session.exec(locking, execution_options={"populate_existing": True}).all()


def first_of(
    session: Session,
    table: type[Found],
    *which: ColumnElement[bool] | bool,
    by: Any = None,
    locks: Mapping[str, Any] | None = None,
) -> Found | None:
    """The first of these rows; None: there is none."""
    return next(iter(every(session, table, *which, by=by, most=1, locks=locks)), None)


def count_of(session: Session, table: type[SQLModel], *which: ColumnElement[bool] | bool) -> int:
    """How many rows of a table meet each condition."""
    return session.exec(select(func.count()).select_from(table).where(*which)).one()


def is_any(session: Session, table: Any, *which: ColumnElement[bool] | bool) -> bool:
    """Whether a row of a table meets each condition."""
    return session.exec(select(table.id).where(*which).limit(1)).first() is not None


def changed(session: Session, table: type[SQLModel], *which: ColumnElement[bool] | bool, **values: Any) -> int:
    """Change the rows of a table that meet each condition, past the session's objects. Returns how many did."""
    return _apply(session, update(table).where(*which).values(**values))  # type: ignore[arg-type]


def deleted(session: Session, table: type[SQLModel], *which: ColumnElement[bool] | bool) -> int:
    """Delete the rows of a table that meet each condition, past the same objects. Returns how many did."""
    return _apply(session, delete(table).where(*which))  # type: ignore[arg-type]


def _apply(session: Session, change: Update | Delete) -> int:
    done = session.execute(change, execution_options={"synchronize_session": False})
    return cast(CursorResult[Any], done).rowcount


def is_about(
    table: Any, organisation_id: int, numbers: Collection[str], person_ids: Collection[int]
) -> ColumnElement[bool]:
    """SQL: whether a row of the organisation is about any of the numbers or persons, each through its own index.

    The organisation is in both halves: without statistics, SQLite would otherwise read all of the organisation's rows.
    """
    ours = col(table.organisation_id) == organisation_id
    return or_(and_(ours, col(table.number).in_(numbers)), and_(ours, col(table.person_id).in_(person_ids)))


def is_within(moment: Any, since: datetime, until: datetime) -> ColumnElement[bool]:
    """SQL: whether a column's moment lies in [since, until)."""
    return and_(col(moment) >= since, col(moment) < until)


def is_free(table: Any, taken_before: datetime) -> ColumnElement[bool]:
    """SQL: whether no process has taken the row, or one did so long ago that it has died, or by a wrong clock."""
    return or_(col(table.taken_at).is_(None), ~is_recent(table.taken_at, taken_before))


def is_recent(moment: Any, since: datetime) -> ColumnElement[bool]:
    """SQL: whether a column's moment lies after `since`, and was not set by a clock that ran ahead."""
    return and_(col(moment) > since, col(moment) <= since + PUT_OFF_FOR)
