"""Imports a list of contacts: checks every row, reports every fault, and adds no person to a campaign twice.

Each batch of rows is one transaction that leaves its contacts complete and decided, so agents go on working. To finish
an interrupted import, start it again: people already in the campaign stay as they are, except for what the file newly
proves. A file that cannot be read as a list is refused before anything is written.
"""

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.services.answers.lists import NOTHING_PROVED, ImportReport, ListProofs
from bot.services.deps import Deps
from bot.services.do_not_call import registers, screenings
from bot.services.errors import FileRefused
from bot.services.files.bars import bar_questions
from bot.services.files.row_faults import Progress
from bot.services.files.table import Table
from bot.services.files.write_pace import Pace
from bot.services.lists import proofs as list_proofs
from bot.services.lists.batch import Run, write
from bot.services.lists.first_decisions import FirstDecisions
from bot.services.lists.in_use import list_terms
from bot.services.lists.proofs import Screener
from bot.services.lists.reading import (
    AS_RECOGNISED,
    Part,
    Reading,
    keep_note_answers,
    keyed_answers,
    open_as_wished,
    read_ahead,
    save_mapping,
)
from bot.services.lists.rows import RowReader
from bot.services.lists.tally import Tally, by_verdict, missing_of
from bot.services.lists.target import find_target, take_proofs

BATCH = 5_000  # rows in one transaction, at most; a row with much on record takes as long as ten others
MOST_PASSED = 2_000  # rows at fault, before progress is told


@dataclass(frozen=True, slots=True)
class ListOrder:
    """A file, the campaign that its people are to be called for, and what is true of it all.

    `country`: for reading numbers without a country code; empty: the campaign's. `list_name`: empty: the file's.
    `proofs`: the basis for calling these people, and the registers screened against, with days; importing a file again
    adds missing ones to contacts already in the campaign. `begun_at`: when an import that begins again was begun first:
    a list withdrawn since then is refused.
    """

    path: Path
    campaign: str
    country: str = ""
    list_name: str = ""
    proofs: ListProofs = NOTHING_PROVED
    reading: Reading = AS_RECOGNISED
    begun_at: datetime | None = None


def import_contacts(deps: Deps, order: ListOrder, progress: Progress | None = None) -> ImportReport:
    """Import a file into a campaign. Raises FileRefused, UnknownCampaign; faulty rows go into the report.

    A file with a question, such as what a column says of calls, is refused before anything is written; its `reading`
    answers. What columns say against calls becomes stops and holds in the transaction that writes the row.

    `progress` gets rows done and rows in all.
    """
    run, reading = Import(deps, order), order.reading
    if run.file.questions:
        raise FileRefused(f"{order.path.name}: {bar_questions(run.file.questions)}")
    run.target.begun_at = order.begun_at or run.target.at
    run.begin()
    run.keep_said(reading)
    run.write_all(progress)
    if reading.all_stops:
        stopped = dict.fromkeys(run.tally.stops.stopped_words(), True)
        keep_note_answers(deps, run.target.campaign.organisation_id, stopped)
    return run.report()


class Import(Run):
    """One file on its way into a campaign. Raises as `import_contacts` does."""

    def __init__(self, deps: Deps, order: ListOrder) -> None:
        path, self.deps, self.order = order.path, deps, order
        self.target = find_target(deps, order.campaign, order.country, order.list_name or path.stem, path.name)
        self.known = registers.known_registers(deps.rulebook())
        list_proofs.check(order.proofs, self.known, screenings.newest_day(self.target.at))
        self.file: Table = open_as_wished(deps, self.target.campaign.organisation_id, path, order.reading)

    def begin(self) -> None:
        """Prepare for the rows, once no question is open."""
        target = self.target
        take_proofs(target, self.order.proofs)
        self.is_joined = target.listed is not None
        self.tally, self.pace = Tally(), Pace(self.deps, BATCH, is_undone=self.is_preview)
        screener = Screener(self.known, target.proofs, target.campaign.id or 0, target.at)
        self.decisions = FirstDecisions(self.deps, target.campaign, target.proofs, target.listed_at, screener)

    def keep_said(self, reading: Reading) -> None:
        """Keep what a person said of the columns and of texts, for later files."""
        organisation_id = self.target.campaign.organisation_id
        if reading.save_as and self.file.columns.chosen:
            save_mapping(self.deps, organisation_id, reading.save_as, self.file)
        keep_note_answers(self.deps, organisation_id, keyed_answers(reading.answers))

    def parts(self, most: int) -> Generator[Part]:
        """The rows of the file, `most` at once, read ahead."""
        target, file = self.target, self.file
        reader = RowReader(file.columns, target.country, target.at, file.refused)
        with closing(read_ahead(file.below(), reader, self.decisions, most)) as coming:
            for part in coming:
                self.tally.take(part)
                yield part

    def write_all(self, progress: Progress | None) -> None:
        """Write every row, a batch in each transaction."""
        with closing(self.parts(self.pace.size)) as coming:
            while (batch := _next(coming, self.pace.size)) is not None:
                with self.pace.turn(batch.weight) as uow:
                    write(self, uow.session, batch)
                if self.target.listed is not None:
                    list_terms.close_due(self.deps, self.target.listed.id)
                if progress:
                    progress(self.tally.rows, self.file.rows)

    def report(self) -> ImportReport:
        tally, target, file = self.tally, self.target, self.file
        answers = tally.answers()
        return ImportReport(
            list_name=target.list_name,
            campaign=target.campaign.name,
            rows=tally.rows,
            imported=tally.imported,
            duplicates_in_file=tally.again,
            duplicates_in_database=tally.known,
            faults=tally.faults.settled(),
            by_verdict=by_verdict(answers),
            heading=file.first.cells,
            remarks=tally.remarks.settled(),
            unused_columns=file.columns.unused,
            shared_numbers=tally.shared,
            known_elsewhere=tally.elsewhere,
            missing=missing_of(answers, self.known),
            changed=tally.people.changed,
            imported_at=target.at,
            source=self.order.path.name,
            stopped=tally.stops.by_meaning(),
            doubtful=tally.stops.doubtful(),
            possible=tally.stops.possible(),
            detail_columns=tuple(name for _, name in file.columns.details),
            sheet=file.sheet,
            sheets=file.sheets,
            unread_sheets=file.unread_sheets,
            joined=self.is_joined,
        )


def _next(coming: Iterator[Part], wanted: int) -> Part | None:
    """The next rows: `wanted` that are written, unless very many others come first; None at the end of the file."""
    batch = Part()
    while batch.weight < wanted and batch.count - batch.weight < MOST_PASSED and (part := next(coming, None)):
        batch.count += part.count
        batch.rows += part.rows
        batch.stops += part.stops
    return batch if batch.count else None
