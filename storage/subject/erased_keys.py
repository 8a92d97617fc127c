"""The keyed hashes that erasures left: which are on record, and numbers that come back."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import exists, update
from sqlmodel import Session, col, select

from storage.database.bulk import is_one_of
from storage.database.rows import deleted, every
from storage.log.changes import forget_salts
from storage.models import Attempt, Campaign, ErasedKey, Erasure, Organisation, PhoneCall, Screening, Suppression

NUMBER, REFERENCE, NAME = "number", "reference", "name"
_COUNTED: tuple[Any, ...] = (Attempt, Suppression, Screening, PhoneCall)  # what rules ask of a number, whoever has it


def key_of(session: Session, organisation_id: int) -> str:
    """The organisation's key, in hex; empty while nothing was ever erased."""
    return session.exec(select(Organisation.erasure_key).where(Organisation.id == organisation_id)).one()


def kinds(session: Session, organisation_id: int) -> frozenset[str]:
    """The kinds of hash on record."""
    found = select(ErasedKey.kind).where(ErasedKey.organisation_id == organisation_id).distinct()
    return frozenset(session.exec(found))


def erased_among(session: Session, organisation_id: int, hashes: Collection[str]) -> Sequence[ErasedKey]:
    """Those of the hashes that an erasure left."""
    if not hashes:
        return ()
    asked = is_one_of(session, col(ErasedKey.hashed), hashes)
    return every(session, ErasedKey, ErasedKey.organisation_id == organisation_id, asked)


def bring_back(session: Session, organisation_id: int, hashed: str, number: str) -> None:
    """An erased number is on a list again: calls, stops and screenings that its hash kept are the number's again."""
    for table in _COUNTED:
        ours = (col(table.organisation_id) == organisation_id, col(table.number) == hashed)
        ids = session.exec(select(table.id).where(*ours)).all()
        session.execute(update(table).where(*ours).values(number=number))
        forget_salts(session, {table: ids})
    deleted(session, ErasedKey, col(ErasedKey.organisation_id) == organisation_id, col(ErasedKey.hashed) == hashed)


def forget_unneeded(session: Session, organisation_id: int, before: datetime) -> int:
    """Delete hashes of erasures before a moment that keep no stop. Returns how many."""
    old = select(Erasure.id).where(Erasure.organisation_id == organisation_id, col(Erasure.at) < before)
    stands = col(Suppression.withdrawn_at).is_(None) & (col(Suppression.organisation_id) == organisation_id)
    of_number = exists().where(stands, col(Suppression.number) == col(ErasedKey.hashed))
    of_person = exists().where(stands, col(Suppression.person_id) == col(ErasedKey.person_id))
    return deleted(session, ErasedKey, col(ErasedKey.erasure_id).in_(old), ~of_number, ~of_person)


def let_no_import_write(session: Session, organisation_id: int) -> None:
    """Lets no import of the organisation write until the transaction ends, so that none adds what is being erased."""
    found = select(Campaign.id).where(Campaign.organisation_id == organisation_id).order_by(col(Campaign.id))
    session.exec(found.with_for_update(key_share=True)).all()
