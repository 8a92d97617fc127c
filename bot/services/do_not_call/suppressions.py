"""Adds a number to do-not-call: at once, in every list and campaign of the principal it was said to; and takes that
back. Imports the organisation's own do-not-call list: stops every number of a file, as `/dnc` would."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path

from sqlmodel import Session

from bot.services.agents import name_of
from bot.services.answers.calls import StopTakenBack, Suppressed
from bot.services.answers.lists import RowFault
from bot.services.answers.people import Actor
from bot.services.answers.registers import SuppressionReport
from bot.services.blanking import blank, blank_about
from bot.services.calls import callback_changes, off_list
from bot.services.calls.recording import UNDO_FOR
from bot.services.calls.standing import is_in_force
from bot.services.calls.statements import Stop, suppress, withdraw
from bot.services.campaigns import home_country, organisation_and_campaign, principal_named
from bot.services.deciding import refresh
from bot.services.deciding.refresh import tell_withdrawn
from bot.services.deps import Deps, part_again_if_lost, retry_lost_turn
from bot.services.do_not_call.register_file import ChangeWatch
from bot.services.erased_numbers import all_as_recorded
from bot.services.errors import AlreadyGone, StopOfAnother, StopStands
from bot.services.files.bars import not_stopped
from bot.services.files.columns import Columns
from bot.services.files.number_list import NumberFile, NumberRow, open_numbers
from bot.services.files.row_faults import Progress, RowsRead
from bot.services.files.write_pace import Pace
from bot.services.numbers.parsing import mask
from bot.services.quoting import quoting
from policy.vocabulary import Verdict
from storage.errors import TurnLost
from storage.models import Suppression
from storage.queries import agents, compliance, contacts, list_imports, setup

TAKEN_BACK = "taken back by whoever recorded it"


@retry_lost_turn
def add(deps: Deps, actor: Actor, number: str, reason: str = "") -> Suppressed:
    """Stop calls to the number, and to its person if exactly one is known. Raises BadNumber. A repeat changes nothing.

    It binds the principal that the actor's team calls for and that of the actor's waiting calls to the number; if there
    are several, the whole organisation. It is recorded even if others stopped the number already.
    """
    with deps.unit_of_work() as uow:
        session = uow.session
        _let_one_at_a_time(session, actor)
        parsed = off_list.number_said(session, actor, number)
        reason, blanked = blank_about(reason, parsed)
        person_id, principal = off_list.person_at(session, actor, parsed), off_list.principal_of(session, actor, parsed)
        stop = Stop(actor.organisation_id, parsed, person_id, principal, reason, *_who_is(actor))
        touched = touched_by(stop.organisation_id, [stop])
        # Locks the contacts: a call being opened is open before this moment, or it sees the stop.
        closed = contacts.contacts_sharing(session, *touched, for_update=True)
        # Whoever has the number now must be stopped, and an erased number under its hash.
        is_erased = off_list.number_said(session, actor, number) != parsed
        if is_erased or off_list.person_at(session, actor, parsed) != stop.person_id:
            raise TurnLost("the number became another person's meanwhile, or was erased")
        at = deps.clock()
        found = compliance.suppressions_on(session, *touched)
        was_stopped, is_repeat = is_already_stopped(found, stop, at), is_said(found, stop, at)
        cancelled = 0 if is_repeat else suppress(session, stop, at)
        said = () if is_repeat else compliance.suppressions_on(session, stop.organisation_id, touched.numbers, ())
        withdrawn_from = tell_withdrawn(session, refresh.redecide_touched(deps, session, touched, at), at)
    return Suppressed(
        masked_number=mask(parsed),
        is_repeat=is_repeat,
        principal=stop.principal,
        contacts=len(closed),
        callbacks_cancelled=cancelled,
        withdrawn_from=withdrawn_from,
        was_stopped=was_stopped and not is_repeat,
        blanked=blanked,
        stop_id=next((one.id or 0 for one in said if one.since == at and _who(one) == _who_is(actor)), 0),
    )


@retry_lost_turn
def take_back(deps: Deps, actor: Actor, stop_id: int) -> StopTakenBack:
    """Take back the actor's own stop, recorded outside any call, within ten minutes, and reopen the callbacks it
    cancelled.

    What others recorded stands. Raises AlreadyGone, StopOfAnother, StopStands. A repeat changes nothing.
    """
    with deps.unit_of_work() as uow:
        session = uow.session
        _let_one_at_a_time(session, actor)
        said = compliance.suppressions_said_with(session, actor.organisation_id, stop_id)
        if not said:
            raise AlreadyGone
        if _who(said[0]) != _who_is(actor):
            raise StopOfAnother(name_of(session, said[0].recorded_by))
        numbers = [one.number for one in said if one.number]  # several once an erasure bound the person's others too
        persons = frozenset(one.person_id for one in said if one.person_id is not None)
        touched = refresh.Touched(actor.organisation_id, frozenset(numbers), persons)
        reached = contacts.contacts_sharing(session, *touched, for_update=True)
        said = compliance.suppressions_said_with(session, actor.organisation_id, stop_id)  # an admin may have ended it
        at, since = deps.clock(), said[0].since
        is_repeat = all(one.withdrawn_at is not None for one in said)
        if not is_repeat and at - since > UNDO_FOR:
            raise StopStands
        if not is_repeat:
            withdraw(said, TAKEN_BACK, at)
        changed = callback_changes.sync(session, *touched, at)
        found = compliance.suppressions_on(session, *touched)
        tell_withdrawn(session, refresh.redecide_touched(deps, session, touched, at), at)
    return StopTakenBack(
        masked_number=mask(numbers[0]),
        is_repeat=is_repeat,
        is_still_stopped=any(is_in_force(one, at) for one in found),
        contacts=len(reached),
        callbacks_reopened=len(changed.reopened),
    )


def _who_is(actor: Actor) -> tuple[int | None, str]:
    return (actor.agent_id, "") if actor.is_known else (None, actor.slack_user_id)


def _who(said: Suppression) -> tuple[int | None, str]:
    return said.recorded_by, said.told_by


def _let_one_at_a_time(session: Session, actor: Actor) -> None:
    """Serialise the actor's requests: the same request delivered twice at once is recorded once."""
    if actor.is_known:
        agents.let_one_at_a_time(session, actor.agent_id)
    else:
        setup.let_one_at_a_time(session, actor.organisation_id)


def touched_by(organisation_id: int, stops: Iterable[Stop]) -> refresh.Touched:
    """The numbers and persons whose contacts the stops reach."""
    bound = list(stops)
    persons = frozenset(one.person_id for one in bound if one.person_id is not None)
    return refresh.Touched(organisation_id, frozenset(one.number for one in bound), persons)


def is_said(found: Iterable[Suppression], stop: Stop, at: datetime) -> bool:
    """Whether the same person recorded the same stop, outside any call, in these words or with more, and without an
    end."""
    told = (stop.by, stop.told_by, None, None)
    theirs = [one for one in found if (one.recorded_by, one.told_by, one.attempt_id, one.until) == told]
    return is_already_stopped([one for one in theirs if stop.note in ("", one.note)], stop, at)


def is_already_stopped(found: Iterable[Suppression], stop: Stop, at: datetime) -> bool:
    """Whether all that this stop binds is already bound."""
    live = [one for one in found if is_in_force(one, at) and one.principal in ("", stop.principal)]
    has_number = any(one.number == stop.number and one.person_id is None for one in live)
    has_person = any(one.person_id == stop.person_id and not one.number for one in live)
    return has_number and (stop.person_id is None or has_person)


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
    reached = touched_by(what.organisation_id, stops)
    locked = contacts.contacts_sharing(session, *reached, for_update=True)
    if _stops(session, what, numbers) != stops:  # the wait may have given a number to somebody else
        raise TurnLost("a number of the list became another person's meanwhile, or was erased")
    before = {one.id: one.verdict for one in locked if one.campaign_id in what.bound and one.finished_at is None}
    at = what.deps.clock()
    found: dict[str | int | None, list[Suppression]] = defaultdict(list)  # by number, or by the person alone
    for row in compliance.suppressions_on(session, *reached):
        found[row.number if row.person_id is None else row.person_id].append(row)
    on_each = ((stop, found[stop.number] + found[stop.person_id]) for stop in stops)
    news = [(stop, on) for stop, on in on_each if not is_said(on, stop, at)]
    if not news:
        return _Tally(Counter(known=len(stops)))
    confirmed, new = sum(is_already_stopped(on, stop, at) for stop, on in news), [stop for stop, _ in news]
    cancelled = sum(suppress(session, stop, at) for stop in new)
    touched = touched_by(what.organisation_id, new)
    told = tell_withdrawn(session, refresh.redecide_touched(what.deps, session, touched, at), at)
    reach = contacts.contacts_sharing(session, *touched)
    counts = Counter(
        added=len(new) - confirmed, confirmed=confirmed, known=len(stops) - len(new), callbacks_cancelled=cancelled
    )
    counts["contacts"] = len(reach)
    return _Tally(counts, told, {one.id or 0: before[one.id] for one in reach if one.id in before})
