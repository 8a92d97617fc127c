"""Records what a list says against calls: stops and holds with the file as their source, also on people already known.

A stop binds the person and each number of the row, for the principal whose list it is. A deceased person binds every
principal, and nobody else at the number. A vulnerable person is held for a team lead, as is one of whom words may say
no.

What a row at fault says against calls binds the people whom it means, whatever else is amiss.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session

from bot.services.answers.lists import Meaning
from bot.services.calls import callback_changes, statements
from bot.services.calls.standing import is_in_force
from bot.services.erased_numbers import all_as_recorded, hashes_of
from bot.services.files.bars import RowBar
from bot.services.lists.people import KnownPerson, People, is_key_of_reference
from bot.services.lists.rows import ContactRow, RefusedStop
from bot.services.names import fold_name, reference_key
from policy import StopFact
from policy.templates.sentence import phrase
from policy.vocabulary import POSSIBLE_NO, Outcome, SuppressionSource, Verdict
from storage.database import bulk
from storage.models import Hold, Person, Suppression
from storage.queries import compliance, list_imports
from storage.subject import erased_keys

_HOUSE = "house"  # a StopFact reason: not the person's own words
_REQUEST = "do_not_call"
_SOURCES = {_HOUSE: SuppressionSource.HOUSE, _REQUEST: SuppressionSource.REQUEST}
_HELD = {Meaning.VULNERABLE: Outcome.VULNERABLE.value, Meaning.NOTE: POSSIBLE_NO}  # why, by what a column says
_ANSWERED = phrase("a person has said that the note says nothing of calls")
_COLUMNS = ("number", "person_id", "principal", "source", "reason", "note")


class Told(NamedTuple):
    """What a row says against calls to a person at its numbers. `person_id`: None for a row that makes no contact.

    `settled`: keys of texts of the row, of which a person has said that they say nothing of calls.
    """

    person_id: int | None
    numbers: tuple[str, ...]
    bars: tuple[RowBar, ...]
    settled: tuple[str, ...] = ()


def bars_of_numbers(bars: Iterable[RowBar]) -> tuple[RowBar, ...]:
    """Those that bar whoever is at the numbers, not the person alone."""
    return tuple(bar for bar in bars if bar.meaning not in (Meaning.DECEASED, *_HELD))


class _Key(NamedTuple):
    number: str
    person_id: int | None
    principal: str
    reason: str  # a death is no refusal: each stands, for the person may turn out to be two


class NewStop(NamedTuple):
    """A stop that is not on record yet. `heading`: the column that says it."""

    key: _Key
    heading: str


def stops_of(bars: Collection[RowBar], person: str, number: str, principal: str, at: datetime) -> Iterator[StopFact]:
    """What a decision knows of a person once the bars of their row are on record; holds are left out."""
    meanings = {bar.meaning for bar in bars}
    if Meaning.DECEASED in meanings:
        yield StopFact(at, _HOUSE, person)
    if meanings - {Meaning.DECEASED, *_HELD}:
        yield StopFact(at, _REQUEST, person, principal=principal)
        yield StopFact(at, _REQUEST, number=number, principal=principal)


class Alone(NamedTuple):
    """Numbers and people known from one row only, which has already decided their only contact."""

    numbers: set[str]
    persons: set[int]

    def without(self, told: Iterable[Told]) -> "Alone":
        """Those of whom nothing else is told."""
        numbers = {number for one in told for number in one.numbers}
        persons = {one.person_id for one in told}
        return Alone(self.numbers - numbers, self.persons - persons)


def find_alone(people: People, saying: Iterable[tuple[ContactRow, KnownPerson]], history: set[int]) -> Alone:
    """The rows that stand alone, of those that say something. `history`: people with more on record."""
    alone = [
        (row, person) for row, person in saying if person.id not in history and people.is_alone(person, row.all_numbers)
    ]
    return Alone({one.number for row, _ in alone for one in row.numbers}, {person.id for _, person in alone})


def _statement(row: Suppression, person_id: int | None) -> tuple[object, ...]:
    said = (row.principal, row.source, row.reason, row.note, row.until, row.recorded_by, row.told_by, row.attempt_id)
    return (person_id, row.number, *said)


@dataclass(slots=True)
class StopRecorder:
    """Compares what rows say with the record, and writes what is new. `source`: the file's name."""

    session: Session
    organisation_id: int
    principal: str
    source: str
    at: datetime
    stops: list[NewStop] = field(default_factory=list)  # not written yet
    shared: list[Suppression] = field(default_factory=list)  # the same, of another person's stops on record
    held: dict[tuple[int, str, str], str] = field(default_factory=dict)  # by person, reason, key of a text: its note
    lifted: list[Hold] = field(default_factory=list)  # of words that a person has settled since
    freed: set[int] = field(default_factory=set)  # the persons of these holds

    @property
    def held_persons(self) -> set[int]:
        return {person_id for person_id, _, _ in self.held}

    def read(self, told: Collection[Told]) -> None:
        """Find what is not on record. A file's own statements are never taken back, so each is written once."""
        if not told:
            return
        said = {number for one in told for number in one.numbers}
        recorded = all_as_recorded(self.session, self.organisation_id, said)
        told = [one._replace(numbers=tuple(recorded[number] for number in one.numbers)) for one in told]
        numbers = set(recorded.values())
        persons = {one.person_id for one in told if one.person_id is not None}
        known = {
            _Key(row.number, row.person_id, row.principal, row.reason)
            for row in compliance.suppressions_on(self.session, self.organisation_id, numbers, persons)
            if row.attempt_id is None and row.recorded_by is None and not row.told_by and is_in_force(row, self.at)
        }
        for one in told:
            for bar in one.bars:
                self._take(one, bar, known)
        self._compare_holds(told)

    def share(self, twins: Iterable[tuple[int, int]]) -> None:
        """Stop both of two people whom one row names, if either is stopped. Nobody knows whether they are one, so the
        statement, which may have been of a reference before anybody had it, binds both."""
        pairs = {pair for one, other in twins for pair in ((one, other), (other, one))}
        if not pairs:
            return
        others: dict[int | None, list[int]] = defaultdict(list)
        for one, other in sorted(pairs):
            others[one].append(other)
        self.stops += [
            one._replace(key=one.key._replace(person_id=other))
            for one in self.stops
            for other in others.get(one.key.person_id, ())
        ]
        known = compliance.suppressions_on(self.session, self.organisation_id, (), {one for one, _ in pairs})
        standing = [row for row in known if is_in_force(row, self.at)]
        said = {_statement(row, row.person_id) for row in standing}
        for row in standing:
            for other in others[row.person_id]:
                if (statement := _statement(row, other)) not in said:
                    said.add(statement)
                    self.shared.append(Suppression(**{**row.model_dump(exclude={"id"}), "person_id": other}))

    def touched(self) -> tuple[set[str], set[int]]:
        """The numbers and persons that the news is about."""
        bound = {row.key.person_id for row in self.stops} | {row.person_id for row in self.shared}
        persons = {one for one in bound if one is not None} | self.held_persons
        return {row.key.number for row in self.stops if row.key.number}, persons | self.freed

    def write(self, at: datetime) -> None:
        """Write the stops, as known from `at`, and cancel the callbacks they forbid."""
        same = {"organisation_id": self.organisation_id, "since": at, "told_by": "", "withdrawn_because": ""}
        rows = [
            (key.number, key.person_id, key.principal, _SOURCES[key.reason], key.reason, self._note(heading))
            for key, heading in self.stops
        ]
        bulk.insert(self.session, Suppression, _COLUMNS, rows, same)
        for row in self.shared:
            row.since = at
        statements.lift(self.lifted, _ANSWERED, at, None)
        if self.held or self.shared or self.lifted:
            self.session.add_all([*self.shared, *self._holds(at)])
            self.session.flush()
        if self.stops or self.shared:
            numbers, persons = self.touched()
            callback_changes.sync(self.session, self.organisation_id, numbers, persons, at)

    def _take(self, one: Told, bar: RowBar, known: set[_Key]) -> None:
        if (reason := _HELD.get(bar.meaning)) is not None:
            if one.person_id is not None:
                note = " ".join(filter(None, (self._note(bar.heading), bar.key)))
                self.held.setdefault((one.person_id, reason, bar.key), note)
            return
        is_dead = bar.meaning is Meaning.DECEASED
        principal = "" if is_dead else self.principal
        reason = _HOUSE if is_dead else _REQUEST
        keys = [_Key("", one.person_id, principal, reason)] if one.person_id is not None else []
        if not is_dead or one.person_id is None:
            keys += [_Key(number, None, principal, reason) for number in one.numbers]
        for key in keys:
            if key not in known and key._replace(principal="") not in known:
                known.add(key)
                self.stops.append(NewStop(key, bar.heading))

    def _note(self, heading: str) -> str:
        return f"{self.source}: {heading}"

    def _compare_holds(self, settled: Iterable[Told]) -> None:
        """Leave out holds that are or were on record: a team lead's release stands. Find those that a person
        settled."""
        keys: dict[int, tuple[str, ...]] = defaultdict(tuple)
        for one in settled:
            if one.person_id is not None and one.settled:
                keys[one.person_id] += one.settled
        persons = self.held_persons | keys.keys()
        known = compliance.holds_of_persons(self.session, self.organisation_id, persons) if persons else ()
        by_person = self._held_by_person()
        for hold, person_id in known:
            if hold.placed_by is not None or hold.reason not in _HELD.values():
                continue
            for key in by_person[person_id]:
                if key[1] == hold.reason and hold.note.endswith(key[2]):
                    self.held.pop(key, None)
            if hold.lifted_at is None and hold.note.endswith(keys.get(person_id, ())):
                self.lifted.append(hold)
                self.freed.add(person_id)

    def _held_by_person(self) -> dict[int, list[tuple[int, str, str]]]:
        found: dict[int, list[tuple[int, str, str]]] = defaultdict(list)
        for key in self.held:
            found[key[0]].append(key)
        return found

    def _holds(self, at: datetime) -> Iterable[Hold]:
        """The holds of each person, on one of their contacts: they hold every one."""
        by_person = self._held_by_person()
        for contact in list_imports.contacts_about(self.session, self.organisation_id, (), set(by_person)):
            for key in by_person.pop(contact.person_id, ()):
                yield Hold(
                    organisation_id=self.organisation_id,
                    contact_id=contact.id or 0,
                    reason=key[1],
                    note=self.held[key],
                    placed_at=at,
                )


class RefusedStops:
    """What the rows at fault of one file have said so far. As in `People`, of two references only the same one
    counts."""

    def __init__(self) -> None:
        self._by_reference: dict[object, set[RowBar]] = defaultdict(set)
        self._by_name: dict[object, set[RowBar]] = defaultdict(set)  # by folded name and number
        self._by_name_alone: dict[object, set[RowBar]] = defaultdict(set)  # the same, of rows without a reference

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
    """Stops for references that are not on record. A person is added for each: a later list with it means them.

    The person has no name and no number. A reference that was erased is not written again: its person is stopped.
    """
    said: dict[str, set[RowBar]] = defaultdict(set)
    for one in refused:
        if one.reference:
            said[reference_key(one.reference)].update(
                bar for bar in one.bars if bar.meaning.kind.bars is not Verdict.HELD
            )
    wanted = {key for key, bars in said.items() if bars}
    wanted -= list_imports.people_by_key(session, organisation_id, wanted).keys() if wanted else set()
    if not wanted:
        return []
    ids = _erased(session, organisation_id, wanted)
    if rows := [(key, "") for key in sorted(wanted - ids.keys())]:
        bulk.insert(session, Person, ("key", "name"), rows, {"organisation_id": organisation_id}, unique=("key",))
        ids |= list_imports.people_by_key(session, organisation_id, wanted)
    return [Told(ids[key], (), tuple(said[key])) for key in sorted(wanted)]


def _erased(session: Session, organisation_id: int, keys: Iterable[str]) -> dict[str, int | None]:
    """The references among these that were erased, each with its person."""
    hashes = hashes_of(session, organisation_id)
    if hashes is None:
        return {}
    by_hash = {hashes.of_reference(key): key for key in keys}
    found = erased_keys.erased_among(session, organisation_id, by_hash)
    return {by_hash[one.hashed]: one.person_id for one in found}


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
