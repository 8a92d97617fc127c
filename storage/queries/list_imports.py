"""What an import of a list asks, thousands of rows a statement."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, select, union_all
from sqlmodel import Session, col

from storage.database import is_one_of
from storage.models import Attempt, Campaign, Contact, ContactList, Person, PersonNumber, Screening, Suppression


class KnownNumber(NamedTuple):
    """A number of a person that the database knows. `is_open`: it may still be rung for them."""

    number: str
    person_id: int
    person_key: str
    person_name: str
    rank: int
    is_open: bool


def numbers_of_people(session: Session, organisation_id: int, people: Collection[int]) -> list[KnownNumber]:
    """Every number of these people, by rank."""
    return _known(session, organisation_id, PersonNumber.person_id, people)


def people_at_numbers(session: Session, organisation_id: int, numbers: Collection[str]) -> list[KnownNumber]:
    """Everybody who has one of these numbers, whether it is still open or not."""
    return _known(session, organisation_id, PersonNumber.number, numbers)


def _known(session: Session, organisation_id: int, by: Any, values: Collection[Any]) -> list[KnownNumber]:
    if not values:
        return []
    rows = session.execute(
        select(
            col(PersonNumber.number),
            col(Person.id),
            col(Person.key),
            col(Person.name),
            col(PersonNumber.rank),
            col(PersonNumber.closed_at).is_(None),
        )
        .join(Person, col(Person.id) == col(PersonNumber.person_id))
        .where(_of(organisation_id, PersonNumber), is_one_of(session, col(by), values))
        .order_by(col(PersonNumber.rank), col(PersonNumber.id))
    )
    return [KnownNumber(*row) for row in rows]


def people_by_key(session: Session, organisation_id: int, keys: Collection[str]) -> dict[str, int]:
    """The id of each person who is known under one of these keys."""
    if not keys:
        return {}
    rows = session.execute(
        select(col(Person.key), col(Person.id)).where(
            col(Person.organisation_id) == organisation_id, is_one_of(session, col(Person.key), keys)
        )
    )
    return {row[0]: row[1] for row in rows}


def people_in_campaign(session: Session, campaign_id: int, people: Collection[int]) -> set[int]:
    """Those of the people who are in the campaign already."""
    if not people:
        return set()
    return set(session.scalars(select(col(Contact.person_id)).where(*_in_campaign(session, campaign_id, people))))


def numbers_with_history(session: Session, organisation_id: int, numbers: Collection[str]) -> set[str]:
    """Those numbers of which something is recorded that a decision must know: calls, suppressions, screenings."""
    if not numbers:
        return set()
    told = [
        select(col(table.number)).where(
            col(table.organisation_id) == organisation_id, is_one_of(session, table.number, numbers)
        )
        for table in (Attempt, Suppression, Screening)
    ]
    return set(session.scalars(union_all(*told)))


def let_one_import_at_a_time(session: Session, campaign_id: int) -> None:
    """Until the transaction ends, no other import writes to the campaign: two that met the same people in another order
    would wait for each other for ever. Calls go on: what refers to the campaign is not kept waiting."""
    session.execute(select(col(Campaign.id)).where(col(Campaign.id) == campaign_id).with_for_update(key_share=True))


def find_list(session: Session, campaign_id: int, name: str) -> ContactList | None:
    """The newest list of that name in the campaign, if one was imported before."""
    return session.scalars(
        select(ContactList)
        .where(col(ContactList.campaign_id) == campaign_id, col(ContactList.name) == name)
        .order_by(col(ContactList.id).desc())
    ).first()


def without_number(session: Session, people: Collection[int]) -> list[Contact]:
    """Contacts of these people, of any list, who have no number left."""
    if not people:
        return []
    of_them = is_one_of(session, col(Contact.person_id), people)
    return list(session.scalars(select(Contact).where(of_them, col(Contact.number).is_(None))))


def contacts_of_people(session: Session, campaign_id: int, people: Collection[int]) -> list[Contact]:
    """The contacts that these people are in the campaign."""
    if not people:
        return []
    return list(session.scalars(select(Contact).where(*_in_campaign(session, campaign_id, people))))


def screenings_of(session: Session, organisation_id: int, numbers: Collection[str]) -> list[Screening]:
    """What the registers are on record to have said of the numbers."""
    if not numbers:
        return []
    at = is_one_of(session, col(Screening.number), numbers)
    return list(session.scalars(select(Screening).where(col(Screening.organisation_id) == organisation_id, at)))


def contacts_at(session: Session, organisation_id: int, numbers: Collection[str]) -> list[Contact]:
    """Every contact of any list that rings one of the numbers."""
    if not numbers:
        return []
    at = is_one_of(session, col(Contact.number), numbers)
    return list(session.scalars(select(Contact).where(_of(organisation_id, Contact), at)))


def contacts_everywhere(session: Session, people: Collection[int]) -> list[Contact]:
    """Every contact of the people, of any list."""
    if not people:
        return []
    return list(session.scalars(select(Contact).where(is_one_of(session, col(Contact.person_id), people))))


def lock(session: Session, contacts: Collection[Contact]) -> None:
    """Whoever else is about to decide these contacts again waits until this transaction ends, and what was written until
    now is read. In one order, by id. SQLite has one writer anyway."""
    if contacts and session.get_bind().dialect.name == "postgresql":
        asked = is_one_of(session, col(Contact.id), sorted(contact.id or 0 for contact in contacts))
        locking = select(Contact).where(asked).order_by(col(Contact.id)).with_for_update(key_share=True)
        session.scalars(locking, execution_options={"populate_existing": True}).all()


def numbers_with_another_line(session: Session, lines: Mapping[tuple[int, str], str]) -> list[PersonNumber]:
    """The numbers, by person and number, that are on record as another kind of line than given."""
    if not lines:
        return []
    of_them = is_one_of(session, col(PersonNumber.person_id), {person_id for person_id, _ in lines})
    found = session.scalars(select(PersonNumber).where(of_them))
    return [row for row in found if lines.get((row.person_id, row.number), row.line) != row.line]


def _in_campaign(session: Session, campaign_id: int, people: Collection[int]) -> tuple[ColumnElement[bool], ...]:
    return is_one_of(session, col(Contact.person_id), people), col(Contact.campaign_id) + 0 == campaign_id


def _of(organisation_id: int, table: type[PersonNumber] | type[Contact]) -> ColumnElement[bool]:
    """Of the organisation; + 0 keeps a database that knows no statistics yet, in the middle of a first import, from
    going through everything the organisation has instead of the index by number."""
    return col(table.organisation_id) + 0 == organisation_id
