"""Conditions that several queries share."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col


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
    """SQL: whether no process has taken the row, or one that took it so long ago that it has died."""
    return or_(col(table.taken_at).is_(None), col(table.taken_at) <= taken_before)
