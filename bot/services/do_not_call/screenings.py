"""Records what registers say of numbers: each result once, and only what is new."""

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, time, timedelta
from operator import attrgetter
from typing import NamedTuple

from sqlmodel import Session

from bot.services.do_not_call.registers import Register
from storage.database import bulk
from storage.models import Screening
from storage.queries import list_imports

_COLUMNS = ("register_name", "number", "obtained_at", "is_listed", "listed_on", "campaign_id")
_NOON = time(12)
EARLIEST_ZONE = timedelta(hours=14)  # Kiritimati
_which_counts = attrgetter("obtained_at", "is_listed")  # of two results, the greater


class Screened(NamedTuple):
    """What a register says of one number. `obtained_at`: what `day_of` says of its day."""

    number: str
    register: str
    obtained_at: datetime
    is_listed: bool
    listed_on: date | None = None
    campaign_id: int | None = None
    is_undated: bool = False  # listed since an unknown day: not news if the register already listed it


def read_known(session: Session, organisation_id: int, found: Iterable[Screened]) -> list[list_imports.KnownScreening]:
    """What is on record of the numbers."""
    numbers = {one.number for one in found}
    return list(list_imports.screenings_of(session, organisation_id, numbers)) if numbers else []


def read_news(session: Session, organisation_id: int, found: Collection[Screened]) -> list[Screened]:
    """The results that are not recorded yet."""
    return news_among(found, read_known(session, organisation_id, found))


def news_among(found: Iterable[Screened], known: Iterable[list_imports.KnownScreening]) -> list[Screened]:
    """The results that are not among those on record, each once."""
    recorded: set[Screened] = set()
    latest: dict[tuple[str, str], list_imports.KnownScreening] = {}
    for row in known:
        recorded.add(
            Screened(row.number, row.register_name, row.obtained_at, row.is_listed, row.listed_on, row.campaign_id)
        )
        key = (row.number, row.register_name)
        latest[key] = max(row, latest.get(key, row), key=_which_counts)
    listed = {key for key, row in latest.items() if row.is_listed}
    new = (one for one in dict.fromkeys(found) if one not in recorded)
    return [one for one in new if not (one.is_undated and (one.number, one.register) in listed)]


def count_overruled(
    found: Iterable[Screened], known: Iterable[list_imports.KnownScreening], *, is_per_campaign: bool
) -> int:
    """How many of the listed numbers a newer screening on record found clear: of two, rules go by the newer."""
    listed = {one.number: one for one in found if one.is_listed}
    latest: dict[str, list_imports.KnownScreening] = {}
    for row in known:
        one = listed.get(row.number)
        if one is None or row.register_name != one.register:
            continue
        if not is_per_campaign or row.campaign_id == one.campaign_id:
            latest[row.number] = max(row, latest.get(row.number, row), key=_which_counts)
    return sum(not row.is_listed and row.obtained_at > listed[number].obtained_at for number, row in latest.items())


def write_news(session: Session, organisation_id: int, new: Iterable[Screened], at: datetime) -> None:
    """Record them, as known from `at`."""
    rows = [
        (one.register, one.number, one.obtained_at, one.is_listed, one.listed_on, one.campaign_id)
        for one in sorted(new, key=lambda one: one.number)
    ]
    bulk.insert(session, Screening, _COLUMNS, rows, {"organisation_id": organisation_id, "recorded_at": at})


def day_of(on: date, at: datetime, register: Register) -> datetime:
    """The moment a screening of a day counts from: the day's first (UTC), the oldest it can be, and never after `at`.

    Of a register with days of issue, noon: the same date on every clock of its country, so that a copy of the day of
    issue is of that issue.
    """
    return min(datetime.combine(on, _NOON if register.published else time(), UTC), at)


def newest_day(at: datetime) -> date:
    """The latest date that it is anywhere on earth."""
    return (at + EARLIEST_ZONE).date()
