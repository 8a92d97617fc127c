"""Queries of a list import, thousands of rows in each statement."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, bindparam, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from storage.database import bulk
from storage.database.bulk import is_one_of
from storage.database.rows import Found, Statement, every, first_of
from storage.models import (
    Campaign,
    Contact,
    ContactDetails,
    ContactList,
    CorrectedLine,
    ListMapping,
    Person,
    PersonMerge,
    PersonNumber,
    Screening,
)
from storage.queries import setup

# Each value is looked up by itself: a list in a condition would have the database read far more than its rows. On
# PostgreSQL, OFFSET 0 keeps the planner, whose statistics are of before the import, from reading whole tables.
_MET = Statement(
    """
SELECT coalesce(n.number, ''), p.id, p.key, p.name, coalesce(n.rank, 0), n.closed_at IS NULL FROM
 (SELECT p.id FROM json_each(:keys) w CROSS JOIN person p ON p.organisation_id = :organisation AND p.key = w.value
  UNION SELECT n.person_id FROM json_each(:numbers) w
  CROSS JOIN personnumber n ON n.number = w.value AND n.organisation_id + 0 = :organisation
  UNION SELECT w.value FROM json_each(:persons) w) met
 JOIN person p ON p.id = met.id
 LEFT JOIN personnumber n ON n.organisation_id = :organisation AND n.person_id = p.id
 ORDER BY n.rank, n.id""",
    """
SELECT coalesce(n.number, ''), p.id, p.key, p.name, coalesce(n.rank, 0), n.closed_at IS NULL FROM
 (SELECT p.id FROM unnest(CAST(:keys AS text[])) w (value) CROSS JOIN LATERAL
  (SELECT id FROM person WHERE organisation_id = CAST(:organisation AS int) AND key = w.value OFFSET 0) p
  UNION SELECT n.person_id FROM unnest(CAST(:numbers AS text[])) w (value) CROSS JOIN LATERAL
  (SELECT person_id, organisation_id FROM personnumber WHERE number = w.value OFFSET 0) n
  WHERE n.organisation_id = CAST(:organisation AS int)
  UNION SELECT unnest(CAST(:persons AS int[]))) met
 CROSS JOIN LATERAL (SELECT id, key, name FROM person WHERE id = met.id OFFSET 0) p
 LEFT JOIN LATERAL (SELECT id, number, rank, closed_at FROM personnumber
  WHERE organisation_id = CAST(:organisation AS int) AND person_id = met.id OFFSET 0) n ON true
 ORDER BY n.rank, n.id""",
)
# By order and as a range, so that PostgreSQL takes the index by number: of a table that it believes to be small it
# would read all that is the organisation's, for every number.
_WITH_HISTORY = Statement.of("""
SELECT w.value FROM unnest(:numbers::text[]) AS w(value) WHERE
    (SELECT number FROM attempt WHERE organisation_id = :organisation::int
      AND number BETWEEN w.value AND w.value ORDER BY number LIMIT 1) IS NOT NULL
 OR (SELECT number FROM suppression WHERE organisation_id = :organisation::int
      AND number BETWEEN w.value AND w.value ORDER BY number LIMIT 1) IS NOT NULL
 OR (SELECT number FROM screening WHERE organisation_id = :organisation::int
      AND number BETWEEN w.value AND w.value ORDER BY number LIMIT 1) IS NOT NULL
""")


class KnownNumber(NamedTuple):
    """A stored number of a person; empty if they have none. `is_open`: it may still be called for them."""

    number: str
    person_id: int
    person_key: str
    person_name: str
    rank: int
    is_open: bool


class KnownScreening(NamedTuple):
    """What a register was once found to say of a number."""

    number: str
    register_name: str
    obtained_at: datetime
    is_listed: bool
    listed_on: date | None
    campaign_id: int | None


def people_met(
    session: Session,
    organisation_id: int,
    *,
    keys: Collection[str] = (),
    numbers: Collection[str] = (),
    persons: Collection[int] = (),
) -> list[KnownNumber]:
    """Every number, by rank, of the people with these keys, at these numbers, or with these ids."""
    if not (keys or numbers or persons):
        return []
    asked = {"organisation": organisation_id, "keys": keys, "numbers": numbers, "persons": persons}
    return [KnownNumber._make((*row[:5], bool(row[5]))) for row in _MET.rows(session, asked)]


def people_at_numbers(session: Session, organisation_id: int, numbers: Collection[str]) -> list[KnownNumber]:
    """Every person with one of these numbers, open or closed."""
    asked = set(numbers)  # looked up for each number that is found
    return [one for one in people_met(session, organisation_id, numbers=asked) if one.number in asked]


def people_by_key(session: Session, organisation_id: int, keys: Collection[str]) -> dict[str, int]:
    """The person ids stored under these keys."""
    if not keys:
        return {}
    rows = session.execute(
        select(col(Person.key), col(Person.id)).where(
            col(Person.organisation_id) == organisation_id, is_one_of(session, col(Person.key), keys)
        )
    )
    return {row[0]: row[1] for row in rows}


def learn_keys(session: Session, organisation_id: int, keys: Mapping[int, str]) -> None:
    """Give people the keys by which lists name them now. A key that another import has just given stays as it is."""
    if not keys:
        return
    taken = people_by_key(session, organisation_id, keys.values())
    rows = [{"of": person, "now": key} for person, key in sorted(keys.items()) if key not in taken]
    if not rows:
        return
    renaming = update(Person).where(col(Person.id) == bindparam("of")).values(key=bindparam("now"))
    try:
        with session.begin_nested() as inner:
            inner.session.connection().execute(renaming, rows)
    except IntegrityError:  # the next list that says so gives them theirs
        return


def contact_ids(session: Session, campaign_id: int, people: Collection[int]) -> dict[int, int]:
    """The ids of these people's contacts in the campaign, by person."""
    if not people:
        return {}
    theirs = is_one_of(session, col(Contact.person_id), people), col(Contact.campaign_id) + 0 == campaign_id
    return dict(session.execute(select(col(Contact.person_id), col(Contact.id)).where(*theirs)).all())


def merges_of(session: Session, people: Collection[int]) -> list[PersonMerge]:
    """Which rows of lists were taken for these people, oldest first."""
    return _among(session, PersonMerge, PersonMerge.person_id, people)


def parted_from(session: Session, people: Collection[int]) -> list[PersonMerge]:
    """The rows that were parted from these people, oldest first, and from those whom they were parted as."""
    found: list[PersonMerge] = []
    asked = set(people)
    while asked:
        is_parted = col(PersonMerge.parted_from).is_not(None)  # as the index says it
        more = _among(session, PersonMerge, PersonMerge.parted_from, asked, is_parted)
        found += more
        asked = {one.person_id for one in more}
    return found


def once_one_with(session: Session, people: Collection[int]) -> set[int]:
    """These people, and all who stood as one with any of them until they were parted."""
    found, asked = set[int](), set(people)
    while asked:
        found |= asked
        is_parted = col(PersonMerge.parted_from).is_not(None)  # as the index says it
        parted = merges_of(session, asked) + _among(session, PersonMerge, PersonMerge.parted_from, asked, is_parted)
        asked = {key for one in parted for key in (one.person_id, one.parted_from) if key is not None} - found
    return found


def people_in_campaign(session: Session, campaign_id: int, people: Collection[int]) -> set[int]:
    """The people who are already in the campaign."""
    return set(contact_ids(session, campaign_id, people))


def numbers_with_history(session: Session, organisation_id: int, numbers: Collection[str]) -> set[str]:
    """The numbers that have a history which a decision must know: calls, suppressions, screenings."""
    if not numbers:
        return set()
    return {number for (number,) in _WITH_HISTORY.rows(session, {"organisation": organisation_id, "numbers": numbers})}


def let_one_import_at_a_time(session: Session, campaign_id: int) -> Campaign:
    """Let one import at a time write to the campaign until the transaction ends. Returns the campaign as it is now.

    Two imports that met the same people in different orders would deadlock. Calls go on: rows that refer to the
    campaign can still be written. Who changes the campaign waits, and then finds the contacts imported until then.
    """
    return session.get_one(Campaign, campaign_id, populate_existing=True, with_for_update={"key_share": True})


def find_list(session: Session, campaign_id: int, name: str) -> ContactList | None:
    """The newest list of that name in the campaign, if any."""
    which = ContactList.campaign_id == campaign_id, ContactList.name == name
    return first_of(session, ContactList, *which, by=col(ContactList.id).desc())


def mappings(session: Session, organisation_id: int) -> list[ListMapping]:
    """The organisation's saved mappings, oldest first."""
    ours = ListMapping.organisation_id == organisation_id
    return [*every(session, ListMapping, ours, by=col(ListMapping.saved_at))]


def mapping_named(session: Session, organisation_id: int, name: str) -> ListMapping | None:
    """The organisation's saved mapping of that name."""
    return first_of(session, ListMapping, ListMapping.organisation_id == organisation_id, ListMapping.name == name)


def keep_mapping(
    session: Session, organisation_id: int, name: str, columns: Mapping[str, str], at: datetime, headings: str = ""
) -> None:
    """Keep what a person said of columns or texts, in place of what is kept under that name in any case."""
    setup.let_one_at_a_time(session, organisation_id)
    row = next((one for one in mappings(session, organisation_id) if one.name.casefold() == name.casefold()), None)
    if row is None:
        row = ListMapping(organisation_id=organisation_id, name=name, headings="", saved_at=at)
        session.add(row)
    row.headings, row.columns, row.saved_at = headings or name, dict(columns), at


def replace_details(
    session: Session, organisation_id: int, campaign_id: int, details: Mapping[int, str], known: Collection[int]
) -> None:
    """Store what a list says else of its people, by person; in place of what is stored of those `known`."""
    old = details.keys() & set(known)
    if old:
        of_them = is_one_of(session, col(ContactDetails.person_id), old)
        session.execute(delete(ContactDetails).where(of_them, col(ContactDetails.campaign_id) == campaign_id))
    same = {"organisation_id": organisation_id, "campaign_id": campaign_id}
    bulk.insert(session, ContactDetails, ("person_id", "cells"), sorted(details.items()), same, unique=("person_id",))


def move_details(session: Session, campaign_id: int, to_campaign_id: int, people: Collection[int]) -> None:
    """Take the details of people who move to another campaign along."""
    if people:
        of_them = is_one_of(session, col(ContactDetails.person_id), people)
        moving = update(ContactDetails).where(of_them, col(ContactDetails.campaign_id) == campaign_id)
        session.execute(moving.values(campaign_id=to_campaign_id))


def without_number(session: Session, people: Collection[int]) -> list[Contact]:
    """These people's contacts, on any list, that have no number left."""
    return _among(session, Contact, Contact.person_id, people, col(Contact.number).is_(None))


def contacts_of_people(session: Session, campaign_id: int, people: Collection[int]) -> list[Contact]:
    """These people's contacts in the campaign."""
    return _among(session, Contact, Contact.person_id, people, col(Contact.campaign_id) + 0 == campaign_id)


def screenings_of(session: Session, organisation_id: int, numbers: Collection[str]) -> list[KnownScreening]:
    """Every screening of the numbers."""
    if not numbers:
        return []
    which = (col(Screening.organisation_id) == organisation_id, is_one_of(session, col(Screening.number), numbers))
    columns = [getattr(Screening, name) for name in KnownScreening._fields]
    return [KnownScreening._make(row) for row in session.execute(select(*columns).where(*which))]


def contacts_about(
    session: Session, organisation_id: int, numbers: Collection[str], people: Collection[int]
) -> list[Contact]:
    """Every contact, on any list, with one of the numbers or of one of the people."""
    ours = col(Contact.organisation_id) + 0 == organisation_id  # by the index of numbers, not by that of organisations
    asked: list[ColumnElement[bool]] = []
    asked += [ours & is_one_of(session, col(Contact.number), numbers)] if numbers else []
    asked += [is_one_of(session, col(Contact.person_id), people)] if people else []
    return list({one.id: one for about in asked for one in session.scalars(select(Contact).where(about))}.values())


def lock(session: Session, contacts: Collection[Contact]) -> None:
    """Lock the contacts in order of id and re-read them. Another transaction that wants to decide them waits.

    SQLite has one writer anyway.
    """
    if contacts and session.get_bind().dialect.name == "postgresql":
        asked = is_one_of(session, col(Contact.id), sorted(contact.id or 0 for contact in contacts))
        every(session, Contact, asked, locks={"key_share": True})


def correct_lines(
    session: Session, numbers: Collection[PersonNumber], lines: Mapping[tuple[int, str], str], at: datetime
) -> None:
    """Set the numbers' kinds of line, as known from `at`, and keep what they counted as until then."""
    if not numbers:
        return
    asked = is_one_of(session, col(PersonNumber.id), [number.id or 0 for number in numbers])
    # Re-read: another import may have corrected them since.
    for row in every(session, PersonNumber, asked, locks={"key_share": True}):
        line = lines[row.person_id, row.number]
        if row.line != line:
            session.add(
                CorrectedLine(
                    organisation_id=row.organisation_id,
                    person_id=row.person_id,
                    number=row.number,
                    line=row.line,
                    until=at,
                )
            )
            row.line = line
    session.flush()


def numbers_with_another_line(session: Session, lines: Mapping[tuple[int, str], str]) -> list[PersonNumber]:
    """The person's numbers that are stored as another kind of line than given."""
    found = _among(session, PersonNumber, PersonNumber.person_id, {person_id for person_id, _ in lines})
    return [row for row in found if lines.get((row.person_id, row.number), row.line) != row.line]


def _among(
    session: Session, table: type[Found], column: Any, values: Collection[int], *also: ColumnElement[bool]
) -> list[Found]:
    """The rows of a table in which a column has one of the values, in the order of their ids."""
    return [*every(session, table, is_one_of(session, col(column), values), *also)] if values else []
