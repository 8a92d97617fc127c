"""What the columns of call records mean: as the phone system is known, by a person's word, or by their headings. And
their times and durations: a local time that comes twice, in an autumn night, keeps both readings.

What the files of known systems look like, systems.toml says. What people said is kept for the next file with the same
headings.
"""

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from bot.services.campaigns import organisation_and_campaign
from bot.services.deps import Deps
from bot.services.errors import FileRefused
from bot.services.files.headings import key_of
from bot.services.files.looks import are_of_a_row
from bot.services.files.table import Kind, Opened, Watch, Wishes, heading_key, open_table
from bot.services.files.values import DayOrder, DayOrders, day_meant, days_in, read_moment
from bot.services.quoting import quoted, quoting
from policy.calendar.local_time import YEARS
from storage.queries import list_imports


class Field(StrEnum):
    """What a column of a call record may mean. These words name columns in `--map` too."""

    NUMBER = "number"  # of the person, whoever called
    CALLER = "caller"
    CALLEE = "callee"
    START = "start"
    DATE = "date"
    TIME = "time"
    ANSWERED = "answered"  # when; empty: not answered
    ENDED = "ended"
    RANG = "rang"  # when it began to ring
    DURATION = "duration"  # from start to end
    TALK = "talk"  # from answer to end
    RING = "ring"  # from start to answer, or to the end
    DIRECTION = "direction"
    RESULT = "result"
    AGENT = "agent"  # extension or name
    CALL = "id"
    WHOLE = "whole"  # joins the rows of one call
    SHOWN = "shown"  # the caller's number that the person saw
    INBOUND = "inbound"  # holds something only for calls in
    CONTEXT = "context"  # words of the dial plan
    WAIT = "wait"  # from the answer until an agent spoke


class Clock(StrEnum):
    """How a file writes its times."""

    LOCAL = "local"  # the phone system's clock: someone must say where it stands
    UTC = "utc"
    SECONDS = "seconds"  # since 1970, UTC
    MILLISECONDS = "milliseconds"


@dataclass(frozen=True, slots=True)
class System:
    """One layout. `marks`: headings that together tell it; `columns`: by field, the headings that hold it, best
    first."""

    key: str
    name: str
    marks: tuple[str, ...]
    columns: Mapping[Field, tuple[str, ...]]
    clock: Clock = Clock.LOCAL
    is_outbound: bool = False  # every row is a call out
    results: Mapping[str, str] = field(default_factory=dict)  # words of its own
    directions: Mapping[str, str] = field(default_factory=dict)
    is_in_minutes: bool = False  # a duration of two parts is hours:minutes
    names_callers: bool = False  # the column of the agent names who called: of a call in, somebody outside

    def places(self, keys: Mapping[str, int]) -> dict[Field, tuple[int, ...]]:
        """Where each field is. `keys`: those of a heading, with their places."""
        found = {field: tuple(keys[name] for name in names if name in keys) for field, names in self.columns.items()}
        return {field: places for field, places in found.items() if places}


@dataclass(frozen=True, slots=True)
class Bare:
    """The layout of a system's file without a heading. `shapes`: of the columns that tell it, by place."""

    system: System
    headings: tuple[str, ...]
    widths: Sequence[int]
    shapes: Mapping[int, re.Pattern[str]]

    def fits(self, cells: Sequence[str]) -> bool:
        return len(cells) in self.widths and all(one.fullmatch(cells[at].strip()) for at, one in self.shapes.items())

    def places(self, width: int) -> dict[Field, tuple[int, ...]]:
        return self.system.places({name: at for at, name in enumerate(self.headings[:width])})


def _words(said: Mapping[str, str]) -> dict[str, str]:
    return {word: meaning for meaning, words in said.items() for word in words.split()}


def _system(said: Mapping[str, Any]) -> System:
    plain = {name: value for name, value in said.items() if name != "bare"}
    read: dict[str, Any] = {kind: _words(said.get(kind, {})) for kind in ("results", "directions")}
    read["columns"] = {Field(word): tuple(headings.split()) for word, headings in said["columns"].items()}
    read |= {"marks": tuple(said["marks"].split()), "clock": Clock(said.get("clock", Clock.LOCAL))}
    return System(**(plain | read))


def _bare(system: System, said: Mapping[str, Any]) -> Bare:
    shapes = {int(at): re.compile(shape, re.IGNORECASE) for at, shape in said["shapes"].items()}
    return Bare(system, tuple(said["headings"].split()), said["widths"], shapes)


_SAID = tomllib.loads((files("bot.services.reconcile") / "systems.toml").read_text(encoding="utf-8"))
SYSTEMS: Final = tuple(map(_system, _SAID["system"]))
BARE: Final = tuple(
    _bare(one, said["bare"]) for one, said in zip(SYSTEMS, _SAID["system"], strict=True) if "bare" in said
)
DIRECTIONS: Final = _words(_SAID["directions"])
OFFSETS: Final[Mapping[str, int]] = _SAID["offsets"]
WITHHELD: Final = frozenset(_SAID["words"]["withheld"].split())
RESULTS: Final = _words(_SAID["results"])
GUESSES: Final = {word: Field(field) for word, field in _words(_SAID["guesses"]).items()}


def recognise_heading(keys: Collection[str]) -> System | None:
    """The system whose headings have these keys; None if none."""
    return next((one for one in SYSTEMS if all(mark in keys for mark in one.marks)), None)


# What a person may say of a column, in the order of the menu: the words of `--map`.
_MENU = (
    "number caller callee start date time agent direction result ring talk duration answered ended wait shown id whole"
)
CALL_COLUMNS = tuple(Field(one).value for one in _MENU.split())
_OF_CALLS_ALONE = {Field.TALK, Field.RING, Field.DIRECTION}
_OFTEN_OF_CALLS = {Field.DURATION, Field.RESULT, Field.AGENT, Field.ANSWERED, Field.ENDED, Field.CALL}
_OF_CONTACTS = {
    "name", "fullname", "firstname", "lastname", "surname", "forename", "vorname", "nachname", "company", "firma",
    "email",
}  # fmt: skip
_ENOUGH = 3
_MOMENTS = (Field.START, Field.DATE, Field.ANSWERED, Field.ENDED, Field.RANG)
_ZONE = re.compile(
    r"(?P<before>.*?)[ _]*(?:\(|\[|\b)(?P<name>(?i:UTC|GMT)|[A-Z][a-z]+/[A-Za-z_/]+)"
    r"(?P<hours>[+-]\d{1,2})?(?::?00)?[)\]]?"
)
_MOST_HEADINGS = 200
_KEPT_AS = "calls:"  # before the headings: a list with the same headings is read as lists are
CSV = System("csv", "CSV", (), {})
_NUMBERS = {Field.NUMBER, Field.CALLER, Field.CALLEE}
_TIMES = {Field.START, Field.DATE}


@dataclass(frozen=True, slots=True)
class CallColumns:
    """The columns of a row of call records. `system`: None if it is not known.

    `zones`: by column, the time zone that its heading names. `widths`: of the rows of a system without a heading.
    """

    system: System | None
    places: Mapping[Field, tuple[int, ...]]
    known: int
    zones: Mapping[int, str]
    is_heading: bool = True
    widths: Sequence[int] = ()

    def fault(self) -> str:
        return "" if self.system else "no phone system"


def open_records(
    path: Path, chosen: Mapping[str, str] | None = None, dates: DayOrder | None = None
) -> Opened[CallColumns]:
    """Open a file that may be call records. `chosen`: by heading, a word of `Field`. Raises as `open_table` does."""
    told: dict[str, Field] = {}
    for heading, word in (chosen or {}).items():
        if (said := word.strip().casefold()) not in list(Field):
            raise FileRefused(f'"{quoted(word)}" is nothing a call record says: choose one of {", ".join(Field)}.')
        told[key_of(heading)] = Field(said)
    return open_table(path, Kind(lambda cells, _: columns_of_calls(cells, told), _watch_days), Wishes(order=dates))


def _watch_days(columns: CallColumns, wishes: Wishes) -> Sequence[Watch]:
    """One program wrote all the times of a file, so one of them tells for all."""
    places = [at for of in _MOMENTS for at in columns.places.get(of, ())]
    return (DayOrders([("", places)], wishes.order, has_short_years=True),)


def columns_of_calls(cells: tuple[str, ...], told: Mapping[str, Field]) -> CallColumns:
    """What a row means as the heading of call records. `told`: by the key of a heading, what a person said."""
    keys, zones = keys_of(cells), {at: zone for at, cell in enumerate(cells) if (zone := zone_in(cell)[1])}
    system = recognise_heading(keys)
    places = {} if system is None else system.places(keys)
    if chosen := {field: (keys[key],) for key, field in told.items() if key in keys}:
        return CallColumns(system or CSV, places | chosen, len(places | chosen), zones)
    if system is None and (bare := next((one for one in BARE if one.fits(cells)), None)) is not None:
        return CallColumns(bare.system, bare.places(len(cells)), 0, {}, is_heading=False, widths=bare.widths)
    return CallColumns(
        system, places, len(places) or len(guess_columns(cells)), zones, is_heading=not are_of_a_row(cells)
    )


def keys_of(cells: Sequence[str]) -> dict[str, int]:
    """Where the headings are, by key, also without the time zone that they name."""
    found = {key_of(cell): at for at, cell in reversed([*enumerate(cells)])}
    return {key_of(zone_in(cell)[0]): at for at, cell in reversed([*enumerate(cells)])} | found


@lru_cache(maxsize=1_000)
def zone_in(heading: str) -> tuple[str, str]:
    """A heading, and the time zone that it names: "Start (UTC)". Empty: none that there is."""
    found = _ZONE.fullmatch(heading.strip())
    if found is None:
        return heading, ""
    before, name, hours = found["before"], found["name"], found["hours"]
    zone = f"Etc/GMT{'-' if hours[0] == '+' else '+'}{int(hours[1:])}" if hours else "UTC" if len(name) == 3 else name
    return (before, zone) if zone in available_timezones() else (heading, "")


def headings_to_name(found: Opened[CallColumns]) -> tuple[str, ...]:
    """The headings of a table; none if its first line is like a row, which is not to be stored."""
    cells = found.first.cells[:_MOST_HEADINGS]
    return () if are_of_a_row(cells) else cells


def columns_of(deps: Deps, path: Path) -> Mapping[str, str]:
    """By heading, what a person said of a file with these headings; nothing of a known system's. Raises FileRefused."""
    found = open_records(path)
    headings = () if found.columns.system else headings_to_name(found)
    return dict(kept_columns(deps, headings)) if headings else {}


def guess_columns(headings: Sequence[str]) -> dict[str, str]:
    """What each heading seems to mean, a word of `CALL_COLUMNS`; without those that say nothing. Each word once."""
    found: dict[str, str] = {}
    for heading in headings:
        field = GUESSES.get(key_of(heading))
        if field is not None and field.value not in found.values():
            found[heading] = field.value
    return found


def are_of_calls(headings: Sequence[str]) -> bool:
    """Whether headings look like those of call records: a time, and what calls have and contracts or people have
    not."""
    guessed = set(guess_columns(headings).values())
    alone = len(guessed & _OF_CALLS_ALONE)
    if guessed.isdisjoint(_TIMES) or (not alone and any(key_of(one) in _OF_CONTACTS for one in headings)):
        return False
    return 2 * alone + len(guessed & _OFTEN_OF_CALLS) + bool(guessed & _NUMBERS) >= _ENOUGH


def lacking(said: Collection[str]) -> Field | None:
    """What a file whose columns mean this lacks and must say: when calls started, or the number; None: nothing."""
    if _TIMES.isdisjoint(said):
        return Field.START
    return Field.NUMBER if _NUMBERS.isdisjoint(said) else None


def kept_columns(deps: Deps, headings: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """What a person said of a file with these headings; nothing if this version cannot read a file so."""
    organisation_id, _ = organisation_and_campaign(deps, "")
    with deps.unit_of_work(is_read_only=True) as uow:
        row = list_imports.mapping_named(uow.session, organisation_id, _key(headings))
        kept = {key_of(heading): word for heading, word in row.columns.items()} if row else {}
    found = {one: kept[key_of(one)] for one in headings if kept.get(key_of(one)) in CALL_COLUMNS}
    return tuple(found.items()) if lacking(found.values()) is None else ()


def keep_columns(deps: Deps, organisation_id: int, headings: Sequence[str], columns: Mapping[str, str]) -> None:
    """Keep what the columns mean for the next file with the same headings."""
    with deps.unit_of_work() as uow:
        list_imports.keep_mapping(uow.session, organisation_id, _key(headings), columns, deps.clock())


def _key(headings: Sequence[str]) -> str:
    return _KEPT_AS + heading_key(tuple(headings))


_AFTERNOON = re.compile(r"(.+?\d{1,2}):(\d\d)(?::(\d\d))? ?([AaPp])\.?[Mm]\.?")
_ABBREVIATED = re.compile(r"(?P<bare>.*\d(?: ?[AaPp]\.?[Mm]\.?)?) \(?(?P<zone>[A-Z]{3,4})\)?")
_IN_FIGURES = re.compile(r"(?:[A-Za-z]{3,9},? +)?\d{1,2}([/.-])\d{1,2}\1(?:\d{4}|\d\d),?")  # as `days_in` reads it
_YEAR_FIRST = re.compile(r"(\d{4})/(\d\d?)/(\d\d?)(?=[T ])")
_HOURS = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{1,2}(?:\.\d+)?)")
_COUNTED = re.compile(r"\d{9,14}(?:\.\d+)?")  # since 1970
_MILLISECONDS_FROM = 100_000_000_000  # read as seconds, that is the year 5138
_MIDDAY = 12

_NO_TIME = quoting('"{written}" is not a time: write it as 2026-03-02 14:30:05')
_TWO_DAYS = quoting('"{written}" can be two days: write it as 2026-03-02 14:30:05')
_NEVER = quoting('the clocks of {zone} never showed "{written}": is it the right time zone?')
_NO_LENGTH = quoting('"{written}" is no duration: write seconds, or 0:02:05')


class Moment(NamedTuple):
    """A moment in seconds since 1970, and the second reading of a local time that came twice (else the same)."""

    first: float
    second: float


class NoZone(Exception):
    """The time has no zone, and nobody has said which."""


def read_time(text: str, clock: Clock, zone: str, order: str = "") -> Moment:
    """Read a time. `zone`: the phone system's, for times that name none. `order`: a `DayOrder`, of dates that have two
    readings. Raises ValueError, NoZone."""
    if _COUNTED.fullmatch(text):
        number = float(text)
        is_fine = clock is Clock.MILLISECONDS or number >= _MILLISECONDS_FROM
        seconds = number / 1000 if is_fine else number
        if datetime.fromtimestamp(seconds, UTC).year not in YEARS:
            raise ValueError(_NO_TIME.says(written=quoted(text)))
        return Moment(seconds, seconds)
    bare, abbreviated = text, None
    if (named := _ABBREVIATED.fullmatch(text)) and named["zone"] in OFFSETS:
        bare, abbreviated = named["bare"], timezone(timedelta(hours=OFFSETS[named["zone"]]))
    found = _written(bare, order)
    if found is None or found.year not in YEARS:
        raise ValueError(_NO_TIME.says(written=quoted(text)))
    if found.tzinfo is None and (abbreviated or clock is not Clock.LOCAL):
        found = found.replace(tzinfo=abbreviated or UTC)
    if found.tzinfo is not None:
        seconds = found.timestamp()
        return Moment(seconds, seconds)
    if not zone:
        raise NoZone
    return _local(found, ZoneInfo(zone), text, zone)


def _local(found: datetime, zone: ZoneInfo, text: str, name: str) -> Moment:
    one, other = (found.replace(tzinfo=zone, fold=fold).timestamp() for fold in (0, 1))
    if other < one:  # in a spring night: no clock showed it
        raise ValueError(_NEVER.says(zone=name, written=quoted(text)))
    return Moment(one, other)


def _written(text: str, order: str) -> datetime | None:
    with suppress(ValueError):
        return datetime.fromisoformat(text)
    if text[:3].isalpha():
        with suppress(TypeError, ValueError):  # as RFC 2822 writes it: Fri, 27 Nov 2026 10:05:00 +0000
            return parsedate_to_datetime(text)
    days = days_in(text, has_short_years=True)
    on = day_meant(days, order)
    if days and on is None:
        raise ValueError(_TWO_DAYS.says(written=quoted(text)))
    if on is not None:
        text = _IN_FIGURES.sub(on.isoformat(), text, count=1)
    with suppress(ValueError):
        found = read_moment(_YEAR_FIRST.sub(r"\1-\2-\3", _afternoon(text)), order, "UTC")
        return None if found is None else found.replace(tzinfo=None)
    return None


def _afternoon(text: str) -> str:
    found = _AFTERNOON.fullmatch(text)
    if not found:
        return text
    before, minutes, seconds, half = found.groups()
    lead, hour = re.fullmatch(r"(.*?)(\d{1,2})", before).groups()  # type: ignore[union-attr]  # it ends with a digit
    hours = int(hour) % _MIDDAY + (_MIDDAY if half in "pP" else 0)
    return f"{lead}{hours:02}:{minutes}:{seconds or '00'}"


def read_seconds(text: str, *, is_in_minutes: bool = False) -> float | None:
    """Read a duration: seconds, minutes:seconds or hours:minutes:seconds. None for an empty cell. Raises ValueError.

    `is_in_minutes`: of a system that writes hours:minutes.
    """
    if not text:
        return None
    if is_in_minutes and text.count(":") == 1:
        text = f"{text}:00"
    try:
        found = float(text)
    except ValueError:
        timed = _HOURS.fullmatch(text.split(".")[0] if text.count(".") > 1 else text)
        if not timed:
            raise ValueError(_NO_LENGTH.says(written=quoted(text))) from None
        hours, minutes, seconds = timed.groups()
        found = int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds)
    if not 0 <= found <= timedelta(days=1).total_seconds():
        raise ValueError(_NO_LENGTH.says(written=quoted(text)))
    return found
