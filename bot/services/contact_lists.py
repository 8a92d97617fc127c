"""Import a list of contacts: every row validated, every fault reported, nobody twice in a campaign.

Rows are written in batches, each one transaction that leaves its contacts complete and decided: agents go on working
while a long import runs, and an import that was cut short is finished by starting it again, because whoever is in the
campaign already is left alone, but for what the file newly proves of them. A file that cannot be read as a list is refused
before anything is written.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlmodel import Session

from bot.services import campaigns, list_proofs, registers, screenings
from bot.services.contact_rows import ContactRow, RowReader, RowRefused
from bot.services.csv_files import Record, open_csv
from bot.services.decisions import Decided
from bot.services.deps import Deps
from bot.services.errors import FileRefused
from bot.services.first_decisions import FirstDecisions
from bot.services.list_people import KnownPerson, People
from bot.services.list_proofs import NOTHING_PROVED, Basis, ListProofs, Screener
from bot.services.person_proofs import Recorder
from bot.services.places import UnknownPlace, country_code
from bot.services.redecide import Withdrawn
from bot.services.registers import Register
from bot.services.results import ImportReport, Missing, RowFault
from bot.services.telling import tell_withdrawn
from policy.vocabulary import Verdict
from storage.models import Campaign, Contact, ContactList
from storage.queries import contacts as stored
from storage.queries import list_imports

BATCH = 5_000
Answer = tuple[Verdict, tuple[str, ...]]  # a verdict, and what is missing where it is held


@dataclass(slots=True)
class _Tally:
    """What has come of the file so far."""

    rows: int = 0
    imported: int = 0
    again: int = 0  # the same person as an earlier row
    known: int = 0  # in the campaign before this import
    shared: int = 0
    faults: list[RowFault] = field(default_factory=list)
    remarks: list[RowFault] = field(default_factory=list)
    people: dict[int, ContactRow] = field(default_factory=dict)  # whom this import has met, and in which row
    answers: dict[int, Answer] = field(default_factory=dict)  # by person, but for those finished in the campaign
    changed: set[int] = field(default_factory=set)

    def note(self, campaign_id: int | None, decided: Iterable[Decided]) -> None:
        """Keep the answers on people of the file in the campaign."""
        for one in decided:
            contact = one.contact
            if contact.campaign_id == campaign_id and contact.person_id in self.people and not contact.finished_at:
                is_held = one.decision.verdict is Verdict.HELD
                self.answers[contact.person_id] = (one.decision.verdict, one.decision.missing if is_held else ())


@dataclass(slots=True)
class _Target:
    """Where the rows go. The list itself is made with its first contact: an import that adds nobody leaves no list."""

    campaign: Campaign
    country: str
    list_name: str
    source: str
    at: datetime
    proofs: ListProofs
    is_basis_given: bool  # with this import; otherwise it is the one the list had
    listed: ContactList | None  # from an earlier import, on the same basis


def import_contacts(
    deps: Deps,
    path: Path,
    campaign: str,
    country: str,
    list_name: str = "",
    progress: Callable[[int, int], None] | None = None,
    proofs: ListProofs = NOTHING_PROVED,
) -> ImportReport:
    """Import a CSV file into a campaign. `country` ("" for the campaign's) is how numbers without a code are read.

    `proofs`: the basis on which these people may be called, and which registers the list was compared with, when. Imported
    again with what was missing, a file supplies it to those who are in the campaign already.

    `progress` is told rows done and rows in all. Raises FileRefused, UnknownCampaign; a faulty row is never an error but
    part of the report.
    """
    file = open_csv(path)
    target = _target(deps, campaign, country, list_name or path.stem, path.name)
    known = registers.known(deps.rulebook())
    list_proofs.check(proofs, known, screenings.newest_day(target.at))
    _take_proofs(target, proofs)
    tally = _Tally()
    screener = Screener(known, target.proofs, target.campaign.id or 0, target.at)
    imported_at = target.listed.imported_at if target.listed else target.at
    decisions = FirstDecisions(deps, target.campaign, target.proofs, imported_at, screener)
    records, reader = file.below(), RowReader(file.columns, target.country, target.at)
    while batch := list(islice(records, BATCH)):
        rows = list(_readable(batch, reader, tally))
        with deps.unit_of_work() as uow:
            withdrawn = _write(uow.session, rows, target, tally, decisions)
        tell_withdrawn(deps, withdrawn)
        if progress:
            progress(tally.rows, file.rows)
    return ImportReport(
        list_name=target.list_name,
        campaign=target.campaign.name,
        rows=tally.rows,
        imported=tally.imported,
        duplicates_in_file=tally.again,
        duplicates_in_database=tally.known,
        faults=tuple(tally.faults),
        by_verdict=tuple(sorted(Counter(verdict for verdict, _ in tally.answers.values()).items())),
        heading=file.first.cells,
        remarks=tuple(tally.remarks),
        unused_columns=file.columns.unused,
        shared_numbers=tally.shared,
        missing=_missing(tally.answers.values(), known),
        changed=len(tally.changed),
        imported_at=target.at,
        source=path.name,
    )


def _missing(answers: Iterable[Answer], known: Mapping[str, Register]) -> tuple[Missing, ...]:
    """A screening that is stale and one that was never made are one thing: both want a new one."""
    counts: Counter[tuple[str, Register | None]] = Counter()
    for what, times in Counter(one for _, missing in answers for one in missing).items():
        register = registers.wanted(known, what)
        counts["" if register else what, register] += times
    found = (
        Missing(what, times)
        if register is None
        else Missing(
            f"a screening against the {register.name}", times, register.key, register.name, register.max_age_days
        )
        for (what, register), times in counts.items()
    )
    return tuple(sorted(found, key=lambda one: (-one.contacts, one.what)))


def _target(deps: Deps, campaign: str, country: str, list_name: str, source: str) -> _Target:
    found = campaigns.named(deps, campaign)
    try:
        code = country_code(country)[:2] if country else found.country
    except UnknownPlace as error:
        raise FileRefused(f"{error}.") from error
    with deps.unit_of_work(is_read_only=True) as uow:
        listed = list_imports.find_list(uow.session, found.id or 0, list_name)
    return _Target(found, code, list_name, source, deps.clock(), NOTHING_PROVED, False, listed)


def _take_proofs(target: _Target, given: ListProofs) -> None:
    """What is given holds. A basis that is not given again stays what it was; another one makes another list, because
    what was on record before this moment must stay readable as it was."""
    before = target.listed
    target.is_basis_given = given.basis is not None
    if before and before.basis and given.basis is None:
        given = replace(given, basis=Basis(before.basis), is_told_of_calls=before.is_told_of_calls)
    target.proofs = given
    if before and (before.basis, before.is_told_of_calls) != (given.basis or "", given.is_told_of_calls):
        target.listed = None


def _readable(batch: Iterable[Record], reader: RowReader, tally: _Tally) -> Iterator[ContactRow]:
    for record in batch:
        tally.rows += 1
        try:
            row = reader.read(record)
        except RowRefused as refused:
            tally.faults.append(RowFault(record.line, str(refused), record.cells))
            continue
        if row.remark:
            tally.remarks.append(RowFault(record.line, row.remark, record.cells))
        yield row


def _write(
    session: Session, rows: list[ContactRow], target: _Target, tally: _Tally, decisions: FirstDecisions
) -> tuple[Withdrawn, ...]:
    if not rows:
        return ()
    campaign_id, organisation_id = target.campaign.id or 0, target.campaign.organisation_id
    list_imports.let_one_import_at_a_time(session, campaign_id)
    people = People(session, organisation_id, rows)
    meant = [(row, people.of(row)) for row in rows]
    people.save()
    there = list_imports.people_in_campaign(session, campaign_id, {person.id for _, person in meant})
    fresh = [(row, person) for row, person in meant if _is_first(row, person, there, tally)]
    tally.shared += sum(person.shares_a_number for _, person in fresh)
    revived = list_imports.give_numbers(
        session, {person.id: person.number for _, person in meant if person.new_numbers and person.number}
    )
    history = people.with_history(person for _, person in fresh)
    screened = screenings.save(
        session, organisation_id, [one for row, _ in meant for one in decisions.screenings_of(row)], target.at
    )
    recorder = Recorder(session, organisation_id, target.campaign.principal, target.at)
    proved = recorder.save((person.id, row.proofs) for row, person in meant) | _correct_lines(session, meant)
    listed_id = _list_id(session, target) if fresh else 0
    written = [_values(row, person, target, decisions, listed_id) for row, person in fresh]
    list_imports.insert_new(session, Contact, written)
    standing = list_imports.contacts_of_people(session, campaign_id, there)
    changed = [
        *_move(session, standing, target),
        *revived,
        *list_imports.contacts_at(session, organisation_id, screened - _told_by_one_row(meant, fresh, history)),
        *list_imports.contacts_everywhere(session, proved),
    ]
    tally.imported += len(fresh)
    tally.changed |= {one.person_id for one in changed if one.person_id in there and one.campaign_id == campaign_id}
    tally.answers.update({person.id: decisions.of(row).answer for row, person in fresh})
    tally.answers.update({one.person_id: (one.verdict, ()) for one in standing if not one.finished_at})
    wants = [one for one in standing if one.verdict is Verdict.HELD and not one.finished_at]
    known = list_imports.contacts_of_people(session, campaign_id, history)
    every = {one.id: one for one in (*changed, *known, *wants)}
    decided, withdrawn = decisions.decide(session, list(every.values()))
    tally.note(campaign_id, decided)
    return withdrawn


def _told_by_one_row(
    meant: Sequence[tuple[ContactRow, KnownPerson]], fresh: Sequence[tuple[ContactRow, KnownPerson]], history: set[int]
) -> set[str]:
    """Numbers of which all that is known stands in one row: that row has decided their one contact already."""
    times = Counter(one.number for row, _ in meant for one in row.numbers)
    new = [row for row, person in fresh if person.id not in history and not person.shares_a_number]
    return {one.number for row in new for one in row.numbers if times[one.number] == 1}


def _is_first(row: ContactRow, person: KnownPerson, there: set[int], tally: _Tally) -> bool:
    """Whether the row adds its person to the campaign; if not, it is counted for what it repeats."""
    earlier = tally.people.get(person.id)
    if earlier is not None:
        tally.again += 1
        if earlier.folded_name != row.folded_name:
            says = f"taken for the person of line {earlier.line}, who has the same reference and another name"
            tally.remarks.append(RowFault(row.line, says, (row.reference, row.name)))
        return False
    tally.people[person.id] = row
    if person.id in there:
        tally.known += 1
        return False
    return True


def _correct_lines(session: Session, meant: Sequence[tuple[ContactRow, KnownPerson]]) -> set[int]:
    """Whether a number is a business's, where a row says so. Answers the people of whom something else was believed."""
    said = {(person.id, one.number): row.line_kind for row, person in meant if row.is_line_said for one in row.numbers}
    wrong = list_imports.numbers_with_another_line(session, said) if said else []
    for number in wrong:
        number.line = said[number.person_id, number.number]
    return {number.person_id for number in wrong}


def _move(session: Session, standing: Sequence[Contact], target: _Target) -> list[Contact]:
    """Let contacts belong to this list where its basis is the better one. Answers those that moved."""
    if not target.is_basis_given or not standing:
        return []
    lists = stored.lists(session, {contact.list_id for contact in standing})
    moving = [contact for contact in standing if _is_better(target, lists[contact.list_id])]
    if moving:
        list_id = _list_id(session, target)
        for contact in moving:
            contact.list_id = list_id
        session.flush()
    return moving


def _is_better(target: _Target, before: ContactList) -> bool:
    """A basis where there was none, people told of calls who were not, or the same list on another basis."""
    if target.listed is not None and target.listed.id == before.id:
        return False
    is_told = target.proofs.is_told_of_calls
    is_other = (before.basis, before.is_told_of_calls) != (target.proofs.basis or "", is_told)
    return (
        not before.basis or (is_told and not before.is_told_of_calls) or (before.name == target.list_name and is_other)
    )


def _list_id(session: Session, target: _Target) -> int:
    if target.listed is None:
        target.listed = ContactList(
            organisation_id=target.campaign.organisation_id,
            campaign_id=target.campaign.id or 0,
            name=target.list_name,
            source=target.source,
            imported_at=target.at,
            basis=target.proofs.basis or "",
            is_told_of_calls=target.proofs.is_told_of_calls,
        )
    target.listed = session.merge(target.listed) if target.listed.id else target.listed
    session.add(target.listed)
    session.flush()
    return target.listed.id or 0


def _values(
    row: ContactRow, person: KnownPerson, target: _Target, decisions: FirstDecisions, list_id: int
) -> dict[str, Any]:
    return {
        "organisation_id": target.campaign.organisation_id,
        "campaign_id": target.campaign.id,
        "list_id": list_id,
        "person_id": person.id,
        "number": person.number,
        "name": row.name,
        "places": row.places,
        "zones": row.zones,
        "priority": target.campaign.priority if row.priority is None else row.priority,
        "finished_because": "",
        "decided_at": target.at,
        **decisions.of(row).values,
    }
