"""What an import of a list asks and writes, thousands of rows a statement. Rows that are there already are left alone."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import CursorResult, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel, col

from storage.models import Attempt, Campaign, Contact, ContactList, Person, PersonNumber, Screening, Suppression

_AT_ONCE = 10_000  # values in one statement; both databases take three times as many


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
    found: list[KnownNumber] = []
    for some in _in_parts(values):
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
            .where(col(PersonNumber.organisation_id) == organisation_id, col(by).in_(some))
            .order_by(col(PersonNumber.rank), col(PersonNumber.id))
        )
        found.extend(KnownNumber(*row) for row in rows)
    return found


def people_by_key(session: Session, organisation_id: int, keys: Collection[str]) -> dict[str, int]:
    """The id of each person who is known under one of these keys."""
    found: dict[str, int] = {}
    for some in _in_parts(keys):
        rows = session.execute(
            select(col(Person.key), col(Person.id)).where(
                col(Person.organisation_id) == organisation_id, col(Person.key).in_(some)
            )
        )
        found.update((key, person_id) for key, person_id in rows)
    return found


def people_in_campaign(session: Session, campaign_id: int, people: Collection[int]) -> set[int]:
    """Those of the people who are in the campaign already."""
    found: set[int] = set()
    for some in _in_parts(people):
        found.update(
            session.scalars(
                select(col(Contact.person_id)).where(
                    col(Contact.campaign_id) == campaign_id, col(Contact.person_id).in_(some)
                )
            )
        )
    return found


def numbers_with_history(session: Session, organisation_id: int, numbers: Collection[str]) -> set[str]:
    """Those numbers of which something is recorded that a decision must know: calls, suppressions, screenings."""
    found: set[str] = set()
    for some in _in_parts(numbers):
        for column in (Attempt.number, Suppression.number, Screening.number):
            found.update(session.scalars(_mentioned(organisation_id, column, some)))
    return found


def _mentioned(organisation_id: int, column: Any, values: Sequence[str]) -> Any:
    table = column.class_
    return select(column).where(table.organisation_id == organisation_id, col(column).in_(values))


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


def insert_new(session: Session, table: type[SQLModel], rows: Sequence[dict[str, Any]]) -> int:
    """Insert the rows that no unique index forbids; answers how many were new. Give the rows in a fixed order:
    two imports that lock the same people the other way round would wait for each other for ever."""
    if not rows:
        return 0
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    result = session.execute(insert(table).on_conflict_do_nothing(), list(rows))
    return result.rowcount if isinstance(result, CursorResult) else len(rows)


def give_numbers(session: Session, numbers: Mapping[int, str]) -> list[Contact]:
    """Let contacts of people who had no number left be rung at the one given by person id. Answers the contacts."""
    found: list[Contact] = []
    for some in _in_parts(numbers.keys()):
        without = select(Contact).where(col(Contact.person_id).in_(some), col(Contact.number).is_(None))
        found.extend(session.scalars(without))
    for contact in found:
        contact.number = numbers[contact.person_id]
    session.flush()
    return found


def contacts_of_people(session: Session, campaign_id: int, people: Collection[int]) -> list[Contact]:
    """The contacts that these people are in the campaign."""
    found: list[Contact] = []
    for some in _in_parts(people):
        found.extend(
            session.scalars(
                select(Contact).where(col(Contact.campaign_id) == campaign_id, col(Contact.person_id).in_(some))
            )
        )
    return found


def screenings_of(session: Session, organisation_id: int, numbers: Collection[str]) -> list[Screening]:
    """What the registers are on record to have said of the numbers."""
    found: list[Screening] = []
    for some in _in_parts(numbers):
        found.extend(
            session.scalars(
                select(Screening).where(
                    col(Screening.organisation_id) == organisation_id, col(Screening.number).in_(some)
                )
            )
        )
    return found


def contacts_at(session: Session, organisation_id: int, numbers: Collection[str]) -> list[Contact]:
    """Every contact of any list that rings one of the numbers."""
    found: list[Contact] = []
    for some in _in_parts(numbers):
        found.extend(
            session.scalars(
                select(Contact).where(col(Contact.organisation_id) == organisation_id, col(Contact.number).in_(some))
            )
        )
    return found


def contacts_everywhere(session: Session, people: Collection[int]) -> list[Contact]:
    """Every contact of the people, of any list."""
    found: list[Contact] = []
    for some in _in_parts(people):
        found.extend(session.scalars(select(Contact).where(col(Contact.person_id).in_(some))))
    return found


def numbers_with_another_line(session: Session, lines: Mapping[tuple[int, str], str]) -> list[PersonNumber]:
    """The numbers, by person and number, that are on record as another kind of line than given."""
    found: list[PersonNumber] = []
    for some in _in_parts({person_id for person_id, _ in lines}):
        found.extend(session.scalars(select(PersonNumber).where(col(PersonNumber.person_id).in_(some))))
    return [row for row in found if lines.get((row.person_id, row.number), row.line) != row.line]


def _in_parts(values: Collection[Any]) -> Iterator[Sequence[Any]]:
    ordered = sorted(values)
    for start in range(0, len(ordered), _AT_ONCE):
        yield ordered[start : start + _AT_ONCE]
