"""What a list proves beside names and numbers: the lawful basis it came with, and its screening against the TPS."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any, NamedTuple

from sqlmodel import Session

from policy import BasisFact, Event, ScreeningFact
from storage.models import Screening
from storage.queries import list_imports

_YES = frozenset(["y", "yes", "true", "1", "x", "listed", "registered", "onregister", "tps", "ctps"])
_NO = frozenset(["n", "no", "false", "0", "clear", "clean", "ok", "notlisted", "notregistered", "notonregister"])
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_MONTH_FIRST = frozenset({"US", "CA", "PH"})  # countries whose people may put the month first


class Basis(StrEnum):
    """Why the people's data may be used."""

    CONSENT = "consent"
    LEGITIMATE_INTEREST = "legitimate_interest"
    CONTRACT = "contract"


@dataclass(frozen=True, slots=True)
class ListProofs:
    """What holds for the whole list. `tps_screened_on`: every row that names no day of its own was screened then."""

    basis: Basis | None = None  # None: not said
    is_told_of_calls: bool = False  # when their numbers were collected
    tps_screened_on: date | None = None


class RowScreening(NamedTuple):
    """What a row says of its numbers and the register of its kind."""

    register: str  # tps | ctps
    obtained_at: datetime
    is_listed: bool


def read_listed(text: str) -> bool | None:
    """Whether a cell says that the number is on the register; None for nothing. ValueError for anything else."""
    key = "".join(char for char in text.casefold() if char.isalnum())
    if not key:
        return None
    if key in _YES:
        return True
    if key in _NO:
        return False
    raise ValueError(f'"{text}" is neither yes nor no')


def read_day(text: str, country: str) -> date | None:
    """A date as people of `country` write it; None for nothing. ValueError for what is none, or might be two."""
    if not text:
        return None
    if found := _ISO.fullmatch(text):
        year, month, day = (int(part) for part in found.groups())
    elif (found := _DAY_FIRST.fullmatch(text)) and country not in _MONTH_FIRST:
        day, month, year = (int(part) for part in found.groups())
    else:
        raise ValueError(f'"{text}" is not a date that can be read one way only: write it as 2026-03-02')
    try:
        return date(year, month, day)
    except ValueError as error:
        raise ValueError(f'"{text}" is not a date') from error


def screening(
    line_kind: str, is_listed: bool | None, on: date | None, proofs: ListProofs, today: date
) -> RowScreening | None:
    """The screening of a row, if its day is known. Without one it proves nothing, except that a number said to be on the
    register is taken to be on it."""
    day = on or proofs.tps_screened_on or (today if is_listed else None)
    if day is None:
        return None
    # The first moment of the day: the oldest it can be.
    at = datetime.combine(day, time(), UTC)
    return RowScreening("ctps" if line_kind == "business" else "tps", at, bool(is_listed))


def events_of(
    proofs: ListProofs, imported_at: datetime, principal: str, number: str, found: RowScreening | None
) -> tuple[Event, ...]:
    """What a decision may know from the list alone."""
    events: list[Event] = []
    if proofs.basis:
        events.append(BasisFact(imported_at, proofs.basis.value, proofs.is_told_of_calls, principal))
    if found:
        events.append(ScreeningFact(found.register, found.obtained_at, found.is_listed, None, number))
    return tuple(events)


def save_screenings(
    session: Session, organisation_id: int, found: Iterable[tuple[str, RowScreening | None]], at: datetime
) -> set[str]:
    """Put on record what is not on it yet. Answers the numbers of which something new is known."""
    wanted = dict.fromkeys((number, one) for number, one in found if one is not None)
    known = {
        (row.number, row.register_name, row.obtained_at, row.is_listed)
        for row in list_imports.screenings_of(session, organisation_id, {number for number, _ in wanted})
    }
    rows: list[dict[str, Any]] = [
        {
            "organisation_id": organisation_id,
            "register_name": one.register,
            "number": number,
            "obtained_at": one.obtained_at,
            "is_listed": one.is_listed,
            "recorded_at": at,
        }
        for number, one in wanted
        if (number, *one) not in known
    ]
    list_imports.insert_new(session, Screening, rows)
    return {row["number"] for row in rows}
