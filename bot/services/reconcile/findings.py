"""The findings about the calls of a span, for a file: everything that any call records said of them; and the people who
were rung against the rules."""

import csv
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path

from sqlmodel import Session

from bot.services.answers.reconciliation import CallFound, PersonRung
from bot.services.audit.lines import people_rung
from bot.services.deps import Deps
from bot.services.files.spreadsheet_cells import inert
from bot.services.numbers.parsing import mask
from storage.database.database_files import open_private
from storage.phone import findings as phone_findings
from storage.phone.findings import CallAgainst
from storage.queries import agents

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
            writer.writerow([inert(cell) for cell in say(one)])
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
