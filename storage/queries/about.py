"""Conditions that several queries share."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col

# A moment so far ahead was set by a clock that ran ahead and was set back: the clocks of two machines differ less.
CLOCKS_DIFFER = timedelta(minutes=5)
PUT_OFF_FOR = timedelta(hours=1)  # at most, with what is taken: a row waits for Slack, or for its campaign


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
    """SQL: whether no process has taken the row, or one that took it so long ago that it has died, or by a wrong
    clock."""
    return or_(col(table.taken_at).is_(None), ~is_recent(table.taken_at, taken_before))


def is_recent(moment: Any, since: datetime) -> ColumnElement[bool]:
    """SQL: whether a column's moment lies after `since`, and was not set by a clock that ran ahead."""
    return and_(col(moment) > since, col(moment) <= since + PUT_OFF_FOR)
