"""What is on record about persons and numbers that allows or forbids a call; and what erasures leave of it."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final, TypeVar

from sqlalchemy import ColumnElement, bindparam, case, exists, func, or_, update
from sqlmodel import Session, col, select

from storage.database.bulk import is_one_of
from storage.database.rows import every
from storage.log import changes
from storage.models.proofs import CallRequest, Consent, PersonalHours, Relationship, Withdrawal
from storage.models.work import Contact, ContactList, Person, PersonNumber

ERASED_KEY: Final = "erased:"  # begins the key of a person whom no list names again
OfPerson = TypeVar("OfPerson", Consent, Withdrawal, Relationship, CallRequest, PersonalHours)


def of_persons(
    session: Session, kind: type[OfPerson], organisation_id: int, person_ids: Collection[int]
) -> Sequence[OfPerson]:
    """Every row of one kind about the persons, in the order written."""
    return every(session, kind, kind.organisation_id == organisation_id, col(kind.person_id).in_(person_ids))


# What says when each ended, and since when that is known.
_ENDS: dict[Any, tuple[str, str]] = {
    Consent: ("withdrawn_at", "withdrawal_recorded_at"),
    Relationship: ("ended_on", "end_recorded_at"),
}


def end(
    session: Session, kind: type[Consent | Relationship], ends: Iterable[tuple[int, date]], recorded_at: datetime
) -> None:
    """Withdraw consents, or end relationships, each given by id. Of several ends of one, the first written stays."""
    table: Any = kind.__table__  # type: ignore[union-attr]
    ended_at, known_from = _ENDS[kind]
    rows = [{"row": row_id, "end": ended, "known_from": recorded_at} for row_id, ended in ends]
    if rows:
        # The condition is asked of each row as it is now: another import may have ended it since it was read.
        which = (table.c.id == bindparam("row"), table.c[ended_at].is_(None))
        ending = update(table).where(*which).values({ended_at: bindparam("end"), known_from: bindparam("known_from")})
        ids = [row["row"] for row in rows]
        with changes.recorded(session, kind, is_one_of(session, table.c.id, ids), table.c[ended_at].is_(None)):
            session.connection().execute(ending, rows)


def count_numbers(session: Session, organisation_id: int, campaign_id: int | None, prefixes: Collection[str]) -> int:
    """How many distinct stored numbers begin with one of the prefixes."""
    found = select(func.count(func.distinct(col(PersonNumber.number))))
    return session.exec(found.where(*_are_meant(organisation_id, campaign_id, prefixes))).one()


def numbers_after(
    session: Session, organisation_id: int, campaign_id: int | None, prefixes: Collection[str], last: str, most: int
) -> dict[str, datetime | None]:
    """The next of those numbers in order, for a walk through all of them, in one campaign or in the organisation.

    Each with the moment since which it is known there, of whomever; None: unknown.
    """
    known_since: Any = col(PersonNumber.known_since)
    if campaign_id is not None:
        # when the number's person came to the campaign, or their list did
        came = (
            select(func.coalesce(Contact.added_at, ContactList.imported_at))
            .join(ContactList, col(ContactList.id) == col(Contact.list_id))
            .where(col(Contact.person_id) == col(PersonNumber.person_id), col(Contact.campaign_id) == campaign_id)
        )
        added: Any = came.scalar_subquery()
        known_since = case((added > known_since, added), else_=known_since)
    found = select(PersonNumber.number, func.min(known_since)).where(
        *_are_meant(organisation_id, campaign_id, prefixes), col(PersonNumber.number) > last
    )
    rows = session.exec(found.group_by(col(PersonNumber.number)).order_by(col(PersonNumber.number)).limit(most))
    return dict(rows.all())


def _are_meant(
    organisation_id: int, campaign_id: int | None, prefixes: Collection[str]
) -> tuple[ColumnElement[bool], ...]:
    begins = or_(*(col(PersonNumber.number).startswith(prefix, autoescape=True) for prefix in prefixes))
    # + 0: use the index by number, although statistics say that the organisation owns nearly every row.
    meant = (col(PersonNumber.organisation_id) + 0 == organisation_id, begins)
    if campaign_id is None:
        return meant
    is_in = col(Contact.person_id) == col(PersonNumber.person_id)
    return (*meant, exists().where(is_in, col(Contact.campaign_id) == campaign_id))


def consents_with_words(session: Session) -> Sequence[Consent]:
    """Consents of erased people whose wording or source was kept."""
    has_words = (col(Consent.wording) != "") | (col(Consent.source) != "")
    found = select(Consent).join(Person, col(Person.id) == col(Consent.person_id))
    return session.exec(found.where(has_words, col(Person.key).startswith(ERASED_KEY)).order_by(col(Consent.id))).all()
