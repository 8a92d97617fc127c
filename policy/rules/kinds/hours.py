"""Allows calls only within stated hours of stated days, by the clock of every place where the person may be.

A window includes its first moment and excludes its last. A holiday, or the eve of one, has hours of its own; they can
only narrow those of its weekday. With several candidate zones the call must be within hours in each. If a law names a
clock, wherever the person is, the pack lists it in `also_on`: the call must be within hours on that clock as well.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar, Self

from policy.calendar.local_time import DAY, FOREVER, HORIZON, ZoneClock, clock_of, date_of, day_of, intersection
from policy.calendar.public_holidays import Calendar, Holidays, Timetable, Windows
from policy.rules.case import Case
from policy.rules.pack_table import WEEKDAYS, Fields, read_places
from policy.rules.rule import Bar, Calendars, OnPage, Parameters, Rule, any_within
from policy.rules.words import both, sentence, week_in_words
from policy.templates.sentence import DAY_NAMES, NAME, NOTHING, TEXT, WINDOWS, Said, either, one_of, phrase, template
from policy.vocabulary import Effect

_GROUPS = {"mon-fri": WEEKDAYS[:5], "mon-sat": WEEKDAYS[:6], "sat-sun": WEEKDAYS[5:], "every_day": WEEKDAYS}
_CLASSES = (*WEEKDAYS, *_GROUPS, "holiday", "eve_of_holiday")
_CLOCK_NAMES = {
    "America/New_York": "Eastern time",
    "Etc/GMT+6": "Central Standard Time all year",  # six hours behind UTC: the zone database reverses the sign
}

_A_HOLIDAY = "a public holiday"
NAMED_DAY = one_of(*DAY_NAMES, _A_HOLIDAY)
OUTSIDE = phrase("Outside calling hours")
NOT_KNOWN = template("Not known: {missing}", missing=TEXT)
HOLIDAYS = template("the public holidays of {place}", place=NAME)
CLOSED = template("No calls now: {why}", why=TEXT)
NONE_THERE = template("No calls on {day} there", day=NAMED_DAY)
NONE_ON_CLOCK = template("No calls on {day} on the clock of {zone}", day=NAMED_DAY, zone=NAME)
ONLY_THERE = template("On {day}, calls are allowed only from {windows} there", day=NAMED_DAY, windows=WINDOWS)
ONLY_ON_CLOCK = template(
    "On {day}, calls are allowed only from {windows} on the clock of {zone}", day=NAMED_DAY, windows=WINDOWS, zone=NAME
)


@dataclass(frozen=True, slots=True)
class Closure:
    """Days closed for a special reason, such as an emergency, in some or all places."""

    first: date
    last: date
    places: tuple[str, ...]
    why: Said


@dataclass(frozen=True, slots=True)
class Hours(Parameters):
    """Calls only within windows, by the clock of the person.

    A window includes its start and excludes its end; 00:00:00 as an end is midnight. `mon` … `sun`, `mon-fri`,
    `mon-sat`, `sat-sun`, `every_day`, `holiday`, `eve_of_holiday`; a single day wins over a group; days not given are
    closed; holiday and eve only narrow the weekday's.

    ```toml
    kind = "hours"
    calendar = "public"              # one of the pack's calendars
    windows = { mon-fri = [[10:00:00, 13:00:00], [14:00:00, 20:00:00]], holiday = [] }
    zone_policy = "all_candidates"   # default; "best": the first zone given
    also_on = ["America/New_York"]   # a clock that the law names: the call must be within hours on it as well
    closed = [{ from_on = 2026-09-01, until_on = 2026-09-05, places = ["US-LA"], why = "a state of emergency" }]
    ```
    """

    on_page: ClassVar[OnPage | None] = OnPage.HOURS
    week: tuple[Windows, ...]  # Monday first
    holiday: Windows | None = None  # None: as any day
    eve: Windows | None = None
    calendar: Calendar | None = None
    closures: tuple[Closure, ...] = ()
    best_zone_only: bool = False
    # Clocks the law names, checked beside those of the places where the person may be.
    also_on: tuple[ZoneClock, ...] = ()
    _tables: dict[object, Timetable] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def read(cls, fields: Fields, calendars: Calendars) -> Self:
        table = fields.sub("windows") or Fields({}, fields.faults, f"{fields.where}windows.")
        given = {name: table.windows(name) for name in _CLASSES if table.has(name)}
        table.done()
        week: dict[str, Windows] = dict.fromkeys(WEEKDAYS, ())
        for group, days in _GROUPS.items():
            week |= dict.fromkeys(days, given[group]) if group in given else {}
        week |= {day: given[day] for day in WEEKDAYS if day in given}
        if not given:
            fields.fault("windows", "is missing or empty; it gives the hours of each day")
        name = fields.text("calendar", "")
        if name and name not in calendars:
            fields.fault("calendar", f"no [calendar.{name}] in this pack")
        special = "holiday" in given or "eve_of_holiday" in given
        if special and not name:
            fields.fault("calendar", "is missing; the windows speak of holidays")
        return cls(
            week=tuple(week[day] for day in WEEKDAYS),
            holiday=given.get("holiday"),
            eve=given.get("eve_of_holiday"),
            calendar=calendars.get(name) if special else None,
            closures=tuple(_closures(fields)),
            best_zone_only=fields.word("zone_policy", ("all_candidates", "best"), "all_candidates") == "best",
            also_on=tuple(_clocks(fields)),
        )

    def in_words(self, _rule: Rule) -> str:
        said: str = week_in_words(self.week)
        if self.holiday is not None:
            said += _special(self.holiday, f"public holidays{_added(self.calendar)}")
        if self.eve is not None:
            said += _special(self.eve, "the eves of public holidays")
        if self.also_on:
            clocks = both([_CLOCK_NAMES.get(clock.name, f"the clock of {clock.name}") for clock in self.also_on])
            said += f"; the same hours by {clocks} as well"
        closed = "".join(f"; closed {one.first} to {one.last} ({one.why})" for one in self.closures)
        return f"{said}{closed}"

    def timetable(self, clocks: Sequence[ZoneClock], places: tuple[str, ...]) -> Timetable:
        chosen = self.clocks_among(clocks)
        if self.calendar is None and not self.closures:
            places = ()  # the same everywhere, on one clock
        key = (tuple(clock.name for clock in chosen), places)
        table = self._tables.get(key)
        if table is None:
            table = self._tables[key] = Timetable(self._closed_in(places).windows_on, self.calendar, chosen, places)
        return table

    def clocks_among(self, clocks: Sequence[ZoneClock]) -> tuple[ZoneClock, ...]:
        """Every clock on which the call must be within hours."""
        return (*(clocks[:1] if self.best_zone_only else clocks), *self.also_on)

    def _closed_in(self, places: tuple[str, ...]) -> "Hours":
        kept = tuple(one for one in self.closures if not one.places or not places or any_within(places, one.places))
        return Hours(self.week, self.holiday, self.eve, self.calendar, kept, self.best_zone_only, self.also_on)

    def windows_on(self, day: int, holidays: Holidays) -> Windows:
        """The windows of a local day, counted from 1970-01-01 (a Thursday)."""
        windows = self.week[(day + 3) % 7]
        if self.holiday is not None and day in holidays:
            windows = _narrowed(windows, self.holiday)
        if self.eve is not None and day + 1 in holidays and day not in holidays:
            windows = _narrowed(windows, self.eve)
        is_closed = self.closures and any(day_of(one.first) <= day <= day_of(one.last) for one in self.closures)
        return () if is_closed else windows

    def bars(self, rule: Rule, case: Case) -> list[Bar]:
        """Every closed span up to the horizon, for hours that begin or end within it."""
        table = self.timetable(case.clocks, case.around.places)
        effect = rule.effect or Effect.LOCK
        if table.unknown_holidays:
            missing = HOLIDAYS.says(place=table.unknown_holidays)
            return [Bar(case.now, FOREVER, Effect.HOLD, sentence(rule, NOT_KNOWN.says(missing=missing)), missing)]
        closed = table.closed(case.now, case.now + HORIZON)
        return [Bar(start, end, effect, NOTHING) for start, end in closed]

    def says_at(self, rule: Rule, case: Case) -> Said:
        """Why the moment asked about is outside hours, by the first clock on which it is."""
        table = self.timetable(case.clocks, case.around.places)
        here = self._closed_in(case.around.places)
        for clock in self.clocks_among(case.clocks):
            day, second = divmod(case.now + clock.offset(case.now), DAY)
            windows = here.windows_on(day, table.holidays)
            if not any(opens <= second < closes for opens, closes in windows):
                return sentence(rule, here._why(day, windows, table, clock))
        return sentence(rule, OUTSIDE)

    def _why(self, day: int, windows: Windows, table: Timetable, clock: ZoneClock) -> Said:
        closure = next((one for one in self.closures if one.first <= date_of(day) <= one.last), None)
        if closure is not None:
            return CLOSED.says(why=closure.why)
        name = _A_HOLIDAY if self.holiday is not None and day in table.holidays else DAY_NAMES[(day + 3) % 7]
        if clock in self.also_on and windows:
            return ONLY_ON_CLOCK.says(day=name, windows=windows, zone=clock.name)
        if clock in self.also_on:
            return NONE_ON_CLOCK.says(day=name, zone=clock.name)
        return ONLY_THERE.says(day=name, windows=windows) if windows else NONE_THERE.says(day=name)


def outside_hours(rule: Rule) -> Said:
    """What the rule says outside its hours on any day: `says_at` names the day."""
    return sentence(rule, OUTSIDE)


def _narrowed(windows: Windows, limits: Windows) -> Windows:
    return tuple(intersection(list(windows), list(limits)))


def _clocks(fields: Fields) -> Iterator[ZoneClock]:
    for name in fields.words("also_on"):
        clock = clock_of(name)
        if clock is None:
            fields.fault("also_on", f"{name} is no time zone; give one as the IANA database names it")
        else:
            yield clock


def _closures(fields: Fields) -> Iterator[Closure]:
    for one in fields.subs("closed"):
        first = one.day("from_on")
        yield Closure(first, one.day("until_on", first), read_places(one, "places"), one.said("why"))
        one.done()


def _added(calendar: Calendar | None) -> str:
    """The days that a pack adds to those of the holiday library."""
    days = calendar.days if calendar else ()
    names = both(f"{day.name}{f' ({either(day.places)})' if day.places else ''}" for day in days if day.name)
    return f" ({names} among them)" if names else ""


def _special(windows: Windows, days: str) -> str:
    return f"; on {days} {WINDOWS.write(windows)} at most" if windows else f"; never on {days}"
