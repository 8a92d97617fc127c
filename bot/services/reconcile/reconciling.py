"""Lays a file of call records beside the attempts: what either side lacks, and how the calls were made.

The file is read to its end before anything is written, its calls wait in a spool, and each part of the numbers is one
transaction. A file that is read again, or that overlaps an earlier one, adds nothing twice: each call is known by its
key and by its time.
"""

import csv
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path

from sqlmodel import Session

from bot.services.answers.reconciliation import CallFound, PersonRung, Reconciled
from bot.services.audit.lines import people_rung
from bot.services.campaigns import home_country, organisation_and_campaign
from bot.services.deps import Deps, part_again_if_lost
from bot.services.erased_numbers import all_as_recorded
from bot.services.errors import FileRefused
from bot.services.files.row_faults import Progress, RowFaults, RowsRead
from bot.services.files.spreadsheet_cells import inert
from bot.services.files.write_pace import Pace
from bot.services.numbers.parsing import mask
from bot.services.reconcile.call_file import INSIDE, OUT, Call, CallFile, Order, open_calls
from bot.services.reconcile.matching import TOLERANCE, AgentNames, Skew
from bot.services.reconcile.part import WITHOUT_CALL, Numbers, Reading, attempts_near, moment, reconcile_part, rung_on
from bot.services.reconcile.spool import Ours, Spool, open_spool
from storage.database.database_files import open_private
from storage.models import Agent
from storage.phone import calls as phone_calls
from storage.phone import findings as phone_findings
from storage.phone.findings import CallAgainst
from storage.queries import agents, setup

MOST_NUMBERS = 500  # in one transaction
MOST_TOGETHER = 500  # numbers that are judged together; more of them share a number that nobody answers for
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

    A dry run does the same, and undoes it. `progress`: rows read, of how many; then numbers. Raises FileRefused,
    NotEnrolled.
    """
    organisation_id, _ = organisation_and_campaign(deps, "")
    file = open_calls(replace(order, country=order.country or home_country(deps)))
    with deps.unit_of_work(is_read_only=True) as uow:
        every = setup.agents(uow.session, organisation_id)
    names, rules = AgentNames(every), deps.rulebook()
    reading = Reading(deps, organisation_id, file.system.key, names, rules, tolerance, is_dry_run)
    with open_spool() as spool:
        run = _Run(deps.clock(), file, reading, spool, progress)
        run.read()
        run.match_all()
        run.let_leads_hear()
        run.find_without_call(every)
        return run.report()


@dataclass(slots=True)
class _Run:
    began: datetime
    file: CallFile
    reading: Reading
    spool: Spool
    progress: Progress | None
    faults: RowFaults = field(init=False)
    skew: int | None = None  # seconds by which the phone system's clock is ahead
    counts: Counter[str] = field(default_factory=Counter)  # by the names of `Reconciled`

    def read(self) -> None:
        """Read the file to its end, and find its numbers on record, and by how much its clock differs."""
        read = RowsRead(self.file.read(), self.file.table.rows, self.progress)
        self.spool.add(self._outside(read))
        self.faults, table = read.faults, self.file.table
        if read.done and len(read.faults) == read.done:
            first = read.faults[0]
            raise FileRefused(f"{table.name}: no row can be read as a call. Correct line {first.line}: {first.reason}.")
        self.spool.sort()
        span = self.spool.span()
        self._keep_ours()
        self.skew = self._find_skew()
        ahead = self.skew or 0
        calls = None if span is None else (moment(span[0] - ahead), moment(span[1] - ahead))
        self.reading = replace(self.reading, ahead=float(ahead), calls=calls)

    def _outside(self, calls: Iterable[Call]) -> Iterator[Call]:
        for call in calls:
            if call.direction == INSIDE or not call.number:
                self.counts["inside"] += 1
            else:
                self.counts["twice"] += call.second != call.start
                yield call

    def _beat(self) -> None:
        """Say that the work goes on, where nothing is counted: whoever watches it would take it for dead."""
        if self.progress:
            self.progress(self.file.table.rows, self.file.table.rows)

    def _keep_ours(self) -> None:
        """Find the numbers on record, among them those known by their hash alone."""
        organisation_id = self.reading.organisation_id
        for numbers in self.spool.numbers():
            self._beat()
            with self.reading.deps.unit_of_work(is_read_only=True) as uow:
                recorded = all_as_recorded(uow.session, organisation_id, numbers)
                found = phone_calls.numbers_on_record(uow.session, organisation_id, set(recorded.values()))
                persons = phone_calls.persons_of(uow.session, organisation_id, found)
            ours = {recorded[number]: number for number in numbers if recorded[number] in found}
            self.spool.keep(Ours(number, as_recorded, number) for as_recorded, number in ours.items())
            self.spool.keep_persons((ours[as_recorded], person_id) for as_recorded, person_id in persons)
        self.spool.join_persons()

    def _find_skew(self) -> int | None:
        """How far the phone system's clock is ahead. Raises FileRefused if it must stand in another time zone."""
        skew = Skew()
        for part in self._parts(lambda: MOST_NUMBERS):
            self._beat()
            rung = rung_on(self.reading, part)
            with self.reading.deps.unit_of_work(is_read_only=True) as uow:
                attempts = attempts_near(uow.session, self.reading, rung)
            for number, calls in rung.items():
                agents_own = [one for one in attempts[number] if one.found_at is None]
                skew.add([one for one in calls if one.direction == OUT], agents_own)
        found = skew.median()
        if found is not None and abs(found) > MOST_SKEW.total_seconds():
            way = "later" if found > 0 else "earlier"
            raise FileRefused(
                f"{self.file.table.name}: its calls are {abs(found) // 60} minutes {way} than the attempts they "
                "belong to. Its times are of another time zone: say which, such as --timezone Europe/London or "
                "--timezone UTC.",
                OTHER_CLOCK,
                found // 60 if found > 0 else -(-found // 60),
            )
        return found

    def _parts(self, size: Callable[[], int]) -> Iterator[Numbers]:
        """The calls of `size` numbers at a time. All that is judged together is in one part: a dry run keeps nothing
        for the next."""
        part: list[tuple[Ours, list[Call]]] = []
        for one in self.spool.calls_of_ours():
            is_next = not part or one[0].judged_with != part[-1][0].judged_with
            if len(part) >= size() and (is_next or len(part) >= MOST_TOGETHER):
                yield part
                part = []
            part.append(one)
        if part:
            yield part

    def match_all(self) -> None:
        """Match every call, a part in each transaction."""
        done, (total, _) = 0, self.spool.by_record()
        pace = Pace(self.reading.deps, MOST_NUMBERS, is_undone=self.reading.is_dry_run)
        for part in self._parts(lambda: pace.size):
            counts, matched = part_again_if_lost(self._match)(part, pace)
            self.counts.update(counts)
            self.spool.keep_matched(matched)
            done += sum(len(calls) for _, calls in part)
            if self.progress:
                self.progress(done, total)

    def _match(self, part: Numbers, pace: Pace) -> tuple[Counter[str], list[int]]:
        with pace.turn(len(part)) as uow:
            found = reconcile_part(uow.session, self.reading, part)
            if self.reading.is_dry_run:
                uow.roll_back()
        return found

    def let_leads_hear(self) -> None:
        """The file was read: what rules forbade is told at once."""
        file = self.reading.file
        if file is None:
            return
        with self.reading.deps.unit_of_work() as uow:
            phone_calls.forbidden_due(uow.session, self.reading.organisation_id, file, self.reading.deps.clock())

    def find_without_call(self, every: Iterable[Agent]) -> None:
        """Find attempts in the time of the file without a call in it: of the agents it names, else of all.

        An attempt opened just before the file ends may have its call after it.
        """
        if self.reading.calls is None:
            return
        named = {found for one in self.spool.agents() if (found := self.reading.agents.find(one)) is not None}
        agents = named or {one.id or 0 for one in every}
        first, last = self.reading.calls
        until = last - self.reading.tolerance
        ids = [0]
        while ids:
            with self.reading.deps.unit_of_work(is_read_only=True) as uow:
                ids = list(phone_calls.without_call(uow.session, agents, first, until, ids[-1], MOST_NUMBERS))
            self.counts[WITHOUT_CALL] += part_again_if_lost(self._keep)(self.spool.unmatched(ids)) if ids else 0

    def _keep(self, attempt_ids: list[int]) -> int:
        at, organisation_id = self.reading.deps.clock(), self.reading.organisation_id
        with self.reading.deps.unit_of_work() as uow:
            kept = [
                phone_calls.keep_finding(uow.session, organisation_id, one, WITHOUT_CALL, at) for one in attempt_ids
            ]
            if self.reading.is_dry_run:
                uow.roll_back()
        return sum(kept)

    def report(self) -> Reconciled:
        """What came of it; from now on the file counts as read."""
        reading, file, calls = self.reading, self.file, self.reading.calls
        said = self.spool.agents()
        unknown = sorted(one for one in said if reading.agents.find(one) is None)
        since, until = calls or (None, None)
        people, people_count = self._keep_read()
        return Reconciled(
            name=file.table.name,
            system=file.system.name,
            is_dry_run=reading.is_dry_run,
            rows=file.table.rows,
            since=since,
            until=until,
            **self.counts,
            strangers=self.spool.by_record()[1],
            skew_seconds=self.skew,
            known_agents=len(said) - len(unknown),
            unknown_agents=tuple(unknown[:_MOST_NAMED]),
            unknown_count=len(unknown),
            zone=file.timezone if file.lacks_zone() else "",
            faults=tuple(self.faults[:_MOST_FAULTS]),
            fault_count=len(self.faults),
            heading=file.table.first.cells if file.table.columns.is_heading else (),
            people=people,
            people_count=people_count,
            unread_sheets=file.table.unread_sheets,
        )

    def _keep_read(self) -> tuple[tuple[PersonRung, ...], int]:
        """Keep that the file was read. Returns the people rung against the rules, and how many there are."""
        reading = self.reading
        if reading.calls is None or reading.is_dry_run:
            return (), 0
        deps, ours, calls = reading.deps, reading.organisation_id, reading.calls
        with deps.unit_of_work() as uow:
            phone_findings.keep_read(uow.session, ours, reading.system, calls, deps.clock(), self.skew)
        return people_against(deps, ours, None, calls, self.began)


_AT_ONCE = 1_000
MOST_PEOPLE = 5  # named
_AROUND = timedelta(minutes=3)  # an attempt is opened before its call, and a file knows only calls


def findings_about(
    deps: Deps, organisation_id: int, teams: Collection[int] | None, calls: tuple[datetime, datetime]
) -> Iterator[CallFound]:
    """Findings about calls from the first to the last, then the calls in.

    `teams`: only those about their agents, and calls in from contacts of their campaigns; None: all.
    """
    span = (calls[0] - _AROUND, calls[1] + _AROUND)
    with deps.unit_of_work(is_read_only=True) as uow:
        campaigns = None if teams is None else [one.id or 0 for one in agents.campaigns_of_teams(uow.session, teams)]
    for query, of_whom in ((phone_findings.findings_of, teams), (phone_findings.calls_in_of, campaigns)):
        after: int | None = 0
        while after is not None:
            with deps.unit_of_work(is_read_only=True) as uow:
                rows = query(uow.session, organisation_id, span, of_whom, after, _AT_ONCE)
            yield from (one._replace(number=mask(one.number)) for one in rows)
            after = rows[-1].row_id if rows else None


def write_findings(
    found: Iterable[CallFound], path: Path, heading: Sequence[str], say: Callable[[CallFound], Sequence[str]]
) -> int:
    """Write a line for each finding. `say`: its cells. Returns how many; with none there is no file.

    Only its owner may read it. The byte order mark makes a spreadsheet read it as UTF-8.
    """
    rows = iter(found)
    first = next(rows, None)
    if first is None:
        return 0
    written = 0
    with open(path, "w", encoding="utf-8-sig", newline="", opener=open_private) as out:
        writer = csv.writer(out)
        writer.writerow(heading)
        for one in chain((first,), rows):
            writer.writerow(map(inert, say(one)))
            written += 1
    return written


def people_against(
    deps: Deps,
    organisation_id: int,
    teams: Collection[int] | None,
    calls: tuple[datetime, datetime],
    read_since: datetime,
) -> tuple[tuple[PersonRung, ...], int]:
    """Those most often rung, gravest wronged first, and how many there are. `teams`: by their agents; None: by anybody.

    `calls`: the file's first and last. `read_since`: when its reading began, for calls outside them that it made too
    many.
    """
    span = (calls[0] - _AROUND, calls[1] + _AROUND)
    with deps.unit_of_work(is_read_only=True) as uow:
        found = phone_findings.against_in(uow.session, organisation_id, span, teams, read_since)
        team_id = next(iter(teams)) if teams is not None and len(teams) == 1 else None
        return people_rung_by(deps, uow.session, organisation_id, found, deps.clock(), team_id)


def people_rung_by(
    deps: Deps, session: Session, organisation_id: int, calls: Sequence[CallAgainst], at: datetime, team_id: int | None
) -> tuple[tuple[PersonRung, ...], int]:
    """The same of some calls against the rules. `team_id`: whose agents made them; None: of several teams."""
    whom = Counter(one.whom for one in calls)
    most = {one for one, _ in whom.most_common(MOST_PEOPLE)}
    ids = [one.attempt_id for one in calls if one.whom in most]
    rules, choice = deps.rulebook(), deps.house_choice
    people = people_rung(session, organisation_id, ids, rules, choice, at, team_id) if ids else []
    return tuple(people[:MOST_PEOPLE]), len(whom)
