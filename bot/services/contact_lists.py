"""Import a list of contacts: every row validated, every fault reported, nobody twice in a campaign.

Rows are written in batches, each one transaction that leaves its contacts complete and decided: agents go on working
while a long import runs, and an import that was cut short is finished by starting it again, because whoever is in the
campaign already is left alone. A file that cannot be read as a list is refused before anything is written.
"""

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlmodel import Session

from bot.services.contact_rows import ContactRow, RowRefused, read_row
from bot.services.csv_columns import Columns
from bot.services.csv_files import Record, open_csv
from bot.services.deps import Deps
from bot.services.errors import FileRefused, UnknownCampaign
from bot.services.first_decisions import FirstDecisions
from bot.services.list_people import KnownPerson, People
from bot.services.list_proofs import Basis, ListProofs, save_screenings
from bot.services.places import UnknownPlace, country_code
from bot.services.results import ImportReport, RowFault
from policy.vocabulary import Verdict
from storage.models import Campaign, Contact, ContactList
from storage.queries import list_imports
from storage.queries import setup as house

BATCH = 5_000
AGAIN_AT_ONCE = 250  # contacts decided again in one transaction
NOTHING_PROVED = ListProofs()
REJECT_COLUMNS = ("Line", "Why it was not imported")


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
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    people: dict[int, ContactRow] = field(default_factory=dict)  # whom this import has met, and in which row


@dataclass(slots=True)
class _Target:
    """Where the rows go. The list itself is made with its first contact: an import that adds nobody leaves no list."""

    campaign: Campaign
    country: str
    list_name: str
    source: str
    at: datetime
    proofs: ListProofs
    listed: ContactList | None  # from an earlier import
    is_basis_new: bool  # the list was there with another basis, and its contacts must be decided again


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

    `proofs`: the basis on which these people may be called, and when the list was screened. Imported again with a new
    basis or a newer screening, a list's contacts are decided by it.

    `progress` is told rows done and rows in all. Raises FileRefused, UnknownCampaign; a faulty row is never an error but
    part of the report.
    """
    file = open_csv(path)
    target = _target(deps, campaign, country, list_name or path.stem, path.name)
    _take_proofs(target, proofs)
    tally = _Tally()
    imported_at = target.listed.imported_at if target.listed else target.at
    decisions = FirstDecisions(deps, target.campaign, target.at, target.proofs, imported_at)
    records = file.records()
    while batch := list(islice(records, BATCH)):
        rows = list(_readable(batch, file.columns, target, tally))
        with deps.unit_of_work() as uow:
            _write(uow.session, rows, target, tally, decisions)
        if progress:
            progress(tally.rows, file.rows)
    if target.is_basis_new:
        _decide_list_again(deps, target, decisions)
    return ImportReport(
        list_name=target.list_name,
        campaign=target.campaign.name,
        rows=tally.rows,
        imported=tally.imported,
        duplicates_in_file=tally.again,
        duplicates_in_database=tally.known,
        faults=tuple(tally.faults),
        by_verdict=tuple(sorted(tally.verdicts.items())),
        heading=file.heading.cells,
        remarks=tuple(tally.remarks),
        unused_columns=file.columns.unused,
        shared_numbers=tally.shared,
    )


def write_rejects(report: ImportReport, path: Path) -> None:
    """Write the faulty rows as they were, each with its line and reason, ready to be corrected and imported."""
    width = max(len(report.heading), *(len(fault.row) for fault in report.faults), 0)
    try:
        # The mark at the start makes a spreadsheet read it as UTF-8.
        with path.open("w", encoding="utf-8-sig", newline="") as out:
            writer = csv.writer(out)
            writer.writerow([*_wide(report.heading, width), *REJECT_COLUMNS])
            writer.writerows([*_wide(fault.row, width), fault.line, fault.reason] for fault in report.faults)
    except OSError as error:
        raise FileRefused(
            f"The faulty rows could not be written to {path} ({error.strerror}): name another file."
        ) from error


def _wide(cells: tuple[str, ...], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))]


def _target(deps: Deps, campaign: str, country: str, list_name: str, source: str) -> _Target:
    with deps.unit_of_work(is_read_only=True) as uow:
        organisation = house.organisation(uow.session)
        known = house.campaigns(uow.session, organisation.id or 0) if organisation else []
    wanted = campaign.strip().casefold()
    found = next((one for one in known if one.name.casefold() == wanted), None)
    if found is None:
        raise UnknownCampaign(campaign, tuple(one.name for one in known))
    try:
        code = country_code(country)[:2] if country else found.country
    except UnknownPlace as error:
        raise FileRefused(f"{error}.") from error
    with deps.unit_of_work(is_read_only=True) as uow:
        listed = list_imports.find_list(uow.session, found.id or 0, list_name)
    return _Target(found, code, list_name, source, deps.clock(), NOTHING_PROVED, listed, False)


def _take_proofs(target: _Target, given: ListProofs) -> None:
    """What is given holds; a basis that is not given again stays what it was."""
    if given.tps_screened_on and given.tps_screened_on > target.at.date():
        raise FileRefused(f"The screening of {given.tps_screened_on} lies in the future: name the day it was made.")
    before = target.listed
    if before and before.basis and given.basis is None:
        given = replace(given, basis=Basis(before.basis), is_told_of_calls=before.is_told_of_calls)
    target.proofs = given
    known = (before.basis, before.is_told_of_calls) if before else None
    target.is_basis_new = known is not None and known != (given.basis or "", given.is_told_of_calls)


def _decide_list_again(deps: Deps, target: _Target, decisions: FirstDecisions) -> None:
    last_id = 0
    while True:
        with deps.unit_of_work() as uow:
            batch = list_imports.contacts_of_list(uow.session, _list_id(uow.session, target), last_id, AGAIN_AT_ONCE)
            decisions.decide(uow.session, batch)
        if not batch:
            return
        last_id = batch[-1].id or 0


def _readable(batch: Iterable[Record], columns: Columns, target: _Target, tally: _Tally) -> Iterator[ContactRow]:
    for record in batch:
        tally.rows += 1
        try:
            row = read_row(record, columns, target.country)
        except RowRefused as refused:
            tally.faults.append(RowFault(record.line, str(refused), record.cells))
            continue
        if row.screened_on and row.screened_on > target.at.date():
            row = replace(
                row, screened_on=None, is_listed=None, remark="its screening lies in the future and is not used"
            )
        if row.remark:
            tally.remarks.append(RowFault(record.line, row.remark, record.cells))
        yield row


def _write(session: Session, rows: list[ContactRow], target: _Target, tally: _Tally, decisions: FirstDecisions) -> None:
    if not rows:
        return
    campaign_id = target.campaign.id or 0
    list_imports.let_one_import_at_a_time(session, campaign_id)
    people = People(session, target.campaign.organisation_id, rows)
    meant = [(row, people.of(row)) for row in rows]
    people.save()
    there = list_imports.people_in_campaign(session, campaign_id, {person.id for _, person in meant})
    fresh = [(row, person) for row, person in meant if _is_first(row, person, there, tally)]
    tally.shared += sum(person.shares_a_number for _, person in fresh)
    revived = list_imports.give_numbers(
        session, {person.id: person.number for _, person in meant if person.new_numbers and person.number}
    )
    known = people.with_history(person for _, person in fresh)
    listed_id = _list_id(session, target) if fresh or target.listed else 0
    told = [(one.number, decisions.screening_of(row, one.number)) for row, _ in meant for one in row.numbers]
    screened = save_screenings(session, target.campaign.organisation_id, told, target.at)
    standing = list_imports.contacts_at(session, target.campaign.organisation_id, screened)
    written = [_values(row, person, target, decisions, listed_id) for row, person in fresh]
    list_imports.insert_new(session, Contact, written)
    old = list_imports.contacts_of_people(session, campaign_id, known)
    decisions.decide(session, list({one.id: one for one in (*old, *revived, *standing)}.values()))
    tally.imported += len(fresh)
    tally.verdicts.update(values["verdict"] for values in written if values["person_id"] not in known)
    tally.verdicts.update(contact.verdict for contact in old)


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


def _list_id(session: Session, target: _Target) -> int:
    listed = target.listed
    if listed is None:
        listed = target.listed = ContactList(
            organisation_id=target.campaign.organisation_id,
            campaign_id=target.campaign.id or 0,
            name=target.list_name,
            source=target.source,
            imported_at=target.at,
        )
    listed.basis, listed.is_told_of_calls = target.proofs.basis or "", target.proofs.is_told_of_calls
    target.listed = session.merge(listed) if listed.id else listed
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
        **decisions.of(row),
    }
