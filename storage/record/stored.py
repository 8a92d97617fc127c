"""Contacts as plain rows, for a walk through all of them: read, locked and written thousands at a time.

The session watches no objects. And how far such a walk has come: only the newest counts, and a process working on an
older one stops.

Contacts of which nothing is on record but their list, places, kind of number and screenings, and that agree in these,
get the same decision, so each group is decided once. Any kind of row that `on_record` gains later sets a contact apart
without a change here.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, exists, text
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from storage.database.engine import has_one_writer
from storage.database.rows import Statement, changed, count_of, first_of, for_sqlite
from storage.models import Agent, Contact, Lease, RedecideRun
from storage.record.whole_record import AnyContact, Said, fields_of

NOBODY = -1  # the key of no rules


class StoredContact(NamedTuple):
    """The fields of a contact that a decision needs, and the last decision."""

    id: int
    organisation_id: int
    campaign_id: int
    list_id: int
    person_id: int
    number: str | None
    places: str
    zones: str
    verdict: str
    because: str
    sentence: str
    rule: str
    callable_from: datetime | None
    callable_until: datetime | None
    decided_at: datetime | None


_COLUMNS = ", ".join(StoredContact._fields)
_NUMBER = StoredContact._fields.index("number")
_FIRST_INSTANT = StoredContact._fields.index("callable_from")
_UNFINISHED = f"SELECT {_COLUMNS} FROM contact WHERE finished_at IS NULL AND id"  # noqa: S608 - our own words
_WALK = Statement.of(f"{_UNFINISHED} > :last_id AND decided_by <> :but_by ORDER BY id LIMIT :most")
_AT_NUMBERS = (
    f"SELECT {_COLUMNS}, owner_id, finished_at FROM contact "  # noqa: S608
    "WHERE organisation_id = :organisation_id AND number = ANY(:numbers::varchar[]) ORDER BY id"
)
_READ_AT, _LOCK_AT = Statement.of(_AT_NUMBERS), Statement.of(f"{_AT_NUMBERS} FOR NO KEY UPDATE")
_AMONG = f"{_UNFINISHED} = ANY(:ids::int[]) ORDER BY id"
_BY_ID, _WAITING = Statement.of(_AMONG), Statement.of(f"{_AMONG} FOR NO KEY UPDATE")
_UNLESS_LOCKED = Statement.of(f"{_AMONG} FOR NO KEY UPDATE SKIP LOCKED")
_WRITTEN = ("verdict", "because", "sentence", "rule", "callable_from", "callable_until", "decided_at", "decided_by")
_INSTANTS = ("callable_from", "callable_until", "decided_at")
_WRITE_ON_SQLITE = text(f"""
UPDATE contact SET {", ".join(f"{name} = json_extract(fresh.value, '$.{name}')" for name in _WRITTEN)}
  FROM json_each(:fresh) AS fresh WHERE contact.id = json_extract(fresh.value, '$.id')
""")  # noqa: S608 - our own words; what is written comes as one parameter
_WRITE_ON_POSTGRESQL = text(f"""
UPDATE contact SET {", ".join(f"{name} = fresh.{name}" for name in _WRITTEN)}
  FROM json_to_recordset(CAST(:fresh AS json)) AS fresh(id int, verdict text, because text, sentence text,
       rule text, callable_from timestamptz, callable_until timestamptz, decided_at timestamptz, decided_by int)
 WHERE contact.id = fresh.id
""")  # noqa: S608


def contacts_after(session: Session, last_id: int, most: int, but_by: int = NOBODY) -> list[StoredContact]:
    """Unfinished contacts in order of id, without those that the rules with key `but_by` decided last."""
    return _read(session, _WALK.rows(session, {"last_id": last_id, "most": most, "but_by": but_by}))


def unfinished_beyond(session: Session, last_id: int, but_by: int = NOBODY) -> int:
    """How many contacts are left for such a walk."""
    left = col(Contact.finished_at).is_(None), col(Contact.id) > last_id, Contact.decided_by != but_by
    return count_of(session, Contact, *left)


def lock_contacts(session: Session, ids: Collection[int], *, is_waiting: bool = False) -> list[StoredContact]:
    """The unfinished contacts among these, read anew and locked until the transaction ends.

    Skips rows that another transaction has locked, unless `is_waiting`. On SQLite, whose writers take turns, it skips
    none.
    """
    return _read(session, (_WAITING if is_waiting else _UNLESS_LOCKED).rows(session, {"ids": ids}))


def contacts_by_id(session: Session, ids: Collection[int]) -> list[StoredContact]:
    """The unfinished contacts among these."""
    return _read(session, _BY_ID.rows(session, {"ids": ids}))


class AtNumbers(NamedTuple):
    """Unfinished contacts with one of some numbers. `kept`: those at a number of somebody whom an agent keeps."""

    free: list[StoredContact]
    kept: list[StoredContact]


def contacts_at(
    session: Session, organisation_id: int, numbers: Collection[str], *, for_update: bool = False
) -> AtNumbers:
    """Every unfinished contact, on any list, with one of the numbers, in order of id.

    `for_update`: lock them, and finished ones too, until the transaction ends; waits for those that others have locked,
    and then looks again.
    """
    session.flush()
    asked = {"organisation_id": organisation_id, "numbers": list(numbers)}
    rows = (_LOCK_AT if for_update else _READ_AT).rows(session, asked)
    # A statement that waited for a lock has not seen contacts that were committed meanwhile.
    while for_update and not has_one_writer(session) and _ids(_READ_AT.rows(session, asked)) - _ids(rows):
        rows = _LOCK_AT.rows(session, asked)
    owned = {row[_NUMBER] for row in rows if row[-2] is not None}
    open_rows = [row[:-2] for row in rows if row[-1] is None]
    free = [row for row in open_rows if row[_NUMBER] not in owned]
    kept = [row for row in open_rows if row[_NUMBER] in owned]
    return AtNumbers(_read(session, free), _read(session, kept))


def _ids(rows: Iterable[Any]) -> set[int]:
    return {row[0] for row in rows}


def write_verdicts(session: Session, fresh: Sequence[tuple[int, Sequence[Any]]], at: datetime, by: int) -> None:
    """Store decisions made at `at` by the rules with key `by`: contact ids with the verdict, its reason and window."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    rows = [
        {"id": contact_id, **dict(zip(_WRITTEN, map(for_sqlite, (*values, at, by)), strict=True))}
        for contact_id, values in fresh
    ]
    if not is_sqlite:
        for row in rows:
            row.update({name: f"{row[name]}+00" for name in _INSTANTS if row[name] is not None})
    session.execute(_WRITE_ON_SQLITE if is_sqlite else _WRITE_ON_POSTGRESQL, {"fresh": json.dumps(rows)})


def cards_on(session: Session, contact_ids: Collection[int]) -> list[tuple[Lease, Contact, Agent]]:
    """Leases in force on the contacts, with their agents. Skips leases that another transaction has locked and
    decides."""
    found = (
        select(Lease, Contact, Agent)
        .join(Contact, col(Contact.id) == col(Lease.contact_id))
        .join(Agent, col(Agent.id) == col(Lease.agent_id))
        .where(col(Lease.contact_id).in_(contact_ids), col(Lease.ended_at).is_(None))
        .order_by(col(Lease.id))
        .with_for_update(of=Lease, skip_locked=True)
    )
    return list(session.exec(found))


def _read(session: Session, rows: Iterable[Any]) -> list[StoredContact]:
    make = StoredContact._make
    if session.get_bind().dialect.name != "sqlite":
        return list(map(make, rows))
    return [make((*row[:_FIRST_INSTANT], *map(_instant, row[_FIRST_INSTANT:]))) for row in rows]


@cache
def _instant(said: str | None) -> datetime | None:
    return None if said is None else datetime.fromisoformat(said).replace(tzinfo=UTC)


def newest_walk(session: Session) -> RedecideRun | None:
    """The newest walk, finished or not."""
    return first_of(session, RedecideRun, by=col(RedecideRun.id).desc())


def change_walk(session: Session, run_id: int, condition: ColumnElement[bool] | bool, **values: Any) -> bool:
    """Change a walk that meets a condition. False: it does not, is finished or not the newest."""
    later = aliased(RedecideRun)
    is_newest = ~exists().where(col(later.id) > run_id)
    which = col(RedecideRun.id) == run_id, col(RedecideRun.finished_at).is_(None), condition, is_newest
    return changed(session, RedecideRun, *which, **values) == 1


Alike = tuple[Any, ...]

_OF_MANY = ("campaigns", "lists")
_COMPARED = ("numbers", "screenings")
# of use to presses and cards alone; and offers, which do not affect cached decisions
NO_FACTS = ("said", "sharers", "reminders", "offers")
_OF_NUMBER, _OF_SCREENING = fields_of("numbers"), fields_of("screenings")
_NAMES_SOMEBODY = ("person_id", "number", "contact_id")


def alike_keys(batch: Sequence[AnyContact], said: Said) -> list[Alike | None]:
    """One key for each contact, equal for those that are alike; None for a contact with more on record."""
    persons, numbers, contacts = _set_apart(said)
    person, number, kind, line = map(_OF_NUMBER.index, ("person_id", "number", "kind", "line"))
    kinds = {(row[person], row[number]): (row[kind], row[line]) for row in said["numbers"]}
    screened = _screenings(said)
    return [
        None
        if one.person_id in persons or one.number in numbers or one.id in contacts
        else (
            one.campaign_id,
            one.list_id,
            one.places,
            one.zones,
            one.number is None,
            kinds.get((one.person_id, one.number)),
            screened.get(one.number, ()),
        )
        for one in batch
    ]


def about(said: Said, batch: Collection[AnyContact]) -> Said:
    """Keep what is on record about some of the contacts."""
    wanted: dict[str, Collection[Any]] = {
        "person_id": {contact.person_id for contact in batch},
        "number": {contact.number for contact in batch},
        "contact_id": {contact.id for contact in batch},
    }
    found = {}
    for name, rows in said.items():
        named = [(place, wanted[field]) for place, field in enumerate(fields_of(name)) if field in wanted]
        found[name] = _naming(rows, named) if rows and name not in _OF_MANY else rows
    return found


def _naming(rows: Sequence[Sequence[Any]], named: Sequence[tuple[int, Collection[Any]]]) -> list[Sequence[Any]]:
    (place, of), *others = named
    return [row for row in rows if row[place] in of or (others and any(row[one] in these for one, these in others))]


def _set_apart(said: Said) -> tuple[set[int], set[str], set[int]]:
    named: dict[str, set[Any]] = {field: set() for field in _NAMES_SOMEBODY}
    for name, rows in said.items():
        if rows and name not in (*_OF_MANY, *_COMPARED, *NO_FACTS):
            for place, field in enumerate(fields_of(name)):
                if field in named:
                    named[field].update(row[place] for row in rows)
    closed, person = _OF_NUMBER.index("closed_at"), _OF_NUMBER.index("person_id")
    named["person_id"].update(row[person] for row in said["numbers"] if row[closed] is not None)
    return tuple(values - {None, ""} for values in named.values())  # type: ignore[return-value]


def _screenings(said: Said) -> dict[str | None, Alike]:
    number = _OF_SCREENING.index("number")
    compared = itemgetter(*(place for place, field in enumerate(_OF_SCREENING) if field not in ("id", "number")))
    found: dict[str | None, Alike] = {}
    for row in said["screenings"]:
        known = found.get(row[number])
        found[row[number]] = compared(row) if known is None else known + compared(row)
    return found
