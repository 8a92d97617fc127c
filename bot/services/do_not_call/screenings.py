"""Screens the stored numbers against a register: those found are listed, all others clear, as of one day.

Numbers are recorded and their contacts decided in small transactions; cards of contacts no longer callable are
withdrawn. To finish an interrupted screening, start it again: it skips what is already recorded.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple

from sqlmodel import Session

from bot.services.answers.calls import Withdrawn
from bot.services.answers.lists import RowFault
from bot.services.campaigns import home_country
from bot.services.campaigns import organisation_and_campaign as find_campaign
from bot.services.deciding import refresh
from bot.services.deps import Deps
from bot.services.do_not_call import registers
from bot.services.do_not_call.register_index import ListedNumbers
from bot.services.do_not_call.registers import Register
from bot.services.errors import FileRefused
from bot.services.files import NumberRow, Pace, open_numbers
from bot.services.notices import tell_withdrawn
from bot.services.retries import part_again_if_lost
from policy.vocabulary import ContactState
from storage.database import bulk
from storage.models import Campaign, Contact, Screening
from storage.queries import contacts, list_imports, proofs, setup, status

AT_ONCE = 1_000  # numbers in one transaction, at most
_COLUMNS = ("register_name", "number", "obtained_at", "is_listed", "listed_on", "campaign_id")
EARLIEST_ZONE = timedelta(hours=14)  # Kiritimati


class Screened(NamedTuple):
    """What a register says of one number. `obtained_at`: the first moment of its day, the oldest it can be."""

    number: str
    register: str
    obtained_at: datetime
    is_listed: bool
    listed_on: date | None = None
    campaign_id: int | None = None
    is_undated: bool = False  # listed since an unknown day: not news if the register already listed it


@dataclass(frozen=True, slots=True)
class ScreeningOrder:
    """A file of the numbers found on a register, the day it was obtained, and the numbers it was compared with."""

    path: Path
    register: str
    obtained_on: date
    campaign: str = ""  # empty: every number of the organisation
    country: str = ""  # for reading numbers without a country code; empty: the campaign's
    despite_faults: bool = False  # treat the other numbers as clear although some rows are unreadable


@dataclass(frozen=True, slots=True)
class ScreeningReport:
    """The result of a screening. `listed` and `clear` count stored numbers; `strangers`, numbers of the file on no list."""

    register: str
    obtained_on: date
    campaign: str
    rows: int
    listed: int
    clear: int
    strangers: int
    is_partial: bool  # some rows were unreadable: no number was taken as clear
    is_too_old: bool  # older than the register's rule allows: what it clears stays held
    states: tuple[tuple[ContactState, int], ...]  # of the campaign's contacts, or of all contacts, afterwards
    withdrawn_from: tuple[str, ...]  # Slack user ids
    faults: tuple[RowFault, ...]
    heading: tuple[str, ...]


def screen(deps: Deps, order: ScreeningOrder, progress: Callable[[int, int], None] | None = None) -> ScreeningReport:
    """Screen every stored number, or a campaign's. Raises FileRefused, UnknownCampaign, NotEnrolled.

    If rows of the file are unreadable, only listed numbers are recorded: an incomplete file clears no number.
    """
    at = deps.clock()
    register = registers.register_named(deps.rulebook(), order.register)
    if order.obtained_on > newest_day(at):
        raise FileRefused(f"The screening date {order.obtained_on} is in the future: give the day of the screening.")
    organisation_id, campaign = find_campaign(deps, order.campaign)
    if register.is_per_campaign and campaign is None:
        raise FileRefused(f"The {register.name} needs a screening for each campaign: add --campaign.")
    file = open_numbers(order.path, order.country or (campaign.country if campaign else home_country(deps)))
    faults: list[RowFault] = []
    listed = ListedNumbers.gather(_entries(file.read(), faults))
    is_partial = bool(faults) and not order.despite_faults
    walk = _Walk(deps, register, organisation_id, campaign, order.obtained_on, listed, is_partial, at)
    done = walk.run(progress)
    return ScreeningReport(
        register=register.name,
        obtained_on=order.obtained_on,
        campaign=campaign.name if campaign else "",
        rows=file.rows,
        listed=done.listed,
        clear=done.clear,
        strangers=len(listed) - done.listed,
        is_partial=is_partial,
        is_too_old=register.max_age_days is not None and (at.date() - order.obtained_on).days > register.max_age_days,
        states=_states(deps, organisation_id, campaign, at),
        withdrawn_from=tuple(done.withdrawn),
        faults=tuple(faults),
        heading=file.heading,
    )


def _entries(rows: Iterable[NumberRow | RowFault], faults: list[RowFault]) -> Iterator[tuple[str, date | None]]:
    for row in rows:
        if isinstance(row, NumberRow):
            for number in row.numbers:
                yield number, row.listed_on
        else:
            faults.append(row)


def read_news(session: Session, organisation_id: int, found: Iterable[Screened]) -> list[Screened]:
    """The results that are not recorded yet."""
    wanted = dict.fromkeys(found)
    if not wanted:
        return []
    known: set[Screened] = set()
    latest: dict[tuple[str, str], Screening] = {}
    for row in list_imports.screenings_of(session, organisation_id, {one.number for one in wanted}):
        known.add(
            Screened(row.number, row.register_name, row.obtained_at, row.is_listed, row.listed_on, row.campaign_id)
        )
        key = (row.number, row.register_name)
        latest[key] = max(row, latest.get(key, row), key=lambda one: (one.obtained_at, one.is_listed))
    return [one for one in wanted if one not in known and not _is_old_news(one, latest.get((one.number, one.register)))]


def write_news(session: Session, organisation_id: int, new: Iterable[Screened], at: datetime) -> None:
    """Record them, as known from `at`."""
    rows = [
        (one.register, one.number, one.obtained_at, one.is_listed, one.listed_on, one.campaign_id)
        for one in sorted(new, key=lambda one: one.number)
    ]
    bulk.insert(session, Screening, _COLUMNS, rows, {"organisation_id": organisation_id, "recorded_at": at})


def _is_old_news(one: Screened, latest: Screening | None) -> bool:
    return one.is_undated and latest is not None and latest.is_listed


def day_of(on: date, at: datetime) -> datetime:
    """The moment a screening of a day counts from: the day's first (UTC), the oldest it can be, and never after `at`."""
    return min(datetime.combine(on, time(), UTC), at)


def newest_day(at: datetime) -> date:
    """The latest date that it is anywhere on earth."""
    return (at + EARLIEST_ZONE).date()


@dataclass(frozen=True, slots=True)
class _Part:
    """The committed result of one part."""

    numbers: list[str]
    listed: int = 0
    clear: int = 0
    withdrawn: tuple[Withdrawn, ...] = ()


@dataclass(slots=True)
class _Done:
    listed: int
    clear: int
    withdrawn: list[str]


@dataclass(frozen=True, slots=True)
class _Walk:
    """Walks through every stored number, a part at a time."""

    deps: Deps
    register: Register
    organisation_id: int
    campaign: Campaign | None
    on: date
    listed: ListedNumbers
    is_partial: bool
    at: datetime

    def run(self, progress: Callable[[int, int], None] | None) -> _Done:
        campaign_id = None if self.campaign is None else self.campaign.id
        meant = (self.organisation_id, campaign_id, self.register.prefixes)
        with self.deps.unit_of_work(is_read_only=True) as uow:
            of = proofs.count_numbers(uow.session, *meant)
        done, seen, last, pace = _Done(0, 0, []), 0, "", Pace(self.deps, AT_ONCE)
        while True:
            part = _screen_part(self, pace, meant, last)
            done.listed += part.listed
            done.clear += part.clear
            done.withdrawn += tell_withdrawn(self.deps, part.withdrawn)
            if not part.numbers:
                return done
            last, seen = part.numbers[-1], seen + len(part.numbers)
            if progress:
                progress(seen, of)

    def record(self, session: Session, numbers: list[str]) -> _Part:
        told = self.listed.find(numbers)
        register = zip(numbers, told.is_listed.tolist(), told.since(), strict=True)
        found = [self._found(*one) for one in register if one[1] or not self.is_partial]
        new = read_news(session, self.organisation_id, found)
        withdrawn = self._write(session, new) if new else ()
        listed = sum(one.is_listed for one in found)
        return _Part(numbers, listed, len(found) - listed, withdrawn)

    def _write(self, session: Session, new: list[Screened]) -> tuple[Withdrawn, ...]:
        """Record the news, dated once its contacts are locked: no call opens without knowing of it."""
        of = {one.number for one in new}
        ringing = contacts.contacts_sharing(session, self.organisation_id, of, (), for_update=True)
        at = self.deps.clock()
        write_news(session, self.organisation_id, new, at)
        return self._decide(session, ringing, at)

    def _decide(self, session: Session, ringing: Sequence[Contact], at: datetime) -> tuple[Withdrawn, ...]:
        """Decide the contacts: those without an owner in bulk, since they have no reminders; the others one by one."""
        owned = frozenset(one.number for one in ringing if one.owner_id is not None and one.number is not None)
        free = [one for one in ringing if one.number not in owned]
        _, withdrawn = refresh.refresh_and_withdraw(self.deps, session, free, at)
        if not owned:
            return withdrawn
        touched = refresh.Touched(self.organisation_id, owned, frozenset())
        return (*withdrawn, *refresh.redecide_touched(self.deps, session, touched, at))

    def _found(self, number: str, is_listed: bool, since: date | None) -> Screened:
        campaign_id = None if self.campaign is None else self.campaign.id
        if since is not None and since > self.on:
            since = None  # no entry is newer than its file: it bars calls as if it were old
        return Screened(number, self.register.key, day_of(self.on, self.at), is_listed, since, campaign_id)


@part_again_if_lost
def _screen_part(walk: _Walk, pace: Pace, meant: tuple[int, int | None, tuple[str, ...]], last: str) -> _Part:
    """Screen one part, in one transaction."""
    with pace.turn() as uow:
        return walk.record(uow.session, proofs.numbers_after(uow.session, *meant, last, pace.size))


def _states(
    deps: Deps, organisation_id: int, campaign: Campaign | None, at: datetime
) -> tuple[tuple[ContactState, int], ...]:
    with deps.unit_of_work(is_read_only=True) as uow:
        every = [campaign] if campaign else setup.campaigns(uow.session, organisation_id)
        rows = status.by_state(uow.session, [one.id or 0 for one in every], at)
    counts = {state: sum(row.contacts for row in rows if row.state is state) for state in ContactState}
    return tuple((state, count) for state, count in counts.items() if count)
