"""Says what importing a file would do, and stores nothing: what its columns mean, and who could be called.

A preview is the import, each transaction rolled back. A row of whom nothing is known, and which says nothing, is not
even written: its first decision is the answer, as it is in the import.
"""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import replace
from itertools import chain, islice

from sqlmodel import Session

from bot.services.answers.lists import NUMBERS, ListColumn, ListPreview, ListProofs, Meaning
from bot.services.deps import Deps, part_again_if_lost
from bot.services.do_not_call.registers import Register
from bot.services.files.bars import RowBar
from bot.services.files.columns import Columns
from bot.services.files.looks import may_be_number
from bot.services.files.row_faults import Progress
from bot.services.files.table import Record
from bot.services.lists import erased_rows
from bot.services.lists.batch import write
from bot.services.lists.importing import Import, ListOrder
from bot.services.lists.people import KnownPerson, People
from bot.services.lists.reading import Decidable, Part
from bot.services.lists.rows import ContactRow
from bot.services.lists.stops import Told, bars_of_numbers
from bot.services.lists.tally import Tally
from bot.services.numbers.parsing import mask
from bot.services.quoting import quoted

MOST_FAULTS = 1_000  # that are shown, of each kind
AT_ONCE = 2_000  # rows whose people are looked up together
_LONGEST = 60  # characters of a cell
_ROWS_SHOWN, _EXAMPLES = 5, 3


def preview_list(deps: Deps, order: ListOrder, progress: Progress | None = None) -> ListPreview:
    """Say what `import_contacts` with the same order would do now. Raises FileRefused, UnknownCampaign.

    While the file raises questions, only columns and first rows are told. Otherwise every row is decided: ten thousand
    new people take a second; known ones as long as an import. `progress` gets rows done and rows in all.
    """
    run = Preview(deps, order)
    shown = replace(run.shown(), country=order.country)
    if shown.questions:
        return shown
    run.begin()
    run.try_all(progress)
    report, tally = run.report(), run.tally
    return replace(
        shown,
        joins=report.joined,
        by_verdict=report.by_verdict,
        reasons=tally.reasons(),
        stated=_named(run.target.proofs, run.known),
        missing=report.missing,
        stopped=report.stopped,
        doubtful=report.doubtful,
        possible=report.possible,
        faulty=len(report.faults),
        faults=tuple(report.faults[:MOST_FAULTS]),
        remarks=tuple(report.remarks[:MOST_FAULTS]),
        duplicates=report.duplicates_in_file + report.duplicates_in_database,
        known_elsewhere=report.known_elsewhere,
        finished=tally.finished,
        has_late_stops=run.has_late_stops,
        decided_at=report.imported_at,
    )


class Preview(Import):
    """An import of which each transaction is rolled back. What earlier ones said of numbers is told again.

    What a row says of a person or number that a row thousands of lines above named is not weighed: `has_late_stops`.
    """

    is_preview = True
    has_late_stops = False

    def begin(self) -> None:
        super().begin()
        self._met = set[int]()  # a mark of each person's key
        self._barred: dict[str, set[RowBar]] = {}  # by number

    def shown(self) -> ListPreview:
        """What the file holds, before any row is decided."""
        target, file = self.target, self.file
        top = list(islice(file.below(), 200))
        return ListPreview(
            source=self.order.path.name,
            list_name=target.list_name,
            campaign=target.campaign.name,
            rows=file.rows,
            columns=_columns(file.columns, top),
            first_rows=tuple(_shown(file.columns, record.cells) for record in top[:_ROWS_SHOWN]),
            questions=file.questions,
            export=file.columns.export,
            mapping=file.mapping,
            sheet=file.sheet,
            sheets=file.sheets,
            unread_sheets=file.unread_sheets,
            stated=_named(self.order.proofs, self.known),
        )

    def try_all(self, progress: Progress | None) -> None:
        """Find the answer on every row."""
        for part in self.parts(AT_ONCE):
            with self.deps.unit_of_work(is_read_only=True) as uow:
                rows = iter(self._in_doubt(uow.session, part))
            stops = iter(part.stops)
            while some := list(islice(rows, size := self.pace.size)):
                self._try(Part(rows=list(chain(*some)), stops=list(islice(stops, size))))
            if progress:
                progress(self.tally.rows, self.file.rows)

    @part_again_if_lost
    def _try(self, batch: Part) -> None:
        """Write rows as an import does, and undo it. What it came to is counted once that is done.

        Each has a tally of its own: the next transaction gives new people the same ids.
        """
        numbers = {number for row, _ in batch.rows for number in row.all_numbers} & self._barred.keys()
        batch.told = [Told(None, (number,), tuple(self._barred[number])) for number in sorted(numbers)]
        trial = copy(self)
        trial.target, trial.tally = copy(self.target), Tally(refused=self.tally.refused)
        with self.pace.turn(batch.weight) as uow:
            write(trial, uow.session, batch)
            uow.roll_back()
        self.tally.add(trial.tally)

    def _in_doubt(self, session: Session, part: Part) -> list[list[Decidable]]:
        """The rows on which more than their place and kind of number decides, by person. The others are counted."""
        self._learn_bars(part)
        people = People(session, self.target.campaign.organisation_id, [row for row, _ in part.rows])
        meant = [(row, first, people.of(row)) for row, first in part.rows]
        erased = erased_rows.lines_known(session, self.target.campaign, part.rows, self.target.at)
        doubtful = people.with_history([person for _, _, person in meant]) | {one.person for one in people.again}
        doubtful |= {person for row, _, person in meant if row.line in erased or self._is_spoken_of(row)}
        found: dict[KnownPerson, list[Decidable]] = {}
        plain = list[KnownPerson]()
        for row, first, person in meant:
            if hash(person.key) in self._met:
                self.tally.again += 1
            elif person in doubtful:
                found.setdefault(person, []).append((row, first))
            else:
                plain.append(person)
                self.tally.settled[first.answer] += 1
        self._met.update(hash(person.key) for person in (*found, *plain))
        return list(found.values())

    def _is_spoken_of(self, row: ContactRow) -> bool:
        """Whether this row, or an earlier one, says more of the person or the numbers than who and where they are."""
        is_barred = not self._barred.keys().isdisjoint(row.all_numbers)
        return row.says_something or is_barred or bool(self.tally.refused.of(row))

    def _learn_bars(self, part: Part) -> None:
        """Remember which numbers the rows stop for everyone, those of rows at fault too."""
        self.tally.refused.learn(part.stops)
        of_rows = [(row.all_numbers, self.decisions.bars_of(row)) for row, _ in part.rows if row.proofs.bars]
        self.has_late_stops |= self.tally.rows > part.count and bool(part.stops or any(bars for _, bars in of_rows))
        said = [(one.numbers, one.bars) for one in part.stops]
        said += [(numbers, bars_of_numbers(bars)) for numbers, bars in of_rows]
        for numbers, bars in said:
            for number in numbers if bars else ():
                self._barred.setdefault(number, set()).update(bars)


def _named(proofs: ListProofs, known: Mapping[str, Register]) -> ListProofs:
    """What is stated, with the names of registers in place of their keys."""
    return replace(proofs, screened=tuple((known[key].name, on) for key, on in proofs.screened))


def _columns(columns: Columns, top: Sequence[Record]) -> tuple[ListColumn, ...]:
    return tuple(
        ListColumn(heading, meaning, _examples(at, meaning, top), at in columns.chosen)
        for at, (heading, meaning) in enumerate(zip(columns.heading, columns.meanings, strict=True))
    )


def _examples(at: int, meaning: Meaning, top: Sequence[Record]) -> tuple[str, ...]:
    cells = (record.cells[at] for record in top if at < len(record.cells))
    return tuple(dict.fromkeys(_short(cell, meaning) for cell in cells if cell.strip()))[:_EXAMPLES]


def _shown(columns: Columns, cells: tuple[str, ...]) -> tuple[str, ...]:
    padded = (*cells, *[""] * (len(columns.meanings) - len(cells)))
    return tuple(_short(cell, meaning) for cell, meaning in zip(padded, columns.meanings, strict=False))


def _short(cell: str, meaning: Meaning) -> str:
    """A cell as it may be shown: of telephone numbers in any column the last digits, days as they are, not too long."""
    text = " ".join(cell.split())
    if meaning in (*NUMBERS, Meaning.NOT_CALLED) or may_be_number(text):
        return (
            mask("".join(char for char in text if char.isdigit())) if any(map(str.isdigit, text)) else text[:_LONGEST]
        )
    return quoted(text)
