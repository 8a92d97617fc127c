"""Lays a file of call records beside the attempts: what either side lacks, and how the calls were made.

The file is read to its end before anything is written, its calls wait in a spool, and each part of the numbers is one
transaction. A file that is read again, or that overlaps an earlier one, adds nothing twice: each call is known by its
key and by its time.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from bot.services.answers.reconciliation import PersonRung, Reconciled
from bot.services.campaigns import home_country, organisation_and_campaign
from bot.services.deps import Deps
from bot.services.erased_numbers import all_as_recorded
from bot.services.errors import FileRefused
from bot.services.files.row_faults import Progress, RowsRead
from bot.services.files.write_pace import Pace
from bot.services.reconcile.agents import AgentNames
from bot.services.reconcile.call_file import INSIDE, OUT, Call, CallFile, Order, open_calls
from bot.services.reconcile.matching import TOLERANCE, Skew
from bot.services.reconcile.part import (
    WITHOUT_CALL,
    Numbers,
    Reading,
    Tally,
    attempts_near,
    moment,
    reconcile_part,
    rung_by_number,
    tried,
)
from bot.services.reconcile.people import people_against
from bot.services.reconcile.ring_time import RingTimes
from bot.services.reconcile.spool import Ours, Spool, open_spool
from bot.services.retries import part_again_if_lost
from storage import phone
from storage.database.unit_of_work import UnitOfWork
from storage.queries import setup

MOST_NUMBERS = 500  # in one transaction
MOST_SKEW = timedelta(minutes=30)  # more is no clock that runs fast but another time zone
_MOST_FAULTS = 1_000
_MOST_NAMED = 20
OTHER_CLOCK = "other_clock"


def reconcile(
    deps: Deps,
    order: Order,
    progress: Progress | None = None,
    *,
    is_dry_run: bool = False,
    tolerance: timedelta = TOLERANCE,
) -> Reconciled:
    """Match a file of call records with the attempts; calls nobody recorded become attempts.

    A dry run writes nothing. `progress`: rows read, of how many; then numbers. Raises FileRefused, NotEnrolled.
    """
    began = deps.clock()
    organisation_id, _ = organisation_and_campaign(deps, "")
    file = open_calls(replace(order, country=order.country or home_country(deps)))
    with deps.unit_of_work(is_read_only=True) as uow:
        every = setup.agents(uow.session, organisation_id)
    known = AgentNames(every)
    with open_spool() as spool:
        told = _Told()
        read = RowsRead(file.read(), file.rows, progress)
        spool.add(_outside(read, told))
        if read.done and len(read.faults) == read.done:
            first = read.faults[0]
            raise FileRefused(f"{file.table.name}: no row can be read as a call. Line {first.line}: {first.reason}.")
        spool.sort()
        span = spool.span()
        beat = _beat(progress, file.rows)
        _keep_ours(deps, organisation_id, spool, beat)
        reading = Reading(deps, organisation_id, file.system.key, known, RingTimes(deps.rulebook()), tolerance)
        skew = _skew(reading, spool, file, beat)
        reading = _by_our_clock(reading, skew or 0, span)
        run = _Run(reading, spool, is_dry_run)
        counts, withdrawn = run.match_all(progress)
        run.let_leads_hear()
        said = spool.agents()
        named = {found for one in said if (found := known.find(one)) is not None}
        agents = named or {one.id or 0 for one in every}
        calls = reading.calls
        if calls is not None:
            counts[WITHOUT_CALL] += run.find_without_call(agents, calls)
        unknown = sorted(one for one in said if known.find(one) is None)
        people: tuple[PersonRung, ...] = ()
        people_count = 0
        if calls is not None and not is_dry_run:
            _keep_read(deps, organisation_id, file.system.key, calls, skew)
            people, people_count = people_against(deps, organisation_id, None, calls, began)
        return Reconciled(
            name=file.table.name,
            system=file.system.name,
            is_dry_run=is_dry_run,
            rows=file.rows,
            since=None if calls is None else calls[0],
            until=None if calls is None else calls[1],
            matched=counts["matched"],
            unrecorded=counts["unrecorded"],
            forbidden=counts["forbidden"],
            without_call=counts[WITHOUT_CALL],
            short_rings=counts["short_ring"],
            withheld=counts["withheld"],
            other_numbers=counts["other_number"],
            abandoned=counts["abandoned"],
            calls_in=counts["calls_in"],
            known=counts["known"],
            failed=counts["failed"],
            strangers=spool.strangers(),
            inside=told.inside,
            twice=told.twice,
            skew_seconds=skew,
            known_agents=len(said) - len(unknown),
            unknown_agents=tuple(unknown[:_MOST_NAMED]),
            unknown_count=len(unknown),
            zone=order.timezone if file.lacks_zone() else "",
            cards_withdrawn=0 if is_dry_run else withdrawn,
            faults=tuple(read.faults[:_MOST_FAULTS]),
            fault_count=len(read.faults),
            heading=file.table.first.cells if file.has_heading else (),
            only_records=counts[phone.ONLY_RECORDS],
            people=people,
            people_count=people_count,
            unread_sheets=file.table.unread_sheets,
        )


def _by_our_clock(reading: Reading, ahead: int, span: tuple[float, float] | None) -> Reading:
    """`ahead`: seconds by which the phone system's clock is. `span`: the first and last call by that clock."""
    calls = None if span is None else (moment(span[0] - ahead), moment(span[1] - ahead))
    return replace(reading, ahead=float(ahead), calls=calls)


@dataclass(slots=True)
class _Told:
    """How many calls were inside the firm or withheld, and how many in an hour that came twice."""

    inside: int = 0
    twice: int = 0


def _outside(calls: Iterable[Call], told: _Told) -> Iterator[Call]:
    """The calls with a number of the outside."""
    for call in calls:
        if call.direction == INSIDE or not call.number:
            told.inside += 1
        else:
            told.twice += call.second != call.start
            yield call


def _beat(progress: Progress | None, rows: int) -> Callable[[], None]:
    """Says that the work goes on, where nothing is counted: whoever watches it would take it for dead."""
    return (lambda: progress(rows, rows)) if progress else (lambda: None)


def _keep_ours(deps: Deps, organisation_id: int, spool: Spool, beat: Callable[[], None]) -> None:
    """Find the numbers on record, among them those known by their hash alone."""
    for numbers in spool.numbers():
        beat()
        with deps.unit_of_work(is_read_only=True) as uow:
            recorded = all_as_recorded(uow.session, organisation_id, numbers)
            found = phone.numbers_on_record(uow.session, organisation_id, set(recorded.values()))
        spool.keep(Ours(number, recorded[number]) for number in numbers if recorded[number] in found)


def _keep_read(
    deps: Deps, organisation_id: int, system: str, calls: tuple[datetime, datetime], skew: int | None
) -> None:
    with deps.unit_of_work() as uow:
        phone.keep_read(uow.session, organisation_id, system, calls, deps.clock(), skew)


def _parts(spool: Spool, size: Callable[[], int]) -> Iterator[Numbers]:
    numbers = spool.calls_of_ours()
    while part := list(islice(numbers, size())):
        yield part


def _skew(reading: Reading, spool: Spool, file: CallFile, beat: Callable[[], None]) -> int | None:
    """How far the phone system's clock is ahead. Raises FileRefused if it must stand in another time zone."""
    skew = Skew()
    for part in _parts(spool, lambda: MOST_NUMBERS):
        beat()
        rung = rung_by_number(reading, part)
        with reading.deps.unit_of_work(is_read_only=True) as uow:
            attempts = attempts_near(uow.session, reading, rung)
        for number, calls in rung.items():
            agents_own = [tried(one) for one in attempts[number] if one.found_at is None]
            skew.add([one for one in calls if one.direction == OUT], agents_own)
    found = skew.median()
    if found is not None and abs(found) > MOST_SKEW.total_seconds():
        way = "later" if found > 0 else "earlier"
        raise FileRefused(
            f"{file.table.name}: its calls are {abs(found) // 60} minutes {way} than the attempts they belong to. Its "
            "times are of another time zone: say which, such as --timezone Europe/London or --timezone UTC.",
            OTHER_CLOCK,
            found // 60 if found > 0 else -(-found // 60),
        )
    return found


class _Run:
    """Works through a spool."""

    def __init__(self, reading: Reading, spool: Spool, is_dry_run: bool) -> None:
        self._reading, self._spool, self._is_dry_run = reading, spool, is_dry_run
        self._pace = Pace(reading.deps, MOST_NUMBERS)

    def match_all(self, progress: Progress | None) -> tuple[Counter[str], int]:
        """Match every call. Returns the counts, and how many cards were withdrawn."""
        counts: Counter[str] = Counter()
        done, withdrawn, total = 0, 0, self._spool.of_ours
        for part in _parts(self._spool, lambda: self._pace.size):
            tally = part_again_if_lost(self._part)(part)
            counts.update(tally.counts)
            withdrawn += tally.withdrawn
            self._spool.keep_matched(tally.matched)
            done += sum(len(calls) for _, calls in part)
            if progress:
                progress(done, total)
        return counts, withdrawn

    def _part(self, part: Numbers) -> Tally:
        with self._pace.turn() as uow:
            tally = reconcile_part(uow.session, self._reading, part)
            self._end(uow)
        return tally

    def _end(self, uow: UnitOfWork) -> None:
        """A dry run does what a file would do, and undoes it."""
        if self._is_dry_run:
            uow.roll_back()

    def let_leads_hear(self) -> None:
        """The file was read: what rules forbade is told at once."""
        file = self._reading.file
        if file is None or self._is_dry_run:
            return
        with self._reading.deps.unit_of_work() as uow:
            phone.forbidden_due(uow.session, self._reading.organisation_id, file, self._reading.deps.clock())

    def find_without_call(self, agents: set[int], calls: tuple[datetime, datetime]) -> int:
        """Attempts in the time of the file without a call in it. Returns how many are new.

        An attempt opened just before the file ends may have its call after it.
        """
        first, last = calls
        until, after, found = last - self._reading.tolerance, 0, 0
        while ids := self._page(agents, first, until, after):
            after = ids[-1]
            alone = self._spool.unmatched(ids)
            found += part_again_if_lost(self._keep)(alone)
        return found

    def _page(self, agents: set[int], since: datetime, until: datetime, after: int) -> list[int]:
        with self._reading.deps.unit_of_work(is_read_only=True) as uow:
            return list(phone.without_call(uow.session, agents, since, until, after, MOST_NUMBERS))

    def _keep(self, attempt_ids: list[int]) -> int:
        at, organisation_id = self._reading.deps.clock(), self._reading.organisation_id
        with self._reading.deps.unit_of_work() as uow:
            kept = sum(phone.keep_finding(uow.session, organisation_id, one, WITHOUT_CALL, at) for one in attempt_ids)
            self._end(uow)
        return kept
