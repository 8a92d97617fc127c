"""Decides the rows of a file as an import would, on the record as it would then be; nothing is stored."""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from sqlmodel import Session

from bot.services.answers.lists import ListReason, RowFault, verdict_of
from bot.services.deciding import COUNT_NO_OFFERS, decide_facts, facts_of, strictest
from bot.services.deps import Deps
from bot.services.do_not_call.screenings import Screened
from bot.services.files.table import Table
from bot.services.lists import erased_rows
from bot.services.lists.first_decisions import FirstDecisions
from bot.services.lists.people import KnownPerson, People
from bot.services.lists.proof_recorder import Recorder
from bot.services.lists.read_ahead import Part, read_ahead
from bot.services.lists.refused_stops import RefusedStops
from bot.services.lists.row_proofs import NOTHING_SAID
from bot.services.lists.rows import ContactRow, RowReader
from bot.services.lists.stops import NewStop, StopRecorder, Told, bars_of_numbers
from bot.services.lists.tally import Answer, Stops
from bot.services.lists.target import Target, is_better
from policy import Prepared
from policy.vocabulary import Verdict
from storage.models import CallRequest, Consent, Contact, Relationship, Withdrawal
from storage.queries import list_imports
from storage.record.record_rows import (
    ConsentRow,
    HoldRow,
    ListRow,
    NumberRow,
    RelationshipRow,
    RequestRow,
    ScreeningRow,
    SuppressionRow,
    WithdrawalRow,
)
from storage.record.whole_record import OnRecord, on_record

R = TypeVar("R")
Meant = Sequence[tuple[ContactRow, KnownPerson]]
Twins = Sequence[tuple[int, int]]
Weighed = dict[int, tuple[ContactRow, KnownPerson]]  # by person

MOST_FAULTS = 1_000  # that are kept, of each kind
_AT_ONCE = 2_000  # rows whose people are looked up together


@dataclass(slots=True)
class Counts:
    """What became of the rows so far."""

    answers: Counter[Answer] = field(default_factory=Counter)
    because: Counter[tuple[Verdict, str]] = field(default_factory=Counter)
    stops: Stops = field(default_factory=Stops)
    faults: list[RowFault] = field(default_factory=list)
    remarks: list[RowFault] = field(default_factory=list)
    met: set[int] = field(default_factory=set)  # a mark of each person's key
    faulty: int = 0
    rows: int = 0
    duplicates: int = 0
    elsewhere: int = 0  # known, and new to the campaign
    finished: int = 0

    def reasons(self) -> tuple[ListReason, ...]:
        found = [ListReason(verdict, because, times) for (verdict, because), times in self.because.items()]
        return tuple(sorted(found, key=lambda one: (-one.contacts, one.verdict, one.because)))

    def add(self, verdict: Verdict, because: str, missing: tuple[str, ...]) -> None:
        self.answers[verdict, missing] += 1
        self.because[verdict, "" if verdict is Verdict.CALLABLE else because] += 1


@dataclass(slots=True)
class DryRun:
    """Reads and decides every row of a file against the record."""

    deps: Deps
    target: Target
    decisions: FirstDecisions
    count: Counts
    stopped_numbers: dict[str, NewStop] = field(default_factory=dict)  # by rows so far
    refused: RefusedStops = field(default_factory=RefusedStops)

    def run(self, file: Table, progress: Callable[[int, int], None] | None) -> None:
        reader = RowReader(file.columns, self.target.country, self.target.at, file.refused)
        with closing(read_ahead(file.below(), reader, self.decisions, _AT_ONCE)) as coming:
            for part in coming:
                self.count.rows += part.count
                self.count.faulty += len(part.faults)
                self.count.faults += part.faults[: MOST_FAULTS - len(self.count.faults)]
                self.count.remarks += part.remarks[: MOST_FAULTS - len(self.count.remarks)]
                self.count.stops.note([row.proofs.bars for row, _ in part.rows] + [stop.bars for stop in part.stops])
                with self.deps.unit_of_work(is_read_only=True) as uow:
                    self._part(uow.session, part)
                if progress:
                    progress(self.count.rows, file.rows)

    def _stop_numbers(self, session: Session, part: Part) -> None:
        """Learn the numbers that rows stop for everyone, those of rows at fault too."""
        told = [Told(None, one.numbers, one.bars) for one in part.stops]
        told += [
            Told(None, row.all_numbers, bars_of_numbers(self.decisions.bars_of(row)))
            for row, _ in part.rows
            if row.proofs.bars
        ]
        stops = self._recorder(session)
        stops.read(told)
        self.stopped_numbers |= {row.number: row for row in stops.stops}

    def _recorder(self, session: Session) -> StopRecorder:
        target = self.target
        return StopRecorder(
            session, target.campaign.organisation_id, target.campaign.principal, target.source, target.at
        )

    def _part(self, session: Session, part: Part) -> None:
        self._stop_numbers(session, part)
        target = self.target
        rows, refused = erased_rows.admit(session, target.campaign, part.rows, target.at, brings_back=False)
        self.count.faulty += len(refused)
        self.count.faults += refused
        people = People(session, self.target.campaign.organisation_id, [row for row, _ in rows])
        meant = [(row, people.of(row), first) for row, first in rows]
        new = {id(one): -at for at, one in enumerate(people.new_people(), start=1)}
        for _, person, _ in meant:
            person.id = person.id or new[id(person)]  # below 0: stands for the id that an import would give
        history = people.with_history([person for _, person, _ in meant])
        saying: set[int] = {person.id for row, person, _ in meant if row.proofs is not NOTHING_SAID or row.is_line_said}
        in_file = [(row, person) for row, person, _ in meant]
        told = self.refused.told(session, self.target.campaign.organisation_id, part.stops, in_file)
        saying |= {one.person_id for one in told if one.person_id is not None}
        weighed: Weighed = {}
        for row, person, first in meant:
            mark = hash(person.key)
            if mark in self.count.met:
                self.count.duplicates += 1
                continue
            self.count.met.add(mark)
            if (
                person.id in history
                or person.id in saying
                or not self.stopped_numbers.keys().isdisjoint(row.all_numbers)
            ):
                weighed[person.id] = (row, person)
            else:
                self.count.add(first.answer[0], first.values.because, first.answer[1])
        if weighed:
            self._weigh(session, weighed, in_file, told, [(one.id, other.id) for one, other in people.twins])

    def _weigh(self, session: Session, weighed: Weighed, meant: Meant, told: Sequence[Told], twins: Twins) -> None:
        """Decide contacts about whom more is known than the row's place and kind of number."""
        target, campaign_id = self.target, self.target.campaign.id or 0
        stored = {one.person_id: one for one in list_imports.contacts_of_people(session, campaign_id, weighed.keys())}
        self.count.duplicates += len(stored)
        self.count.elsewhere += sum(person_id > 0 for person_id in weighed.keys() - stored.keys())
        contacts = [stored.get(person_id) or self._contact(*weighed[person_id]) for person_id in weighed]
        record = self._with_news(session, on_record(session, contacts), meant, weighed, told, twins)
        pack = self.deps.house_pack_of(target.campaign)
        marked = _marked(meant, told)
        for contact, facts in zip(contacts, facts_of(contacts, record, target.at, COUNT_NO_OFFERS), strict=True):
            if contact.finished_at is not None:
                self.count.finished += 1
                continue
            decision = decide_facts(self.deps, Prepared(facts), target.at, pack)
            because = "" if (contact.person_id, decision.verdict) in marked else strictest(decision)[1]
            self.count.add(decision.verdict, because, decision.missing if decision.verdict is Verdict.HELD else ())

    def _contact(self, row: ContactRow, person: KnownPerson) -> Contact:
        campaign = self.target.campaign
        return Contact(
            organisation_id=campaign.organisation_id,
            campaign_id=campaign.id or 0,
            list_id=0,
            person_id=person.id,
            number=person.number,
            name=row.name,
            places=row.places,
            zones=row.zones,
            known_by=row.known_by,
        )

    def _with_news(
        self, session: Session, record: OnRecord, meant: Meant, weighed: Weighed, told: Sequence[Told], twins: Twins
    ) -> OnRecord:
        """The record as it would be once the rows were imported. `told`: by rows at fault, of persons."""
        target, organisation_id = self.target, self.target.campaign.organisation_id
        principal = target.campaign.principal
        proofs = Recorder(session, organisation_id, principal, target.at)
        proofs.read((person.id, row.proofs) for row, person in meant)
        stops = self._recorder(session)
        said = [
            Told(person.id, row.all_numbers, self.decisions.bars_of(row), row.proofs.settled)
            for row, person in meant
            if row.proofs.bars or row.proofs.settled
        ]
        stops.read([*said, *told])
        freed = {one.id for one in stops.lifted}
        stops.share(twins)
        numbers = [number for _, person in weighed.values() for number in person.known_numbers]
        stopped = [self.stopped_numbers[number] for number in dict.fromkeys(numbers) if number in self.stopped_numbers]
        persons = [row for row in stops.stops if row.person_id is not None]
        shared = [_row(SuppressionRow, one, since=target.at) for one in stops.shared]
        screened = self.decisions.screenings_of(row for row, _ in meant)
        return replace(
            record,
            lists=self._lists(record),
            numbers=[*_with_lines(record.numbers, meant), *_new_numbers(weighed)],
            suppressions=[*record.suppressions, *shared, *(_stop_row(one, target.at) for one in (*stopped, *persons))],
            holds=[*(one for one in record.holds if one.id not in freed), *_held_rows(stops, target.at)],
            screenings=[*record.screenings, *(_screening_row(one) for one in dict.fromkeys(screened))],
            consents=_withdrawn(record.consents, proofs) + _of(proofs, Consent, ConsentRow),
            withdrawals=[*record.withdrawals, *_of(proofs, Withdrawal, WithdrawalRow)],
            relationships=[*record.relationships, *_of(proofs, Relationship, RelationshipRow)],
            requests=[*record.requests, *_of(proofs, CallRequest, RequestRow)],
        )

    def _lists(self, record: OnRecord) -> dict[int, ListRow]:
        """The lists, with this one as list 0, and in place of those that its contacts would leave."""
        target, proofs = self.target, self.target.proofs
        ours = ListRow(
            id=0 if target.listed is None else target.listed.id or 0,
            name=target.list_name,
            imported_at=target.listed_at,
            basis=proofs.basis or "",
            is_told_of_calls=proofs.is_told_of_calls,
            is_interest_assessed=proofs.is_interest_assessed,
            numbers_from=proofs.numbers_from or "",
        )
        return {0: ours} | {key: ours if is_better(target, row) else row for key, row in record.lists.items()}


def _marked(meant: Meant, told: Sequence[Told]) -> set[tuple[int, Verdict]]:
    """The persons whom a column of the file bars, each with the verdict that follows."""
    said = [(person.id, row.proofs.bars) for row, person in meant if row.proofs.bars]
    said += [(one.person_id, one.bars) for one in told if one.person_id is not None]
    return {(person_id, verdict_of(bar.meaning)) for person_id, bars in said for bar in bars}


def _row(kind: type[R], model: Any, **more: Any) -> R:
    """A row as the record holds it, of a model that is not stored."""
    values = {name: getattr(model, name) for name in kind._fields if name not in more}  # type: ignore[attr-defined]
    return kind(**{**values, "id": 0}, **more)


def _stop_row(stop: NewStop, since: datetime) -> SuppressionRow:
    return SuppressionRow(0, stop.number, stop.person_id, stop.principal, stop.reason, since, None, None)


def _of(proofs: Recorder, model: type[Any], kind: type[R]) -> list[R]:
    return [_row(kind, one) for one in proofs.fresh if isinstance(one, model)]


def _withdrawn(consents: Sequence[ConsentRow], proofs: Recorder) -> list[ConsentRow]:
    ends = {consent.id: since for consent, since in proofs.withdrawn if consent.id is not None}
    for consent, since in proofs.withdrawn:
        if consent.id is None:  # given and withdrawn in the same file
            consent.withdrawn_at = since
    return [one._replace(withdrawn_at=ends[one.id]) if one.id in ends else one for one in consents]


def _new_numbers(weighed: Weighed) -> list[NumberRow]:
    return [
        NumberRow(0, person.id, number.number, rank, number.kind, line, None, "")
        for _, person in weighed.values()
        for rank, number, line in person.new_numbers
    ]


def _with_lines(numbers: Sequence[NumberRow], meant: Meant) -> list[NumberRow]:
    """The numbers on record, with the kinds of line that rows correct."""
    lines = {(person.id, one): row.line_kind for row, person in meant if row.is_line_said for one in row.all_numbers}
    return [one._replace(line=lines.get((one.person_id, one.number), one.line)) for one in numbers]


def _held_rows(stops: StopRecorder, at: datetime) -> list[HoldRow]:
    return [HoldRow(0, 0, person_id, reason, at, None, False) for person_id, reason, _ in stops.held]


def _screening_row(one: Screened) -> ScreeningRow:
    return ScreeningRow(one.obtained_at, 0, one.register, one.number, one.is_listed, one.listed_on, one.campaign_id)
