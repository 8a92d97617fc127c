"""Rows whose parents are not there: where PostgreSQL holds no foreign keys it would not say."""

from sqlalchemy import exists, func, or_
from sqlalchemy import select as sql_select
from sqlmodel import Session, SQLModel


def orphans(session: Session, *tables: type[SQLModel]) -> int:
    """How many rows of these tables name an organisation, a contact or any other parent that does not exist."""
    return sum(_orphans(session, one) for one in tables)


def _orphans(session: Session, kind: type[SQLModel]) -> int:
    table = kind.__table__  # type: ignore[attr-defined]
    lost = [key.parent.is_not(None) & ~exists().where(key.column == key.parent) for key in table.foreign_keys]
    return session.scalar(sql_select(func.count()).select_from(table).where(or_(*lost))) or 0
