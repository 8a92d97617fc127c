"""Writes the rows of one transaction: people, contacts, stops, proofs, and the decisions that follow."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple

from sqlmodel import Session

from bot.services.answers.lists import STORED, RowFault
from bot.services.calls import statements
from bot.services.calls.statements import sync_added
from bot.services.deciding import refresh
from bot.services.deciding.decisions import Cached, strictest
from bot.services.deciding.refresh import tell_withdrawn
from bot.services.deps import Deps
from bot.services.do_not_call import screenings
from bot.services.do_not_call.screenings import Screened
from bot.services.lists import erased_rows
from bot.services.lists.first_decisions import First, FirstDecisions
from bot.services.lists.people import KnownPerson, People
from bot.services.lists.proofs import Recorder
from bot.services.lists.reading import Decidable, Part
from bot.services.lists.rows import ContactRow
from bot.services.lists.stops import StopRecorder, Told, find_alone, keep_for_later
from bot.services.lists.tally import Answer, Tally
from bot.services.lists.target import Target, is_better, refuse_withdrawn, stored_list_id
from bot.services.merges import splitting
from policy.templates.sentence import NUMBER, phrase, said_again, template
from policy.vocabulary import Verdict
from storage.database import bulk
from storage.database.engine import has_one_writer
from storage.models import Contact, ListMove, PersonNumber
from storage.queries import contacts as stored
from storage.queries import list_imports
from storage.queries.lists import BY_LIST, PAUSED

Meant = tuple[ContactRow, KnownPerson]  # a row and the person it means
_KNOWN_UNDER_ANOTHER_NAME = phrase("taken for a person already known, who has the same reference and another name")
_SAME_REFERENCE = template(
    "taken for the person of line {line}, who has the same reference and another name", line=NUMBER
)
_COLUMNS = (
    "person_id",
    "number",
    "name",
    "places",
    "zones",
    "known_by",
    *(one.kind.stored for one in STORED),
    *Cached._fields,
)


class Run:
    """What every batch of one file is written with.

    `is_preview`: each transaction is rolled back, and each answer kept with its reason.
    """

    deps: Deps
    target: Target
    decisions: FirstDecisions
    tally: Tally
    is_preview = False


def write(run: Run, session: Session, batch: Part) -> None:
    """Write a batch of rows, and tell those whose cards that withdraws. Raises FileRefused if the list was withdrawn
    since the import began."""
    if batch.rows or batch.stops:
        bulk.make_room(session)
        campaign = list_imports.let_one_import_at_a_time(session, run.target.campaign.id or 0)
        refuse_withdrawn(session, run.target)
        Batch(run, session, batch.rows).write(batch, is_due=run.decisions.is_changed(campaign))


class _Found(NamedTuple):
    """What the rows say that is not on record yet, and the contacts whom it is about."""

    stops: StopRecorder
    news: "_News"
    standing: list[Contact]
    touched: list[Contact]


class _News(NamedTuple):
    """What the rows prove that is not written yet, and the people whom it is about."""

    screened: list[Screened]
    recorder: Recorder
    lines: dict[tuple[int, str], str]  # by person and number: the kind of line that rows name
    misnamed: list[PersonNumber]  # numbers on record as another kind
    persons: set[int]


class Batch:
    """The rows of one transaction, and the people they mean, who are written at once."""

    def __init__(self, run: Run, session: Session, rows: list[Decidable]) -> None:
        self._run, self._session, self._tally, self._target = run, session, run.tally, run.target
        self._campaign_id, self._organisation_id = run.target.campaign.id or 0, run.target.campaign.organisation_id
        at = run.deps.clock()
        rows, refused = erased_rows.admit(session, run.target.campaign, rows, at)
        run.tally.faults.add(refused)
        self.people = People(session, self._organisation_id, [row for row, _ in rows])
        self.meant: list[Meant] = [(row, self.people.of(row)) for row, _ in rows]
        self.people.save(at)
        self._known = {person.id for _, person in self.meant if not person.is_new}
        self._there = list_imports.people_in_campaign(session, self._campaign_id, self._known)
        self._firsts: list[tuple[ContactRow, KnownPerson, First]] = [
            (row, person, first)
            for (row, person), (_, first) in zip(self.meant, rows, strict=True)
            if self._is_first(row, person)
        ]
        # Rows of most lists prove nothing by themselves.
        self._saying = [(row, person) for row, person in self.meant if row.says_something]
        self._history = {one.id for one in self.people.with_history([person for _, person, _ in self._firsts])}
        self._at = at

    def write(self, batch: Part, *, is_due: bool) -> None:
        """Write what the rows say, and decide whom it is about. Locks come last, and what is written is dated after
        them: a call opens before that moment, or sees what the rows prove.

        `is_due`: what it adds is decided again before it is handed out, for the campaign has changed since.
        """
        session, run, tally = self._session, self._run, self._tally
        self._insert(is_due=is_due)
        told = self._told(batch)
        self._marked = _marked(self.meant, told)
        self._count_firsts()
        stops, news, standing, touched = self._locked(told)
        at = run.deps.clock()
        news.recorder.write(at)
        stops.write(at)
        self._record_merges(at)
        list_imports.correct_lines(session, news.misnamed, news.lines, at)
        screenings.write_news(session, self._organisation_id, news.screened, at)
        changed = [*self._give_numbers(touched), *self._move(standing, at), *touched]
        for one in changed:
            if one.person_id in self._there and one.campaign_id == self._campaign_id:
                tally.people.change(one.person_id)
        self._decide(standing, changed, at)

    def _locked(self, told: list[Told]) -> _Found:
        """What is new, with its contacts locked: found again after the wait, in which others may have written."""
        locked = set[int | None]()
        while True:
            found = self._find(told)
            about = [*found.standing, *found.touched]
            if {one.id for one in about} <= locked:
                return found
            list_imports.lock(self._session, about)
            locked |= {one.id for one in about}
            if has_one_writer(self._session):
                return found

    def _find(self, told: list[Told]) -> _Found:
        session, run = self._session, self._run
        stops = self._read_stops(told)
        screened = self.meant if self._target.proofs.screened else self._saying
        news = self._read_news(run.decisions.screenings_of(row for row, _ in screened))
        given = {person.id for _, person in self.meant if not person.is_new and person.new_numbers}
        touched = [
            *list_imports.without_number(session, given),
            *list_imports.contacts_about(session, self._organisation_id, *self._about(news, stops, screened, told)),
        ]
        return _Found(stops, news, self._standing(), touched)

    def _insert(self, *, is_due: bool) -> None:
        """Add a contact for each person new to the campaign; keep the other columns of each person's first row of the
        file, in place of an earlier file's."""
        target, usual = self._target, tuple(self._target.usual(one) for one in STORED)
        details = {
            person.id: row.details
            for row, person in self.meant
            if row.details and self._tally.people.line_of(person.id) == row.line
        }
        if self._firsts:
            rows = [
                (
                    person.id,
                    person.number,
                    row.name,
                    row.places,
                    row.zones,
                    row.known_by,
                    *(map(_or_usual, row.stored, usual) if row.stored else usual),
                    *(first.values._replace(callable_until=self._at) if is_due else first.values),
                )
                for row, person, first in self._firsts
            ]
            same = {
                "organisation_id": self._organisation_id,
                "campaign_id": self._campaign_id,
                "list_id": stored_list_id(self._session, target),
                "finished_because": "",
                "decided_at": target.at,
                "decided_by": target.rules,
                "added_at": self._at,
            }
            bulk.insert(self._session, Contact, _COLUMNS, rows, same, unique=("person_id",))
        if details:
            list_imports.replace_details(self._session, self._organisation_id, self._campaign_id, details, self._known)

    def _told(self, batch: Part) -> list[Told]:
        """What rows at fault, and earlier ones, say against calls."""
        told = self._tally.refused.told(self._session, self._organisation_id, batch.stops, self.meant)
        told += keep_for_later(self._session, self._organisation_id, batch.stops)
        told += [Told(None, one.numbers, one.bars) for one in batch.stops]
        return told + batch.told

    def _count_firsts(self) -> None:
        tally, marked, fresh = self._tally, self._marked, [person for _, person, _ in self._firsts]
        tally.imported += len(fresh)
        tally.elsewhere += sum(not person.is_new for person in fresh)
        tally.shared += [person.shares_a_number for person in fresh].count(True)
        answers: list[tuple[int, Answer]] = [(person.id, first.answer) for _, person, first in self._firsts]
        if marked:
            answers = [(key, (*one[:2], "") if (key, one[0]) in marked else one) for key, one in answers]
        tally.people.answer_all(answers)

    def _read_stops(self, told: list[Told]) -> StopRecorder:
        """What the rows say against calls that is not on record yet."""
        campaign = self._target.campaign
        stops = StopRecorder(
            self._session, campaign.organisation_id, campaign.principal, self._target.source, self._target.at
        )
        said = [
            Told(person.id, row.all_numbers, self._run.decisions.bars_of(row), row.proofs.settled)
            for row, person in self._saying
            if row.proofs.bars or row.proofs.settled
        ]
        stops.read([*said, *told])
        stops.share((one.id, other.id) for one, other in self.people.twins)
        return stops

    def _read_news(self, screened: Sequence[Screened]) -> _News:
        """What the rows prove that is not on record yet."""
        session, organisation_id, saying = self._session, self._organisation_id, self._saying
        recorder = Recorder(session, organisation_id, self._target.campaign.principal, self._target.at)
        lines = {
            (person.id, one.number): row.line_kind for row, person in saying if row.is_line_said for one in row.numbers
        }
        misnamed = list_imports.numbers_with_another_line(session, lines)
        proved = recorder.read((person.id, row.proofs) for row, person in saying) | {one.person_id for one in misnamed}
        return _News(screenings.read_news(session, organisation_id, screened), recorder, lines, misnamed, proved)

    def _about(
        self, news: _News, stops: StopRecorder, screened: Sequence[Meant], told: Iterable[Told]
    ) -> tuple[set[str], set[int]]:
        """The numbers and people whose contacts are decided again. One row that stands alone has said it all."""
        alone = find_alone(self.people, screened, self._history)
        numbers, persons = stops.touched()
        of_stops = alone.without(told)
        numbers = (numbers - of_stops.numbers) | ({one.number for one in news.screened} - alone.numbers)
        return numbers, (persons - of_stops.persons) | stops.held_persons | stops.freed | news.persons

    def _standing(self) -> list[Contact]:
        """The contacts that the campaign has already of people whom the batch is the first to name."""
        named = {
            person.id
            for row, person in (self.meant if self._there else ())
            if person.id in self._there and row.line == self._tally.people.line_of(person.id)
        }
        return list_imports.contacts_of_people(self._session, self._campaign_id, named)

    def _record_merges(self, at: datetime) -> None:
        """Keep which rows were taken for people met before."""
        tally = self._tally
        taken = self.people.taken(self.meant, {row.line for row, _, _ in self._firsts}, tally.people.line_of)
        source = self._target.source
        fresh = splitting.record(self._session, self._organisation_id, self._campaign_id, source, taken, at)
        tally.remarks.add(
            RowFault(one.line, _KNOWN_UNDER_ANOTHER_NAME, (one.reference, one.name))
            for one in fresh
            if one.is_other_name and not one.earlier_line
        )

    def _give_numbers(self, touched: Iterable[Contact]) -> list[Contact]:
        """Give contacts whose people had no number left a new one. Returns those contacts."""
        numbers = {person.id: person.number for _, person in self.meant if person.new_numbers}
        revived = [one for one in touched if one.number is None and numbers.get(one.person_id)]
        for contact in revived:
            contact.number = numbers[contact.person_id]
        return revived

    def _move(self, standing: Sequence[Contact], at: datetime) -> list[Contact]:
        """Move contacts to this list if what it says of them is better, or if their own was withdrawn or has ended,
        and open these. Returns those moved. On a paused list they wait for its end."""
        session, target = self._session, self._target
        own = None if target.listed is None else target.listed.id
        standing = [one for one in standing if one.list_id != own and one.finished_because != PAUSED]
        ended = [one for one in standing if one.finished_because.startswith(BY_LIST)]
        statements.open_with_list(ended)
        moving = {one.id: one for one in ended}
        if target.is_basis_given or target.is_source_given:
            lists = stored.lists(session, {one.list_id for one in standing})
            moving |= {one.id: one for one in standing if is_better(target, lists[one.list_id])}
        if not moving:
            return []
        for contact in moving.values():
            moved = {"organisation_id": contact.organisation_id, "contact_id": contact.id or 0}
            session.add(ListMove(**moved, list_id=contact.list_id, until=at))
            contact.list_id = stored_list_id(session, target)
        session.flush()
        return [*moving.values()]

    def _decide(self, standing: Sequence[Contact], changed: Sequence[Contact], at: datetime) -> None:
        """Decide on all that is on record now, and withdraw cards that this forbids.

        `at`: now, long after the import began: waits count from the calls that were made since.
        """
        session = self._session
        for one in standing:
            self._tally.finished += one.finished_at is not None
            if not one.finished_at:
                self._answer(one, one.verdict, (), partial(said_again, one.because, one.sentence))
        wants = [one for one in standing if one.verdict is Verdict.HELD and not one.finished_at]
        with_history = list_imports.contacts_of_people(session, self._campaign_id, self._history)
        sync_added(session, self._campaign_id, with_history, at)
        every = {one.id: one for one in (*changed, *with_history, *wants)}
        decided, withdrawn = refresh.refresh_and_withdraw(self._run.deps, session, list(every.values()), at)
        for contact, decision in ((one.contact, one.decision) for one in decided):
            is_named = self._tally.people.line_of(contact.person_id) > 0
            if contact.campaign_id == self._campaign_id and not contact.finished_at and is_named:
                missing = decision.missing if decision.verdict is Verdict.HELD else ()
                self._answer(contact, decision.verdict, missing, lambda: strictest(decision)[1])  # noqa: B023 - at once
        tell_withdrawn(session, withdrawn, at)

    def _answer(self, contact: Contact, verdict: Verdict, missing: tuple[str, ...], reason: Callable[[], str]) -> None:
        """Keep the decision on a contact, with its reason if that is wanted, and if no column of the file is one."""
        is_told = self._run.is_preview and verdict is not Verdict.CALLABLE
        because = reason() if is_told and (contact.person_id, verdict) not in self._marked else ""
        self._tally.people.answer(contact.person_id, (verdict, missing, because))

    def _is_first(self, row: ContactRow, person: KnownPerson) -> bool:
        """Whether the row adds its person to the campaign; if not, count what it repeats."""
        tally = self._tally
        if earlier := tally.people.meet(person.id, row.line, row.folded_name):
            tally.again += 1
            if not tally.people.is_of_name(person.id, row.folded_name):
                says = _SAME_REFERENCE.says(line=earlier)
                tally.remarks.add([RowFault(row.line, says, (row.reference, row.name))])
            return False
        if person.id in self._there:
            tally.known += 1
            return False
        return True


def _or_usual(said: object, usual: object) -> object:
    return usual if said is None else said


def _marked(meant: Sequence[Meant], told: Sequence[Told]) -> set[tuple[int | None, Verdict | None]]:
    """The people whom a column of the file bars, each with the verdict that follows."""
    said = [(person.id, row.proofs.bars) for row, person in meant if row.proofs.bars]
    said += [(one.person_id, one.bars) for one in told if one.person_id is not None]
    return {(person_id, bar.meaning.kind.bars) for person_id, bars in said for bar in bars}
