"""Imports a list of contacts: checks every row, reports every fault, and adds no person to a campaign twice.

Each batch of rows is one transaction that leaves its contacts complete and decided, so agents go on working. To finish
an interrupted import, start it again: people already in the campaign stay as they are, except for what the file newly
proves. A file that cannot be read as a list is refused before anything is written.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sqlmodel import Session

from bot.services import merges
from bot.services.answers.lists import ImportReport, RowFault
from bot.services.calls.sync import sync_added
from bot.services.deciding import Cached, Decided
from bot.services.deps import Deps
from bot.services.do_not_call import registers, screenings
from bot.services.do_not_call.screenings import Screened
from bot.services.errors import FileRefused
from bot.services.files.bars import bar_questions
from bot.services.files.write_pace import Pace
from bot.services.lists import erased_rows, note_answers
from bot.services.lists import proofs as list_proofs
from bot.services.lists.first_decisions import First, FirstDecisions
from bot.services.lists.in_use import list_terms
from bot.services.lists.people import KnownPerson, People
from bot.services.lists.proof_recorder import Recorder
from bot.services.lists.proofs import NOTHING_PROVED, ListProofs, Screener
from bot.services.lists.read_ahead import Part, read_ahead
from bot.services.lists.reading import AS_RECOGNISED, Reading, open_as_wished, save_mapping
from bot.services.lists.refused_stops import keep_for_later
from bot.services.lists.row_proofs import NOTHING_SAID
from bot.services.lists.rows import ContactRow, RowReader
from bot.services.lists.stops import Alone, StopRecorder, Told, find_alone
from bot.services.lists.tally import Tally, by_verdict, missing_of
from bot.services.lists.target import Target, find_target, is_better, stored_list_id, take_proofs
from bot.services.notices import tell_withdrawn
from policy.templates import NUMBER, phrase, template
from policy.vocabulary import Verdict
from storage.database import bulk
from storage.models import Contact, ListMove, PersonNumber
from storage.queries import contacts as stored
from storage.queries import list_imports

BATCH = 5_000  # rows in one transaction, at most; a row with much on record takes as long as ten others
Meant = tuple[ContactRow, KnownPerson]  # a row and the person it means
_KNOWN_UNDER_ANOTHER_NAME = phrase("taken for a person already known, who has the same reference and another name")
_SAME_REFERENCE = template(
    "taken for the person of line {line}, who has the same reference and another name", line=NUMBER
)
_COLUMNS = ("person_id", "number", "name", "places", "zones", "known_by", "priority", *Cached._fields)


class _News(NamedTuple):
    """What the rows prove that is not written yet, and the people whom it is about."""

    screened: list[Screened]
    recorder: Recorder
    lines: dict[tuple[int, str], str]  # by person and number: the kind of line that rows name
    misnamed: list[PersonNumber]  # numbers on record as another kind
    persons: set[int]


def import_contacts(  # noqa: PLR0913 - one argument a fact about the file
    deps: Deps,
    path: Path,
    campaign: str,
    country: str,
    list_name: str = "",
    progress: Callable[[int, int], None] | None = None,
    proofs: ListProofs = NOTHING_PROVED,
    reading: Reading = AS_RECOGNISED,
) -> ImportReport:
    """Import a file into a campaign. Raises FileRefused, UnknownCampaign; faulty rows go into the report.

    A file with a question, such as what a column says of calls, is refused before anything is written; `reading`
    answers. What columns say against calls becomes stops and holds in the transaction that writes the row.

    `country`: for reading numbers without a country code; empty: the campaign's. `proofs`: the basis for calling these
    people, and the registers screened against, with days; importing a file again adds missing ones to contacts already
    in the campaign. `progress` gets rows done and rows in all.
    """
    target = find_target(deps, campaign, country, list_name or path.stem, path.name)
    file = open_as_wished(deps, target.campaign.organisation_id, path, reading)
    if file.questions:
        raise FileRefused(f"{path.name}: {bar_questions(file.questions)}")
    known = registers.known_registers(deps.rulebook())
    list_proofs.check(proofs, known, screenings.newest_day(target.at))
    take_proofs(target, proofs)
    is_joined = target.listed is not None
    if reading.save_as and file.columns.chosen:
        save_mapping(deps, target.campaign.organisation_id, reading.save_as, file)
    note_answers.keep(deps, target.campaign.organisation_id, note_answers.keyed(reading.answers))
    tally = Tally()
    screener = Screener(known, target.proofs, target.campaign.id or 0, target.at)
    decisions = FirstDecisions(deps, target.campaign, target.proofs, target.listed_at, screener)
    pace = Pace(deps, BATCH)
    reader = RowReader(file.columns, target.country, target.at, file.refused)
    with closing(read_ahead(file.below(), reader, decisions, pace.size)) as coming:
        while (batch := _next(coming, pace.size, tally)) is not None:
            with pace.turn() as uow:
                _write(deps, uow.session, batch, target, tally, decisions)
            if target.listed is not None:
                list_terms.close_due(deps, target.listed.id)
            if progress:
                progress(tally.rows, file.rows)
    if reading.all_stops:
        note_answers.keep(deps, target.campaign.organisation_id, dict.fromkeys(tally.stops.stopped_words(), True))
    return ImportReport(
        list_name=target.list_name,
        campaign=target.campaign.name,
        rows=tally.rows,
        imported=tally.imported,
        duplicates_in_file=tally.again,
        duplicates_in_database=tally.known,
        faults=tally.faults.settled(),
        by_verdict=by_verdict(tally.people.answers()),
        heading=file.first.cells,
        remarks=tally.remarks.settled(),
        unused_columns=file.columns.unused,
        shared_numbers=tally.shared,
        known_elsewhere=tally.elsewhere,
        missing=missing_of(tally.people.answers(), known),
        changed=tally.people.changed,
        imported_at=target.at,
        source=path.name,
        stopped=tally.stops.by_meaning(),
        doubtful=tally.stops.doubtful(),
        possible=tally.stops.possible(),
        detail_columns=tuple(name for _, name in file.columns.details),
        sheet=file.sheet,
        sheets=file.sheets,
        unread_sheets=file.unread_sheets,
        joined=is_joined,
    )


def _next(coming: Iterator[Part], wanted: int, tally: Tally) -> Part | None:
    """The next `wanted` rows; None at the end of the file."""
    batch = Part()
    while batch.count < wanted and (part := next(coming, None)):
        batch.count += part.count
        batch.rows += part.rows
        batch.stops += part.stops
        tally.faults.add(part.faults)
        tally.remarks.add(part.remarks)
    tally.rows += batch.count
    return batch if batch.count else None


def _write(deps: Deps, session: Session, batch: Part, target: Target, tally: Tally, decisions: FirstDecisions) -> None:
    """Write a batch of rows, and tell those whose cards that withdraws."""
    rows = batch.rows
    if not rows and not batch.stops:
        return
    campaign_id, organisation_id = target.campaign.id or 0, target.campaign.organisation_id
    bulk.make_room(session)
    list_imports.let_one_import_at_a_time(session, campaign_id)
    at = deps.clock()
    rows, refused = erased_rows.admit(session, target.campaign, rows, at)
    tally.faults.add(refused)
    people = People(session, organisation_id, [row for row, _ in rows])
    meant = [(row, people.of(row)) for row, _ in rows]
    people.save(at)
    known = {person.id for _, person in meant if not person.is_new}
    there = list_imports.people_in_campaign(session, campaign_id, known)
    firsts = [
        (row, person, first)
        for (row, person), (_, first) in zip(meant, rows, strict=True)
        if _is_first(row, person, there, tally)
    ]
    fresh = [(row, person) for row, person, _ in firsts]
    history = people.with_history([person for _, person in fresh])
    _insert(session, firsts, target, at)
    _keep_details(session, meant, known, target, tally)
    tally.imported += len(fresh)
    tally.elsewhere += sum(not person.is_new for _, person in fresh)
    tally.shared += [person.shares_a_number for _, person in fresh].count(True)
    tally.people.answer_all([(person.id, first.answer) for _, person, first in firsts])
    # Rows of most lists prove nothing by themselves.
    saying = [(row, person) for row, person in meant if row.proofs is not NOTHING_SAID or row.is_line_said]
    told = tally.refused.told(session, organisation_id, batch.stops, meant)
    told += keep_for_later(session, organisation_id, batch.stops)
    told += [Told(None, one.numbers, one.bars) for one in batch.stops]
    stops = _read_stops(session, saying, told, target, decisions)
    stops.share((one.id, other.id) for one, other in people.twins)
    tally.stops.note([row.proofs.bars for row, _ in saying] + [one.bars for one in batch.stops])
    screened = meant if target.proofs.screened else saying
    alone = find_alone(people, screened, history)
    news = _read_news(session, saying, decisions.screenings_of(row for row, _ in screened), target)
    given = {person.id for _, person in meant if not person.is_new and person.new_numbers}
    touched = [
        *list_imports.without_number(session, given),
        *list_imports.contacts_about(session, organisation_id, *_about(news, stops, alone, told)),
    ]
    known_now = {
        person.id
        for row, person in (meant if there else ())
        if person.id in there and row.line == tally.people.line_of(person.id)
    }
    standing = list_imports.contacts_of_people(session, campaign_id, known_now)
    list_imports.lock(session, [*standing, *touched])
    at = deps.clock()  # after the locks: a call opens before this, or sees what the rows prove
    news.recorder.write(at)
    stops.write(at)
    taken = people.taken(meant, {row.line for row, _ in fresh}, tally.people.line_of)
    fresh_merges = merges.record(session, organisation_id, campaign_id, target.source, taken, at)
    tally.remarks.add(
        RowFault(one.line, _KNOWN_UNDER_ANOTHER_NAME, (one.reference, one.name))
        for one in fresh_merges
        if one.is_other_name and not one.earlier_line
    )
    list_imports.correct_lines(session, news.misnamed, news.lines, at)
    screenings.write_news(session, organisation_id, news.screened, at)
    changed = [*_give_numbers(touched, meant), *_move(session, standing, target, at), *touched]
    for one in changed:
        if one.person_id in there and one.campaign_id == campaign_id:
            tally.people.change(one.person_id)
    for one in standing:
        if not one.finished_at:
            tally.people.answer(one.person_id, (one.verdict, ()))
    wants = [one for one in standing if one.verdict is Verdict.HELD and not one.finished_at]
    with_history = list_imports.contacts_of_people(session, campaign_id, history)
    sync_added(session, campaign_id, with_history, at)
    every = {one.id: one for one in (*changed, *with_history, *wants)}
    decided, withdrawn = decisions.decide(session, list(every.values()))
    _note(tally, campaign_id, decided)
    tell_withdrawn(session, withdrawn, at)


def _insert(
    session: Session, firsts: Sequence[tuple[ContactRow, KnownPerson, First]], target: Target, at: datetime
) -> None:
    if not firsts:
        return
    usual = target.priority
    rows = [
        (
            person.id,
            person.number,
            row.name,
            row.places,
            row.zones,
            row.known_by,
            usual if row.priority is None else row.priority,
            *first.values,
        )
        for row, person, first in firsts
    ]
    same = {
        "organisation_id": target.campaign.organisation_id,
        "campaign_id": target.campaign.id,
        "list_id": stored_list_id(session, target),
        "finished_because": "",
        "decided_at": target.at,
        "decided_by": target.rules,
        "added_at": at,
    }
    bulk.insert(session, Contact, _COLUMNS, rows, same, unique=("person_id",))


def _keep_details(session: Session, meant: Sequence[Meant], known: set[int], target: Target, tally: Tally) -> None:
    """Keep the other columns: of each person the first row of the file, in place of an earlier file's."""
    details = {
        person.id: row.details for row, person in meant if row.details and tally.people.line_of(person.id) == row.line
    }
    if details:
        campaign = target.campaign
        list_imports.replace_details(session, campaign.organisation_id, campaign.id or 0, details, known)


def _read_news(session: Session, saying: Sequence[Meant], screened: Sequence[Screened], target: Target) -> _News:
    """What the rows prove that is not on record yet."""
    organisation_id = target.campaign.organisation_id
    recorder = Recorder(session, organisation_id, target.campaign.principal, target.at)
    lines = {
        (person.id, one.number): row.line_kind for row, person in saying if row.is_line_said for one in row.numbers
    }
    misnamed = list_imports.numbers_with_another_line(session, lines)
    proved = recorder.read((person.id, row.proofs) for row, person in saying) | {one.person_id for one in misnamed}
    return _News(screenings.read_news(session, organisation_id, screened), recorder, lines, misnamed, proved)


def _read_stops(
    session: Session, saying: Sequence[Meant], of_refused: Sequence[Told], target: Target, decisions: FirstDecisions
) -> StopRecorder:
    """What the rows say against calls that is not on record yet."""
    campaign = target.campaign
    stops = StopRecorder(session, campaign.organisation_id, campaign.principal, target.source, target.at)
    stops.read(
        [
            *(
                Told(person.id, row.all_numbers, decisions.bars_of(row), row.proofs.settled)
                for row, person in saying
                if row.proofs.bars or row.proofs.settled
            ),
            *of_refused,
        ]
    )
    return stops


def _about(news: _News, stops: StopRecorder, alone: Alone, told: Iterable[Told]) -> tuple[set[str], set[int]]:
    """The numbers and people whose contacts are decided again. One row that stands alone has said it all."""
    numbers, persons = stops.touched()
    of_stops = alone.without(told)
    numbers = (numbers - of_stops.numbers) | ({one.number for one in news.screened} - alone.numbers)
    return numbers, (persons - of_stops.persons) | stops.held_persons | stops.freed | news.persons


def _give_numbers(touched: Iterable[Contact], meant: Iterable[Meant]) -> list[Contact]:
    """Give contacts whose people had no number left a new one. Returns those contacts."""
    numbers = {person.id: person.number for _, person in meant if person.new_numbers}
    revived = [one for one in touched if one.number is None and numbers.get(one.person_id)]
    for contact in revived:
        contact.number = numbers[contact.person_id]
    return revived


def _note(tally: Tally, campaign_id: int, decided: Iterable[Decided[Contact]]) -> None:
    """Keep the decisions on contacts of the campaign whose people are in the file."""
    for one in decided:
        contact = one.contact
        if contact.campaign_id == campaign_id and not contact.finished_at and tally.people.line_of(contact.person_id):
            is_held = one.decision.verdict is Verdict.HELD
            tally.people.answer(contact.person_id, (one.decision.verdict, one.decision.missing if is_held else ()))


def _is_first(row: ContactRow, person: KnownPerson, there: set[int], tally: Tally) -> bool:
    """Whether the row adds its person to the campaign; if not, count what it repeats."""
    if earlier := tally.people.meet(person.id, row.line, row.folded_name):
        tally.again += 1
        if not tally.people.is_of_name(person.id, row.folded_name):
            says = _SAME_REFERENCE.says(line=earlier)
            tally.remarks.add([RowFault(row.line, says, (row.reference, row.name))])
        return False
    if person.id in there:
        tally.known += 1
        return False
    return True


def _move(session: Session, standing: Sequence[Contact], target: Target, at: datetime) -> list[Contact]:
    """Move contacts to this list if what it says of them is better. Returns those moved."""
    if not (target.is_basis_given or target.is_source_given) or not standing:
        return []
    lists = stored.lists(session, {contact.list_id for contact in standing})
    moving = [contact for contact in standing if is_better(target, lists[contact.list_id])]
    if moving:
        list_id = stored_list_id(session, target)
        for contact in moving:
            session.add(
                ListMove(
                    organisation_id=contact.organisation_id,
                    contact_id=contact.id or 0,
                    list_id=contact.list_id,
                    until=at,
                )
            )
            contact.list_id = list_id
        session.flush()
    return moving
