"""Works out whose each row on record is when a person is parted: it follows the list's row or the number it is of.

What cannot be told apart binds both people if it forbids calls, and permits none but the first.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, NamedTuple

from sqlmodel import Session, SQLModel

from bot.services.errors import NothingTellsApart
from bot.services.names import fold_name, reference_of
from storage.database import bulk
from storage.models import Attempt, Callback, Contact, Hold, Person, PersonMerge, PersonNumber, Suppression
from storage.queries import list_imports

REFERENCE, NAME_AND_NUMBER = "reference", "name_and_number"
ALONE, TOGETHER = "alone", "together"


class Taken(NamedTuple):
    """A row that means a person met before. The fields after `line` are as in the row.

    `known_as`: the person's folded name. `makes_contact`: the row adds the person to the campaign. `says`: whether the
    row says stops or proofs (see `PersonMerge.says`).
    """

    person_id: int
    known_as: str
    is_by_reference: bool
    makes_contact: bool
    says: str
    earlier_line: int
    line: int
    name: str
    reference: str
    numbers: tuple[str, ...]
    brought: tuple[str, ...]
    places: str
    zones: str
    known_by: str

    @property
    def is_other_name(self) -> bool:
        return fold_name(self.name) != self.known_as

    @property
    def tells_apart(self) -> bool:
        """Whether the row differs from the person in more than its list."""
        return self.is_other_name or bool(self.brought) or bool(self.reference and not self.is_by_reference)

    @property
    def as_said(self) -> tuple[object, ...]:
        return (self.person_id, fold_name(self.name), self.reference.casefold(), " ".join(self.numbers))


_COLUMNS = (
    "person_id", "contact_id", "why", "name", "reference", "numbers", "brought", "places", "zones",
    "known_by", "line", "earlier_line", "says",
)  # fmt: skip


def record(
    session: Session, organisation_id: int, campaign_id: int, source: str, taken: Iterable[Taken], at: datetime
) -> list[Taken]:
    """Record the rows that merge something: another campaign's contact, a name, a reference or a number. Returns them.

    A row recorded before is recorded again only if it says stops or proofs: a parting must know which row said them.
    """
    news = [one for one in taken if one.makes_contact or one.tells_apart or one.says]
    if not news:
        return []
    asked = {one.person_id for one in news if not one.makes_contact}
    known: set[tuple[object, ...]] = {
        (row.person_id, fold_name(row.name), row.reference.casefold(), row.numbers)
        for row in list_imports.merges_of(session, asked)
        if row.campaign_id == campaign_id
    }
    fresh: list[Taken] = []
    for one in news:
        is_known = one.as_said in known
        if one.makes_contact or (one.says if is_known else one.tells_apart):
            known.add(one.as_said)
            fresh.append(one)
    if not fresh:
        return []
    made = [one.person_id for one in fresh if one.makes_contact]
    contacts = list_imports.contact_ids(session, campaign_id, made)
    rows = [_row(one, contacts.get(one.person_id) if one.makes_contact else None) for one in fresh]
    same = {
        "organisation_id": organisation_id,
        "campaign_id": campaign_id,
        "source": source,
        "merged_at": at,
        "parted_because": "",
    }
    bulk.insert(session, PersonMerge, _COLUMNS, rows, same)
    return fresh


def _row(one: Taken, contact_id: int | None) -> tuple[object, ...]:
    why = REFERENCE if one.is_by_reference else NAME_AND_NUMBER
    numbers, brought = " ".join(one.numbers), " ".join(one.brought)
    return (
        *(one.person_id, contact_id, why, one.name, one.reference, numbers, brought),
        *(one.places, one.zones, one.known_by, one.line, one.earlier_line, one.says),
    )


REFUSED = "do_not_call"  # the reason of a stop in the person's own words
Found = Mapping[type[SQLModel], Sequence[Any]]


class Side(Enum):
    """Whose a row is: the first person's, the parted one's, or unknown and so of both."""

    STAYS = "stays"
    GOES = "goes"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Split:
    """What tells the two people apart. `rows`: those that go; `since`: when the first of them was merged.

    `going`: contacts that these rows made; `both_in`: campaigns in which both people stand on one contact.
    """

    rows: Sequence[PersonMerge]
    since: datetime
    ours: frozenset[str]
    theirs: frozenset[str]
    going: frozenset[int]
    both_in: frozenset[int]
    campaigns: Mapping[int, int]  # by contact
    attempts: Mapping[int, Attempt]
    stops_of_numbers: Sequence[Suppression]

    def of_number(self, number: str) -> Side | None:
        """None: both have the number, or neither."""
        is_ours, is_theirs = number in self.ours, number in self.theirs
        if is_ours is is_theirs:
            return None
        return Side.GOES if is_theirs else Side.STAYS

    def of_contact(self, contact_id: int | None) -> Side:
        if contact_id is None:
            return Side.BOTH
        if contact_id in self.going:
            return Side.GOES
        return Side.BOTH if self.campaigns.get(contact_id) in self.both_in else Side.STAYS

    def of_attempt(self, attempt: Attempt) -> Side:
        """The number that was dialled decides; if both have it, for whose row."""
        if attempt.opened_at < self.since:
            return Side.STAYS
        return self.of_number(attempt.number) or self.of_contact(attempt.contact_id)

    def of_list(self, at: datetime) -> Side:
        """What a list said at a moment: each row's words are written at the moment it is merged."""
        said = {row.says for row in self.rows if row.merged_at == at}
        if ALONE in said:
            return Side.GOES
        return Side.BOTH if TOGETHER in said else Side.STAYS

    def of_bar(self, at: datetime) -> Side:
        """The same of what forbids calls, which is written once: a later row that says it too leaves no statement."""
        side = self.of_list(at)
        return Side.BOTH if side is Side.STAYS and any(row.says for row in self.rows) else side

    def of_stop(self, stop: Suppression) -> Side:
        if stop.attempt_id is not None:
            attempt = self.attempts.get(stop.attempt_id)
            return Side.BOTH if attempt is None else self.of_attempt(attempt)
        same = ("since", "recorded_by", "told_by", "note")  # of a statement that stops a number and a person
        apart = (one for one in self.stops_of_numbers if one.attempt_id is None)
        beside = [one for one in apart if all(getattr(one, name) == getattr(stop, name) for name in same)]
        sides = {self.of_number(one.number) for one in beside}
        if len(sides) == 1 and (side := sides.pop()) is not None:
            return side
        if stop.recorded_by is None and not stop.told_by and not beside:
            side = self.of_bar(stop.since)
            # A refusal without a number was said of the reference alone, which both have.
            return Side.BOTH if side is Side.STAYS and stop.reason == REFUSED else side
        return Side.STAYS if stop.since < self.since and not any(row.says for row in self.rows) else Side.BOTH

    def of_hold(self, hold: Hold) -> Side:
        if hold.attempt_id is not None and hold.attempt_id in self.attempts:
            return self.of_attempt(self.attempts[hold.attempt_id])
        return self.of_bar(hold.placed_at) if hold.placed_by is None else self.of_contact(hold.contact_id)

    def of_callback(self, callback: Callback) -> Side:
        attempt = self.attempts.get(callback.attempt_id or 0)
        return self.of_contact(callback.contact_id) if attempt is None else self.of_attempt(attempt)


def split(person: Person, found: Found, chosen: PersonMerge, stops_of_numbers: Sequence[Suppression]) -> Split:
    """Which rows go with the chosen one, and what is then whose. Raises NothingTellsApart."""
    merges = [row for row in found[PersonMerge] if row.parted_from is None]  # what was parted as them is their own
    numbers = {row.number for row in found[PersonNumber]}
    rows = _together(person, merges, chosen, numbers)
    staying = [row for row in merges if row not in rows]
    brought = _numbers(row.brought for row in rows)
    contacts = {one.id or 0: one for one in found[Contact]}
    going = {row.contact_id for row in rows if row.contact_id in contacts}
    there = {contacts[one].campaign_id for one in going if one is not None}
    others = {one.campaign_id for one in contacts.values()}
    return Split(
        rows=rows,
        since=min(row.merged_at for row in rows),
        ours=frozenset(numbers - brought) | _numbers(row.numbers for row in staying),
        theirs=_numbers(row.numbers for row in rows),
        going=frozenset(one for one in going if one is not None),
        both_in=frozenset(row.campaign_id for row in rows if row.campaign_id in others - there),
        campaigns={key: one.campaign_id for key, one in contacts.items()},
        attempts={one.id or 0: one for one in found[Attempt]},
        stops_of_numbers=stops_of_numbers,
    )


def _together(
    person: Person, merges: Sequence[PersonMerge], chosen: PersonMerge, numbers: Collection[str]
) -> list[PersonMerge]:
    """The rows that say the same person as the chosen one: by name and reference or, where those are all the same, by
    number. A row of that name at numbers that only they brought goes too."""
    own = (fold_name(person.name), "" if is_learned(person, merges) else reference_of(person.key))
    if _said(chosen) != own:
        rows = [row for row in merges if _said(row) == _said(chosen)]
    else:
        others = set(numbers) - _numbers([chosen.brought])
        apart = set(chosen.numbers.split()) - others
        rows = [row for row in merges if _said(row) == own and not apart.isdisjoint(row.numbers.split())]
        if not apart:
            raise NothingTellsApart
    brought = _numbers(row.brought for row in rows)
    rows += [
        row
        for row in merges
        if row not in rows and fold_name(row.name) == fold_name(chosen.name) and brought.issuperset(row.numbers.split())
    ]
    return rows


def is_learned(person: Person, rows: Iterable[PersonMerge]) -> bool:
    """Whether the person had no reference until one of the rows brought it."""
    own = reference_of(person.key)
    return any(row.why == NAME_AND_NUMBER and row.reference.casefold() == own != "" for row in rows)


def _said(row: PersonMerge) -> tuple[str, str]:
    return fold_name(row.name), row.reference.casefold()


def _numbers(told: Any) -> frozenset[str]:
    return frozenset(number for one in told for number in one.split())
