"""Finds the people whom rows at fault mean: what such a row says against calls binds them, whatever else is amiss."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlmodel import Session

from bot.services.erased_numbers import hashes_of
from bot.services.lists.people import KnownPerson, is_key_of_reference
from bot.services.lists.row_proofs import RowBar
from bot.services.lists.rows import ContactRow, RefusedStop
from bot.services.lists.stops import Told
from bot.services.names import fold_name, reference_key
from policy.vocabulary import Verdict
from storage.database import bulk
from storage.models import Person
from storage.queries import list_imports
from storage.subject import erased_keys

Said = dict[object, set[RowBar]]


def _said() -> Said:
    return defaultdict(set)


@dataclass(slots=True)
class RefusedStops:
    """What the rows at fault of one file have said so far. As in `People`, of two references only the same one
    counts."""

    _by_reference: Said = field(default_factory=_said)
    _by_name: Said = field(default_factory=_said)  # by folded name and number
    _by_name_alone: Said = field(default_factory=_said)  # the same, of rows without a reference

    def told(
        self,
        session: Session,
        organisation_id: int,
        refused: Sequence[RefusedStop],
        meant: Iterable[tuple[ContactRow, KnownPerson]],
    ) -> list[Told]:
        """What is said of people on record, and of those whom good rows of the file name, before or after."""
        self.learn(refused)
        found = list(_of_known(session, organisation_id, refused)) if refused else []
        if self._by_reference or self._by_name:
            found += [Told(person.id, (), bars) for row, person in meant if (bars := self.of(row))]
        return found

    def learn(self, refused: Sequence[RefusedStop]) -> None:
        for one in refused:
            if one.reference:
                self._by_reference[reference_key(one.reference)].update(one.bars)
            for number in one.numbers if one.folded_name else ():
                self._by_name[one.folded_name, number].update(one.bars)
                if not one.reference:
                    self._by_name_alone[one.folded_name, number].update(one.bars)

    def of(self, row: ContactRow) -> tuple[RowBar, ...]:
        """What they said of the person of a good row."""
        named = self._by_name_alone if row.reference else self._by_name
        found = [named.get((row.folded_name, number), ()) for number in row.all_numbers]
        found.append(self._by_reference.get(reference_key(row.reference), ()))
        return tuple(bar for bars in found for bar in bars)


def keep_for_later(session: Session, organisation_id: int, refused: Sequence[RefusedStop]) -> list[Told]:
    """Stops for references that nobody on record has: a person is added for each, whom a later list then means.

    The person has no name and no number. A reference that was erased is not written again: its stop stands as a hash.
    """
    said: dict[str, set[RowBar]] = defaultdict(set)
    for one in refused:
        if one.reference:
            said[reference_key(one.reference)].update(
                bar for bar in one.bars if bar.meaning.kind.bars is not Verdict.HELD
            )
    wanted = {key for key, bars in said.items() if bars}
    wanted -= list_imports.people_by_key(session, organisation_id, wanted).keys() if wanted else set()
    wanted -= _erased(session, organisation_id, wanted) if wanted else set()
    if not wanted:
        return []
    rows = [(key, "") for key in sorted(wanted)]
    bulk.insert(session, Person, ("key", "name"), rows, {"organisation_id": organisation_id}, unique=("key",))
    ids = list_imports.people_by_key(session, organisation_id, wanted)
    return [Told(ids[key], (), tuple(said[key])) for key in sorted(wanted)]


def _erased(session: Session, organisation_id: int, keys: Iterable[str]) -> set[str]:
    """The references among these that were erased."""
    hashes = hashes_of(session, organisation_id)
    if hashes is None:
        return set()
    by_hash = {hashes.of_reference(key): key for key in keys}
    return {by_hash[one.hashed] for one in erased_keys.erased_among(session, organisation_id, by_hash)}


def _of_known(session: Session, organisation_id: int, refused: Sequence[RefusedStop]) -> Iterator[Told]:
    keys = {reference_key(one.reference) for one in refused if one.reference}
    by_key = list_imports.people_by_key(session, organisation_id, keys)
    at: dict[str, list[list_imports.KnownNumber]] = defaultdict(list)
    numbers = {number for one in refused if one.folded_name for number in one.numbers}
    for known in list_imports.people_at_numbers(session, organisation_id, numbers):
        at[known.number].append(known)
    parted: dict[int, list[int]] = defaultdict(list)
    for merge in list_imports.parted_from(session, by_key.values()):
        parted[merge.parted_from or 0].append(merge.person_id)
    for one in refused:
        persons = {
            known.person_id
            for number in one.numbers
            for known in at.get(number, ())
            if fold_name(known.person_name) == one.folded_name
            and not (one.reference and is_key_of_reference(known.person_key))
        }
        if (known_id := by_key.get(reference_key(one.reference))) is not None:
            persons.add(known_id)
            persons.update(parted[known_id])  # the file's words fit each of them: all are stopped
        yield from (Told(person_id, one.numbers, one.bars) for person_id in sorted(persons))
