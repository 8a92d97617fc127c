"""What is left of the consents of erased people."""

from collections.abc import Collection, Sequence

from sqlmodel import Session, col, select

from storage.models import Attempt, Consent, Contact, Person

ERASED_KEY = "erased:"  # begins the key of a person whom no list names again


def consents_with_words(session: Session) -> Sequence[Consent]:
    """Consents of erased people whose wording or source was kept."""
    has_words = (col(Consent.wording) != "") | (col(Consent.source) != "")
    found = select(Consent).join(Person, col(Person.id) == col(Consent.person_id))
    return session.exec(found.where(has_words, col(Person.key).startswith(ERASED_KEY)).order_by(col(Consent.id))).all()


def contacts_of(session: Session, person_ids: Collection[int]) -> Sequence[Contact]:
    return session.exec(select(Contact).where(col(Contact.person_id).in_(person_ids))).all() if person_ids else ()


def attempts_of(session: Session, person_ids: Collection[int]) -> Sequence[Attempt]:
    return session.exec(select(Attempt).where(col(Attempt.person_id).in_(person_ids))).all() if person_ids else ()
