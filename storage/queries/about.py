"""Finds rows about numbers or persons, each through its own index."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col


def about(
    table: Any, organisation_id: int, numbers: Collection[str], person_ids: Collection[int]
) -> ColumnElement[bool]:
    """SQL: whether a row of the organisation is about any of the numbers or persons.

    The organisation is in both halves: without statistics, SQLite would otherwise read all of the organisation's rows.
    """
    ours = col(table.organisation_id) == organisation_id
    return or_(and_(ours, col(table.number).in_(numbers)), and_(ours, col(table.person_id).in_(person_ids)))
