"""Opens the file of an import as a person wants it read, and keeps what they said for files with the same headings, and
of texts that may say no to calls.

Reads and decides the rows of a list while earlier rows are written, since the database leaves this process idle time.
"""

from collections import deque
from collections.abc import Generator, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from sqlmodel import Session

from bot.services.answers.lists import Meaning, RowFault
from bot.services.deps import Deps, retry_lost_turn
from bot.services.errors import FileRefused
from bot.services.files.columns import read_choices
from bot.services.files.spoken.notes import Answers, key_of_text
from bot.services.files.table import Record, SavedMapping, Table, Wishes, heading_key, open_list
from bot.services.files.values import DayOrder
from bot.services.lists.first_decisions import First, FirstDecisions
from bot.services.lists.rows import ContactRow, RefusedStop, RowReader, RowRefused
from bot.services.lists.stops import Told
from bot.services.quoting import quoted
from policy.templates.sentence import phrase, several
from storage.queries import list_imports, setup

LONGEST_NAME = 60  # of a mapping
STOP, NOTHING = "stop", "nothing"
_KEPT_AS = "notes:"  # a mapping that a person names has no colon at its end; its texts are hashes, no words
_MOST = 20_000  # texts


@dataclass(frozen=True, slots=True)
class Reading:
    """How a person wants a file read. `columns`: by heading, a word of `Meaning`; it comes before what was saved.

    `save_as`: the name under which to keep the choices for the next file with the same headings; empty: they are not.
    `answers`: of texts that may say no to calls, "stop" or "nothing"; `all_stops`: so are those without an answer. The
    import keeps both for the same texts in later files. `dates`: a `DayOrder`, for columns of dates of two readings.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    sheet: str = ""
    save_as: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    all_stops: bool = False
    dates: str = ""


AS_RECOGNISED = Reading()


def open_as_wished(deps: Deps, organisation_id: int, path: Path, reading: Reading) -> Table:
    """Open the file. Raises FileRefused; questions stay in the table."""
    chosen = read_choices(reading.columns)
    if len(reading.save_as) > LONGEST_NAME:
        raise FileRefused(f"The name of a mapping has at most {LONGEST_NAME} characters: choose a shorter one.")
    answered = keyed_answers(reading.answers)
    with deps.unit_of_work(is_read_only=True) as uow:
        saved = _saved(uow.session, organisation_id)
        before = {key: word == STOP for key, word in _words(uow.session, organisation_id).items()}
    answers = Answers({**before, **answered}, reading.all_stops)
    return open_list(
        path, Wishes(chosen, saved, reading.sheet, answers, DayOrder(reading.dates) if reading.dates else None)
    )


def save_mapping(deps: Deps, organisation_id: int, name: str, file: Table) -> None:
    """Keep what was chosen for the file's columns under a name, in place of an earlier mapping of that name."""
    columns = {file.first.cells[at]: file.columns.meanings[at].value for at in sorted(file.columns.chosen)}
    with deps.unit_of_work() as uow:
        headings = heading_key(file.first.cells)
        list_imports.keep_mapping(uow.session, organisation_id, name, columns, deps.clock(), headings)


def _saved(session: Session, organisation_id: int) -> dict[str, SavedMapping]:
    """The newest mapping for each set of headings. A meaning that this version does not know is left out."""
    known = set(Meaning)
    return {
        row.headings: SavedMapping(row.name, {one: Meaning(word) for one, word in row.columns.items() if word in known})
        for row in list_imports.mappings(session, organisation_id)
    }


def keyed_answers(answers: Mapping[str, str]) -> dict[str, bool]:
    """Whether each text is a stop, by its key. Raises FileRefused for an answer that is none."""
    for text, word in answers.items():
        if word not in (STOP, NOTHING):
            raise FileRefused(f'"{quoted(word)}" is no answer about "{quoted(text)}": say stop, or nothing.')
    return {key_of_text(text): word == STOP for text, word in answers.items()}


@retry_lost_turn
def keep_note_answers(deps: Deps, organisation_id: int, answers: Mapping[str, bool]) -> None:
    """Keep answers, by the key of a text, in place of earlier ones."""
    if not answers:
        return
    with deps.unit_of_work() as uow:
        setup.let_one_at_a_time(uow.session, organisation_id)
        said = {key: STOP if is_stop else NOTHING for key, is_stop in answers.items()}
        before = {key: word for key, word in _words(uow.session, organisation_id).items() if key not in said}
        newest = dict(list({**before, **said}.items())[-_MOST:])
        list_imports.keep_mapping(uow.session, organisation_id, _KEPT_AS, newest, deps.clock())


def _words(session: Session, organisation_id: int) -> Mapping[str, str]:
    """What was said before, by the key of a text."""
    row = list_imports.mapping_named(session, organisation_id, _KEPT_AS)
    return row.columns if row else {}


_AHEAD = 5_000  # rows
_STOP_OF_NOBODY = phrase("its stop is not kept, because the row has no number and no reference: add one of them")

Decidable = tuple[ContactRow, First]  # a row with the first decision on its contact


@dataclass(slots=True)
class Part:
    """Consecutive rows of the file. `count`: all of them, including those at fault."""

    count: int = 0
    rows: list[Decidable] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)  # why the other rows make no contact
    remarks: list[RowFault] = field(default_factory=list)
    stops: list[RefusedStop] = field(default_factory=list)  # of rows at fault
    told: list[Told] = field(default_factory=list)  # what is said besides

    @property
    def weight(self) -> int:
        """How many of the rows are written: those that make a contact or say a stop."""
        return len(self.rows) + len(self.stops)


def read_ahead(
    records: Iterator[Record], reader: RowReader, decisions: FirstDecisions, most: int
) -> Generator[Part, None, None]:
    """Every row in order, `most` to a part. Parts are read while earlier ones are worked on.

    The thread that asks must close it: the thread that reads cannot wait for itself.
    """
    thread = ThreadPoolExecutor(1, "nextcall-list")

    def coming() -> Future[Part]:
        return thread.submit(_part, islice(records, most), reader, decisions)

    try:
        parts = deque(coming() for _ in range(max(1, _AHEAD // most)))
        while (part := parts.popleft().result()).count:
            parts.append(coming())
            yield part
    finally:
        thread.shutdown(cancel_futures=True)


def _part(records: Iterator[Record], reader: RowReader, decisions: FirstDecisions) -> Part:
    part = Part()
    for record in records:
        part.count += 1
        try:
            row = reader.read(record)
        except RowRefused as refused:
            stop, reason = reader.stop_of(record), str(refused)
            if stop and (stop.numbers or stop.reference):
                part.stops.append(stop)
            elif stop:
                reason = several([reason, _STOP_OF_NOBODY])
            part.faults.append(RowFault(record.line, reason, record.cells))
            continue
        if row.remark:
            part.remarks.append(RowFault(record.line, row.remark, record.cells))
        part.rows.append((row, decisions.of(row)))
    return part
