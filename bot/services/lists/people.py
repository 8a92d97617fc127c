"""Matches each row of a list to a person, known or met earlier in the file.

The same reference is the same person. Without one, the same folded name at the same number is. Two people of one name
with different references, such as father and son at one landline, stay two.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlmodel import Session

from bot.services.lists.rows import ContactRow, NumberOfRow
from bot.services.names import fold_name
from storage.database import bulk
from storage.models import Person, PersonNumber
from storage.queries import list_imports

_REFERENCE = "ref:"


@dataclass(slots=True, eq=False)
class KnownPerson:
    """A person as the import sees them. `number`: their first open number, by rank."""

    key: str
    name: str
    id: int  # 0 until a new person is saved
    is_new: bool
    number: str | None = None
    next_rank: int = 0
    shares_a_number: bool = False  # with a person met before
    known_numbers: set[str] = field(default_factory=set)
    new_numbers: list[tuple[int, NumberOfRow, str]] = field(default_factory=list)  # rank, number, line

    @property
    def has_reference(self) -> bool:
        return is_key_of_reference(self.key)


class People:
    """The people whom a batch of rows may mean."""

    def __init__(self, session: Session, organisation_id: int, rows: Sequence[ContactRow]) -> None:
        self._session = session
        self._organisation_id = organisation_id
        self._by_key: dict[str, KnownPerson] = {}
        self._by_name: dict[tuple[str, str], list[KnownPerson]] = defaultdict(list)
        self._at_number: dict[str, int] = {}  # how many people
        self._load(rows)

    def of(self, row: ContactRow) -> KnownPerson:
        """The person a row means, with the row's numbers added to theirs."""
        if len(row.numbers) == 1 and not row.reference:
            (only,) = row.numbers
            if only.number not in self._at_number:  # an unknown number, as in most rows of most lists
                return self._somebody_new(row, only)
        return self._somebody(row)

    def _somebody_new(self, row: ContactRow, only: NumberOfRow) -> KnownPerson:
        number, folded = only.number, row.folded_name
        key = f"name:{folded}|{number}"
        person = KnownPerson(key, row.name, 0, True, number, 1, False, {number}, [(0, only, row.line_kind)])
        self._by_key[key] = person
        self._by_name[folded, number] = [person]
        self._at_number[number] = 1
        return person

    def _somebody(self, row: ContactRow) -> KnownPerson:
        person = self._find(row)
        if person is None:
            key = reference_key(row.reference) or f"name:{row.folded_name}|{row.numbers[0].number}"
            person = self._by_key[key] = KnownPerson(key, row.name, 0, True)
        for number in row.numbers:
            is_known = number.number in person.known_numbers
            person.shares_a_number |= self._at_number.get(number.number, 0) > is_known
            if not is_known:
                person.new_numbers.append((person.next_rank, number, row.line_kind))
                self._learn(person, row.folded_name, number.number, is_open=True)
        return person

    def with_history(self, some: Iterable[KnownPerson]) -> set[int]:
        """The ids of people with more on record than their row: a decision on them must look it up."""
        asked = list(some)
        numbers = {number for person in asked if person.is_new for number in person.known_numbers}
        told = list_imports.numbers_with_history(self._session, self._organisation_id, numbers)
        known = {person.id for person in asked if not person.is_new}
        return known | {person.id for person in asked if not told.isdisjoint(person.known_numbers)} if told else known

    def new_people(self) -> list[KnownPerson]:
        """Those whom the database does not know, in the order of the file."""
        return [person for person in self._by_key.values() if person.is_new]

    def save(self) -> None:
        """Write new people, giving them ids, and their numbers.

        In file order, so that contacts called in sequence lie side by side on disk.
        """
        new = self.new_people()
        for person, reserved in zip(new, bulk.reserve_ids(self._session, Person, len(new)) if new else (), strict=True):
            person.id = reserved
        new.sort(key=lambda one: one.key)
        same = {"organisation_id": self._organisation_id}
        rows = [(person.id, person.key, person.name) for person in new]
        if bulk.insert(self._session, Person, ("id", "key", "name"), rows, same, unique=("key",)) < len(new):
            self._take_ids(new)
        numbers = [
            (person.id, number.number, rank, number.kind, line)
            for person in self._by_key.values()
            for rank, number, line in person.new_numbers
        ]
        numbers.sort()
        columns = ("person_id", "number", "rank", "kind", "line")
        same_of_number = {**same, "closed_because": ""}
        bulk.insert(self._session, PersonNumber, columns, numbers, same_of_number, unique=("person_id", "number"))

    def _take_ids(self, new: Sequence[KnownPerson]) -> None:
        """Use the ids of people that another import, for another campaign, wrote first."""
        ids = list_imports.people_by_key(self._session, self._organisation_id, [one.key for one in new])
        for person in new:
            person.is_new = person.id == ids[person.key]
            person.id = ids[person.key]

    def _load(self, rows: Sequence[ContactRow]) -> None:
        session, key = self._session, self._organisation_id
        keys = list_imports.people_by_key(session, key, {reference_key(row.reference) for row in rows if row.reference})
        at = list_imports.people_at_numbers(session, key, {one.number for row in rows for one in row.numbers})
        ids = {*keys.values(), *(known.person_id for known in at)}
        for reference, person_id in keys.items():
            self._by_key[reference] = KnownPerson(reference, "", person_id, False)
        for known in list_imports.numbers_of_people(session, key, ids):
            person = self._by_key.setdefault(
                known.person_key, KnownPerson(known.person_key, known.person_name, known.person_id, False)
            )
            person.name = known.person_name
            self._learn(person, fold_name(known.person_name), known.number, is_open=known.is_open)
            person.next_rank = max(person.next_rank, known.rank + 1)

    def _find(self, row: ContactRow) -> KnownPerson | None:
        if row.reference and (found := self._by_key.get(reference_key(row.reference))):
            return found
        for number in row.numbers:
            for person in self._by_name.get((row.folded_name, number.number), ()):
                if not (row.reference and person.has_reference):
                    return person
        return None

    def _learn(self, person: KnownPerson, folded_name: str, number: str, *, is_open: bool) -> None:
        person.known_numbers.add(number)
        person.next_rank += 1
        if person.number is None and is_open:
            person.number = number
        self._by_name[folded_name, number].append(person)
        self._at_number[number] = self._at_number.get(number, 0) + 1


def reference_key(reference: str) -> str:
    """The key of the person with this reference; empty without one."""
    return f"{_REFERENCE}{reference.casefold()}" if reference else ""


def is_key_of_reference(key: str) -> bool:
    """Whether a person's key is their reference."""
    return key.startswith(_REFERENCE)
