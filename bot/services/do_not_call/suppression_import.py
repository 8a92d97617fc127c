"""Imports the organisation's own do-not-call list: stops every number of a file, as `/dnc` would."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path

from sqlmodel import Session

from bot.services.answers.lists import RowFault
from bot.services.answers.registers import SuppressionReport
from bot.services.blanking import blank
from bot.services.calls.statements import Stop, suppress
from bot.services.campaigns import home_country, organisation_and_campaign, principal_named
from bot.services.deciding import refresh
from bot.services.deps import Deps, part_again_if_lost
from bot.services.do_not_call import suppressions
from bot.services.do_not_call.register_file import ChangeWatch
from bot.services.erased_numbers import all_as_recorded
from bot.services.files.bars import not_stopped
from bot.services.files.columns import Columns
from bot.services.files.number_list import NumberFile, NumberRow, open_numbers
from bot.services.files.row_faults import Progress, RowsRead
from bot.services.files.write_pace import Pace
from bot.services.notices import tell_withdrawn
from bot.services.quoting import quoting
from policy.vocabulary import Verdict
from storage.errors import TurnLost
from storage.queries import compliance, contacts, list_imports, setup

_NOT_STOPPED = quoting('not stopped, because "{heading}" says "{cell}": correct that cell if calls must stop')
AT_ONCE = 1_000  # rows in one transaction, at most
_MOST_FAULTS = 1_000  # in a preview
_COUNTED = ("numbers", "added", "confirmed", "known", "contacts", "callbacks_cancelled")
_FIRST_ROWS = 1_000  # in which a file of changes tells what it is


@dataclass(frozen=True, slots=True)
class SuppressionOrder:
    """A file of numbers never to be called again. Empty principal: they bind the whole organisation."""

    path: Path
    principal: str = ""
    reason: str = ""
    country: str = ""  # for reading numbers without a country code; empty: the first campaign's


@dataclass(slots=True)
class _Tally:
    """What came of one part, or of all so far. `stopped`: open contacts that new stops bind: their verdict before."""

    counts: Counter[str] = field(default_factory=Counter)
    told: tuple[str, ...] = ()
    stopped: dict[int, Verdict] = field(default_factory=dict)

    def add(self, part: "_Tally") -> None:
        self.counts.update(part.counts)
        self.told += part.told
        self.stopped |= part.stopped


@dataclass(frozen=True, slots=True)
class _Import:
    """The list, what it binds, and what came of it. `bound`: the campaigns of its principal."""

    deps: Deps
    organisation_id: int
    principal: str
    reason: str
    bound: frozenset[int | None]
    read: RowsRead[NumberRow]
    pace: Pace
    is_preview: bool
    tally: _Tally = field(default_factory=_Tally)


def import_list(
    deps: Deps, order: SuppressionOrder, progress: Progress | None = None, *, is_preview: bool = False
) -> SuppressionReport:
    """Stop every number of the file, and its person if exactly one is known. A repeat changes nothing; nor does a
    preview, of which each part is rolled back.

    Raises FileRefused, NotEnrolled; faulty rows go into the report.
    """
    organisation_id, _ = organisation_and_campaign(deps, "")
    principal = principal_named(deps, order.principal)
    with deps.unit_of_work(is_read_only=True) as uow:
        campaigns = setup.campaigns(uow.session, organisation_id)
    bound = frozenset(one.id for one in campaigns if principal in ("", one.principal))
    file = _opened(deps, order)
    rows = map(partial(_stopped, file.columns), file.read()) if file.columns else file.read()
    read, pace = RowsRead(rows, file.rows), Pace(deps, AT_ONCE, is_undone=is_preview)
    what = _Import(deps, organisation_id, principal, blank(order.reason).text, bound, read, pace, is_preview)
    for numbers in _parts(what):
        what.tally.add(_stop_part(what, numbers))
        if progress:
            progress(read.done, file.rows)
    stopped = Counter(what.tally.stopped.values())
    return SuppressionReport(
        principal=principal,
        rows=file.rows,
        **{name: what.tally.counts[name] for name in _COUNTED},
        stopped=tuple((verdict, stopped[verdict]) for verdict in Verdict if stopped[verdict]),
        withdrawn_from=what.tally.told,
        faults=tuple(read.faults[:_MOST_FAULTS] if is_preview else read.faults),
        heading=file.heading,
        unread_sheets=file.table.unread_sheets,
    )


def _stopped(columns: Columns, row: NumberRow | RowFault) -> NumberRow | RowFault:
    """The row, or a fault if one of its cells says that it stops nobody."""
    if isinstance(row, RowFault) or (said := not_stopped(columns, row.cells)) is None:
        return row
    heading, cell = said
    return RowFault(row.line, _NOT_STOPPED.says(heading=heading, cell=cell), row.cells)


def _opened(deps: Deps, order: SuppressionOrder) -> NumberFile:
    """The file. Raises FileRefused for one of changes too, before any of it is written: it also names whom to call
    again."""
    file = open_numbers(order.path, order.country or home_country(deps))
    watch = ChangeWatch(file, order.path)
    for record in islice(file.table.below(), _FIRST_ROWS):
        watch.look(record.line, record.cells)
    return file


def _parts(what: _Import) -> Iterator[list[str]]:
    """The file's numbers, each once, a part at a time."""
    met, new = set[str](), list[str]()
    for row in what.read:
        for number in row.numbers:
            if number in met:
                what.tally.counts["known"] += 1
            else:
                met.add(number)
                new.append(number)
        if len(new) >= what.pace.size:
            yield new
            new = []
    if new:
        yield new


@part_again_if_lost
def _stop_part(what: _Import, numbers: Sequence[str]) -> _Tally:
    """Stop one part, in one transaction. Stops are dated once the contacts are locked: no call opens without seeing
    them."""
    with what.pace.turn(len(numbers)) as uow:
        # One at a time: the same list imported twice at once is recorded once, and a parting ends before or begins
        # after.
        setup.let_one_at_a_time(uow.session, what.organisation_id)
        part = _stop(what, uow.session, numbers)
        part.counts["numbers"] = len(numbers)
        if what.is_preview:
            uow.roll_back()
        return part


def _stops(session: Session, what: _Import, numbers: Sequence[str]) -> list[Stop]:
    recorded = all_as_recorded(session, what.organisation_id, numbers).values()
    people: dict[str, set[int]] = {}
    for one in list_imports.people_at_numbers(session, what.organisation_id, recorded):
        if one.is_open:
            people.setdefault(one.number, set()).add(one.person_id)
    whose = {number: next(iter(ids)) for number, ids in people.items() if len(ids) == 1}
    return [Stop(what.organisation_id, number, whose.get(number), what.principal, what.reason) for number in recorded]


def _stop(what: _Import, session: Session, numbers: Sequence[str]) -> _Tally:
    stops = _stops(session, what, numbers)
    reached = suppressions.touched_by(what.organisation_id, stops)
    locked = contacts.contacts_sharing(session, *reached, for_update=True)
    if _stops(session, what, numbers) != stops:  # the wait may have given a number to somebody else
        raise TurnLost("a number of the list became another person's meanwhile, or was erased")
    before = {one.id: one.verdict for one in locked if one.campaign_id in what.bound and one.finished_at is None}
    at = what.deps.clock()
    found = suppressions.Found(compliance.suppressions_on(session, *reached))
    new = [stop for stop in stops if not suppressions.is_said(found.on(stop), stop, at)]
    if not new:
        return _Tally(Counter(known=len(stops)))
    confirmed = sum(suppressions.is_already_stopped(found.on(stop), stop, at) for stop in new)
    cancelled = sum(suppress(session, stop, at) for stop in new)
    touched = suppressions.touched_by(what.organisation_id, new)
    told = tell_withdrawn(session, refresh.redecide_touched(what.deps, session, touched, at), at)
    reach = contacts.contacts_sharing(session, *touched)
    counts = Counter(
        added=len(new) - confirmed,
        confirmed=confirmed,
        known=len(stops) - len(new),
        contacts=len(reach),
        callbacks_cancelled=cancelled,
    )
    return _Tally(counts, told, {one.id or 0: before[one.id] for one in reach if one.id in before})
