"""Groups contacts of which nothing is on record but their list, places, kind of number and screenings.

Contacts that agree in these get the same decision, so each group is decided once. Any kind of row that `on_record`
gains later sets a contact apart without a change here.
"""

from collections.abc import Collection, Sequence
from operator import itemgetter
from typing import Any

from storage.record.whole_record import AnyContact, Said, fields_of

Key = tuple[Any, ...]

_OF_MANY = ("campaigns", "lists")
_COMPARED = ("numbers", "screenings")
# of use to presses and cards alone; and offers, which do not affect cached decisions
NO_FACTS = ("said", "sharers", "reminders", "offers")
_NUMBER, _SCREENING = fields_of("numbers"), fields_of("screenings")
_NAMES_SOMEBODY = ("person_id", "number", "contact_id")


def keys_of(batch: Sequence[AnyContact], said: Said) -> list[Key | None]:
    """One key for each contact, equal for those that are alike; None for a contact with more on record."""
    persons, numbers, contacts = _set_apart(said)
    person, number, kind, line = map(_NUMBER.index, ("person_id", "number", "kind", "line"))
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
    closed, person = _NUMBER.index("closed_at"), _NUMBER.index("person_id")
    named["person_id"].update(row[person] for row in said["numbers"] if row[closed] is not None)
    return tuple(values - {None, ""} for values in named.values())  # type: ignore[return-value]


def _screenings(said: Said) -> dict[str | None, Key]:
    number = _SCREENING.index("number")
    compared = itemgetter(*(place for place, field in enumerate(_SCREENING) if field not in ("id", "number")))
    found: dict[str | None, Key] = {}
    for row in said["screenings"]:
        known = found.get(row[number])
        found[row[number]] = compared(row) if known is None else known + compared(row)
    return found
