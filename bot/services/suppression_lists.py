"""The house's own do-not-call list: every number of a file is stopped at once, as `/dnc` would stop it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

from sqlmodel import Session

from bot.services import effects, redecide, suppressions
from bot.services.campaigns import find, home_country, principal_named
from bot.services.deps import Deps
from bot.services.list_pace import Pace
from bot.services.number_files import NumberFile, NumberRow, open_numbers
from bot.services.results import RowFault
from bot.services.telling import tell_withdrawn
from storage.queries import compliance, contacts, list_imports

AT_ONCE = 1_000  # rows in one transaction at most


@dataclass(frozen=True, slots=True)
class SuppressionOrder:
    """A file of numbers never to be called again. Empty principal: for nobody the organisation calls for."""

    path: Path
    principal: str = ""
    reason: str = ""
    country: str = ""  # how numbers without a code are read; empty: the first campaign's


@dataclass(frozen=True, slots=True)
class SuppressionReport:
    """`contacts`: how many contacts of any list the new stops reach."""

    principal: str
    rows: int
    added: int
    known: int
    contacts: int
    callbacks_cancelled: int
    withdrawn_from: tuple[str, ...]  # Slack user ids
    faults: tuple[RowFault, ...]
    heading: tuple[str, ...]


@dataclass(slots=True)
class _Tally:
    rows: int = 0
    added: int = 0
    known: int = 0
    contacts: int = 0
    cancelled: int = 0
    withdrawn: list[str] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)


def import_list(
    deps: Deps, order: SuppressionOrder, progress: Callable[[int, int], None] | None = None
) -> SuppressionReport:
    """Stop every number of the file, and its person where exactly one is known. Imported twice, nothing changes.

    Raises FileRefused, NotEnrolled; a faulty row is part of the report.
    """
    at = deps.clock()
    organisation_id, _ = find(deps, "")
    principal = principal_named(deps, order.principal)
    file = open_numbers(order.path, order.country or home_country(deps))
    tally = _Tally()
    pace = Pace(deps, AT_ONCE)
    for numbers in _parts(file, tally, pace):
        with pace.turn() as uow:
            stops = _stops(uow.session, organisation_id, numbers, principal, order.reason)
            withdrawn = _stop(deps, uow.session, stops, at, tally)
        tally.withdrawn += tell_withdrawn(deps, withdrawn)
        if progress:
            progress(tally.rows, file.rows)
    return SuppressionReport(
        principal=principal,
        rows=file.rows,
        added=tally.added,
        known=tally.known,
        contacts=tally.contacts,
        callbacks_cancelled=tally.cancelled,
        withdrawn_from=tuple(tally.withdrawn),
        faults=tuple(tally.faults),
        heading=file.heading,
    )


def _parts(file: NumberFile, tally: _Tally, pace: Pace) -> Iterator[list[str]]:
    """The file's numbers, each once, a part at a time."""
    rows, met = file.read(), set[str]()
    while part := list(islice(rows, pace.size)):
        tally.rows += len(part)
        tally.faults += [row for row in part if isinstance(row, RowFault)]
        named = [number for row in part if isinstance(row, NumberRow) for number in row.numbers]
        new = [number for number in dict.fromkeys(named) if number not in met]
        met.update(new)
        tally.known += len(named) - len(new)
        yield new


def _stops(
    session: Session, organisation_id: int, numbers: Sequence[str], principal: str, reason: str
) -> list[effects.Stop]:
    people: dict[str, set[int]] = {}
    for one in list_imports.people_at_numbers(session, organisation_id, numbers):
        if one.is_open:
            people.setdefault(one.number, set()).add(one.person_id)
    whose = {number: next(iter(ids)) for number, ids in people.items() if len(ids) == 1}
    return [effects.Stop(organisation_id, number, whose.get(number), principal, reason) for number in numbers]


def _stop(
    deps: Deps, session: Session, stops: Sequence[effects.Stop], at: datetime, tally: _Tally
) -> tuple[redecide.Withdrawn, ...]:
    if not stops:
        return ()
    numbers = frozenset(one.number for one in stops)
    persons = frozenset(one.person_id for one in stops if one.person_id is not None)
    organisation_id = stops[0].organisation_id
    found = compliance.suppressions_on(session, organisation_id, numbers, persons)
    new = [stop for stop in stops if not suppressions.stands(found, stop, at)]
    tally.added += len(new)
    tally.known += len(stops) - len(new)
    if not new:
        return ()
    tally.cancelled += sum(effects.suppress(session, stop, None, at, None) for stop in new)
    touched = redecide.Touched(
        organisation_id,
        frozenset(one.number for one in new),
        frozenset(one.person_id for one in new if one.person_id is not None),
    )
    withdrawn = redecide.after_event(deps, session, touched, at)
    tally.contacts += len(contacts.sharing(session, organisation_id, touched.numbers, touched.persons))
    return withdrawn
