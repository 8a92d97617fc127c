"""Matches each row of a list to a person, known or met earlier in the file.

The same reference is the same person. Without one, the same folded name at the same number is; a reference that such a
row brings is theirs from then on. Two people of one name with different references, such as father and son at one
landline, stay two.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session

from bot.services.lists.rows import ContactRow, NumberOfRow
from bot.services.merges import splitting
from bot.services.names import PARTED_KEY, REFERENCE, fold_name, reference_key, reference_of
from storage.database import bulk
from storage.models import Person, PersonMerge, PersonNumber
from storage.queries import list_imports


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
    is_renamed: bool = False  # a row gave them a reference
    is_met_again: bool = False  # by a later row of the batch

    @property
    def has_reference(self) -> bool:
        return is_key_of_reference(self.key)


class Again(NamedTuple):
    """A row that means a person met before, and the numbers it adds to theirs."""

    row: ContactRow
    person: KnownPerson
    brought: tuple[str, ...]
    is_by_reference: bool


class People:
    """The people whom a batch of rows may mean. `again`: the rows of people met before, in the order of the file.

    `twins`: two people on record whom one row names, one by reference and one by name and number.
    """

    def __init__(self, session: Session, organisation_id: int, rows: Sequence[ContactRow]) -> None:
        self._session = session
        self._organisation_id = organisation_id
        self._by_key: dict[str, KnownPerson] = {}
        self._by_name: dict[tuple[str, str], list[KnownPerson]] = defaultdict(list)
        self._at_number: dict[str, int] = {}  # how many people
        self._parted: dict[int, list[PersonMerge]] = defaultdict(list)  # by the person they were parted from
        self._by_id: dict[int, KnownPerson] = {}
        self.again: list[Again] = []
        self.twins: list[tuple[KnownPerson, KnownPerson]] = []
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
        person, brought = self._find(row), []
        is_again = person is not None
        if person is None:
            key = reference_key(row.reference)
            if not key or key in self._by_key:  # the reference stays another's: see `_is_erased_one`
                key = f"name:{row.folded_name}|{row.numbers[0].number}"
            person = self._by_key[key] = KnownPerson(key, row.name, 0, True)
        if is_again and row.reference:
            self.twins += ((person, other) for other in self._without_reference(row) if _may_be_one(person, other))
        for number in row.numbers:
            is_known = number.number in person.known_numbers
            person.shares_a_number |= self._at_number.get(number.number, 0) > is_known
            if not is_known:
                person.new_numbers.append((person.next_rank, number, row.line_kind))
                brought.append(number.number)
                self._learn(person, row.folded_name, number.number, is_open=True)
        if is_again:
            person.is_met_again = True
            is_by_reference = bool(row.reference) and row.reference.casefold() == reference_of(person.key)
            self.again.append(Again(row, person, tuple(brought), is_by_reference))
            if row.reference and not person.has_reference and reference_key(row.reference) not in self._by_key:
                self._learn_reference(person, reference_key(row.reference))
        return person

    def _learn_reference(self, person: KnownPerson, key: str) -> None:
        """From now on the reference names the person at any number, and another reference names somebody else."""
        del self._by_key[person.key]
        person.key, person.is_renamed = key, True
        self._by_key[key] = person

    def with_history(self, some: Iterable[KnownPerson]) -> set[KnownPerson]:
        """Those with more on record than their row: a decision on them must look it up."""
        asked = list(some)
        numbers = {number for person in asked if person.is_new for number in person.known_numbers}
        told = list_imports.numbers_with_history(self._session, self._organisation_id, numbers)
        known = {person for person in asked if not person.is_new}
        return known | {person for person in asked if not told.isdisjoint(person.known_numbers)} if told else known

    def is_alone(self, person: KnownPerson, numbers: Iterable[str]) -> bool:
        """Whether one row alone tells of the person and of these, their numbers."""
        is_told_once = person.is_new and not (person.is_met_again or person.shares_a_number)
        return is_told_once and all(self._at_number[number] == 1 for number in numbers)

    def new_people(self) -> list[KnownPerson]:
        """Those whom the database does not know, in the order of the file."""
        return [person for person in self._by_key.values() if person.is_new]

    def taken(
        self, meant: Sequence[tuple[ContactRow, KnownPerson]], fresh: Collection[int], line_of: Callable[[int], int]
    ) -> list[splitting.Taken]:
        """The rows of people met before, with what tells them apart, once all have ids.

        `fresh`: lines of rows that make a contact. `line_of`: the first line of the file that names a person.
        """
        if not self.again:
            return []
        saying = Counter(person.id for row, person in meant if _says(row))
        return [
            splitting.Taken(
                person_id=person.id,
                known_as=fold_name(person.name),
                is_by_reference=one.is_by_reference,
                makes_contact=row.line in fresh and not person.is_new,
                says=(splitting.ALONE if saying[person.id] == 1 else splitting.TOGETHER) if _says(row) else "",
                earlier_line=first if (first := line_of(person.id)) != row.line else 0,
                line=row.line,
                name=row.name,
                reference=row.reference,
                numbers=row.all_numbers,
                brought=one.brought,
                places=row.places,
                zones=row.zones,
                known_by=row.known_by,
            )
            for one in self.again
            for row, person in ((one.row, one.person),)
            if person.name  # else only their reference is known, by a stop: nobody else to take the row for
        ]

    def save(self, at: datetime) -> None:
        """Write new people, giving them ids, and their numbers, as known since `at`.

        In file order, so that contacts called in sequence lie side by side on disk.
        """
        learned = {person.id: person.key for person in self._by_key.values() if person.is_renamed and not person.is_new}
        list_imports.learn_keys(self._session, self._organisation_id, learned)
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
        same_of_number = {**same, "known_since": at, "closed_because": ""}
        bulk.insert(self._session, PersonNumber, columns, numbers, same_of_number, unique=("person_id", "number"))

    def _take_ids(self, new: Sequence[KnownPerson]) -> None:
        """Use the ids of people that another import, for another campaign, wrote first."""
        ids = list_imports.people_by_key(self._session, self._organisation_id, [one.key for one in new])
        for person in new:
            person.is_new = person.id == ids[person.key]
            person.id = ids[person.key]

    def _load(self, rows: Sequence[ContactRow]) -> None:
        session, organisation_id = self._session, self._organisation_id
        keys = {reference_key(row.reference) for row in rows if row.reference}
        numbers = {one.number for row in rows for one in row.numbers}
        met = list_imports.people_met(session, organisation_id, keys=keys, numbers=numbers)
        ids = {known.person_id for known in met}
        apart = set[int]()
        for one in list_imports.parted_from(session, ids):
            self._parted[one.parted_from or 0].append(one)
            apart.add(one.person_id)
        met += list_imports.people_met(session, organisation_id, persons=apart - ids)
        for known in met:
            self._learn_known(known, keys)
        self._by_id = {person.id: person for person in self._by_key.values()} if self._parted else {}

    def _learn_known(self, known: list_imports.KnownNumber, keys: Collection[str]) -> None:
        if not known.number:  # only their reference is known, by a stop
            if known.person_key in keys:
                self._by_key[known.person_key] = KnownPerson(known.person_key, "", known.person_id, False)
            return
        person = self._by_key.setdefault(
            known.person_key, KnownPerson(known.person_key, known.person_name, known.person_id, False)
        )
        self._learn(person, fold_name(known.person_name), known.number, is_open=known.is_open)
        person.next_rank = max(person.next_rank, known.rank + 1)

    def _find(self, row: ContactRow) -> KnownPerson | None:
        found = self._taken_for(row)
        while found is not None and (parted := self._parted.get(found.id)):
            meant = next((one for one in parted if self._is_parted(row, one, found)), None)
            if meant is None:
                of_that_name = next(iter(self._without_reference(row)), None)
                return of_that_name if _is_erased_one(row, found, parted) else found
            found = self._by_id[meant.person_id]
        return found

    def _is_parted(self, row: ContactRow, one: PersonMerge, person: KnownPerson) -> bool:
        """Whether the row is as one that was parted from the person: it is not merged again.

        Where name and reference are the person's own, only its numbers tell it apart.
        """
        if (row.folded_name, row.reference.casefold()) != (fold_name(one.name), one.reference.casefold()):
            return False
        is_own_name = row.folded_name == fold_name(person.name)
        is_own_reference = row.reference.casefold() == reference_of(person.key)
        if not (is_own_name and is_own_reference):
            return True
        apart = set(one.numbers.split()) - person.known_numbers
        return not apart.isdisjoint(row.all_numbers)

    def _taken_for(self, row: ContactRow) -> KnownPerson | None:
        if row.reference and (found := self._by_key.get(reference_key(row.reference))):
            return found
        for number in row.numbers:
            for person in self._by_name.get((row.folded_name, number.number), ()):
                if not (row.reference and person.has_reference):
                    return person
        return None

    def _without_reference(self, row: ContactRow) -> list[KnownPerson]:
        """The people of the row's name at one of its numbers who have no reference."""
        named = (person for number in row.numbers for person in self._by_name.get((row.folded_name, number.number), ()))
        return [person for person in named if not person.has_reference]

    def _learn(self, person: KnownPerson, folded_name: str, number: str, *, is_open: bool) -> None:
        person.known_numbers.add(number)
        person.next_rank += 1
        if person.number is None and is_open:
            person.number = number
        self._by_name[folded_name, number].append(person)
        self._at_number[number] = self._at_number.get(number, 0) + 1


def is_key_of_reference(key: str) -> bool:
    """Whether a person's key is their reference."""
    return key.startswith(REFERENCE)


def _is_erased_one(row: ContactRow, person: KnownPerson, parted: Sequence[PersonMerge]) -> bool:
    """Whether the row may be of one who was parted from the person and erased since.

    Who that was, nothing tells any more: whoever comes under the person's reference and another name is not the person.
    """
    is_other_name = row.folded_name != fold_name(person.name)
    return is_other_name and bool(row.reference) and any(not one.name for one in parted)


def _may_be_one(one: KnownPerson, other: KnownPerson) -> bool:
    """Whether two are different on record and nobody said that they are."""
    return one is not other and PARTED_KEY not in one.key and PARTED_KEY not in other.key


def _says(row: ContactRow) -> bool:
    """Whether the row says stops or proofs of its person."""
    return bool(row.proofs.bars) or row.proofs.is_personal
