"""The list that a call was made from, as SQL: the one on which its contact stood then."""

from sqlalchemy import ColumnElement, func, select
from sqlmodel import col

from storage.models.calls import Attempt
from storage.models.work import Contact, ListMove


def list_then() -> ColumnElement[int]:
    """SQL: the list on which the contact of an attempt stood when it was opened. Asks of Attempt and Contact."""
    left = (
        select(col(ListMove.list_id))
        .where(col(ListMove.contact_id) == col(Contact.id), col(ListMove.until) > col(Attempt.opened_at))
        .order_by(col(ListMove.until))
        .limit(1)
        .correlate(Contact, Attempt)
    )
    return func.coalesce(left.scalar_subquery(), col(Contact.list_id))
