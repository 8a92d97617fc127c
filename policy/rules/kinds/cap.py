"""Limits attempts within a period, to the same number, person or matter.

A rolling span of hours counts elapsed hours back from the moment of the new call: an attempt leaves it exactly that
long after it was made. Rolling days, calendar days, weeks and months are local dates; the day of the new call is
included.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import ClassVar, Self

from policy.calendar.local_time import DAY, FOREVER, ZoneClock, covers, date_of, day_of, months_after
from policy.facts.prepared import Dial, is_usual, made_by
from policy.facts.types import AttemptFact, Key
from policy.rules.case import Case, Waiver
from policy.rules.counting import (
    ALL_DIALS,
    Counted,
    by_debt,
    counted_dials,
    counted_noun,
    free_redial_until,
    read_counted,
    read_keys,
)
from policy.rules.pack_table import WEEKDAYS, Fields
from policy.rules.rule import Bar, Calendars, OnPage, Parameters, Rule, Wakes
from policy.rules.words import FREE_REDIAL, counted_in_words, excluded_in_words, keys_in_words, noted, sentence
from policy.templates.sentence import NUMBER, SENTENCE, TEXT, WITHIN, Amount, Said, in_hours, one_of, phrase, template
from policy.vocabulary import Effect, Status

WINDOWS = ("roll_hours", "roll_days", "cal_day", "cal_week", "cal_month", "ever")

NO_CALLS = phrase("No calls at all")
TOLD_WITHIN = template("{made} made {span}, {limit} is the limit", made=NUMBER, span=WITHIN, limit=NUMBER)
# How a window is named: of calls made in it; of a limit; and of the most of them, as decisions said it too that were
# stored before the number made was told.
_NAMED = {
    "cal_day": ("today", "a day", "in one day"),
    "cal_week": ("this week", "a week", "in one week"),
    "cal_month": ("this month", "a month", "in one month"),
    "ever": ("in all", "in all", "in all"),
}
TOLD = {
    window: template(f"{{made}} made {span}, {{limit}} is the limit", made=NUMBER, limit=NUMBER)
    for window, (span, _, _) in _NAMED.items()
}
_SPANS_BEFORE = {TOLD[window]: span for window, (_, _, span) in _NAMED.items()}
_WHOSE = {Status.HOUSE: "the house limit", Status.LAW: "the legal limit"}
_THE_LIMIT = "the limit"
_LIMIT = one_of(*_WHOSE.values(), _THE_LIMIT)
LIMIT_WITHIN = template("{limit} is {most} {span}", limit=_LIMIT, most=NUMBER, span=WITHIN)
LIMITS = {
    window: template(f"{{limit}} is {{most}} {span}", limit=_LIMIT, most=NUMBER)
    for window, (_, span, _) in _NAMED.items()
}
_NO_CALLS_AT_ALL = phrase("no calls at all")
_AT_MOST_WITHIN = template("at most {what} {span}", what=TEXT, span=WITHIN)
_AT_MOST = {window: template(f"at most {{what}} {span}", what=TEXT) for window, (_, _, span) in _NAMED.items()}


@dataclass(frozen=True, slots=True)
class Cap(Parameters):
    """At most so many counted attempts in each window, on each of the keys.

    `window` is roll_hours (elapsed), roll_days, cal_day, cal_week (with `week_starts = "mon"`), cal_month, ever.

    ```toml
    kind = "cap"
    keys = [["principal", "person", "debt"]]
    max = 7
    window = "roll_days"
    length = 7                       # for roll_hours and roll_days
    counts = { connected = true }
    excludes = [{ message = ["impossible"] }]
    allocation = "all_named"
    by_choice = true                 # see Keys and counting
    redial = true                    # one redial within ten minutes of a call that was cut off does not meet this cap
    ```
    """

    on_page: ClassVar[OnPage | None] = OnPage.LIMITS
    keys: tuple[Key, ...]
    most: int
    window: str
    length: int = 1
    week_starts: int = 0
    counted: Counted = ALL_DIALS
    excluded: tuple[Counted, ...] = ()
    allocation: str = "all_named"
    by_choice: bool = False  # an attempt that could name no debt counts where the caller books it
    redial: bool = False  # one redial within ten minutes of a call that was cut off is exempt
    is_usual: bool = field(init=False)  # every outgoing call, whatever the debt, on keys nearly all attempts share
    reach: int = field(init=False)  # the longest window, in seconds

    def __post_init__(self) -> None:
        is_plain = self.counted is ALL_DIALS and not self.excluded and not any("debt" in key for key in self.keys)
        object.__setattr__(self, "is_usual", is_plain and is_usual(self.keys))
        object.__setattr__(self, "reach", _reach(self.window, self.length))

    @classmethod
    def read(cls, fields: Fields, _calendars: Calendars) -> Self:
        window = fields.word("window", WINDOWS)
        if window not in WINDOWS:  # its fault is reported
            window = "cal_day"
        is_rolling = window in ("roll_hours", "roll_days")
        starts = fields.word("week_starts", WEEKDAYS, "mon")
        excluded = tuple(read_counted(one) for one in fields.subs("excludes"))
        return cls(
            keys=read_keys(fields),
            most=fields.whole("max", most=10_000),
            window=window,
            length=fields.whole("length", least=1, most=10_000) if is_rolling else 1,
            week_starts=WEEKDAYS.index(starts) if starts in WEEKDAYS else 0,
            counted=read_counted(fields.sub("counts")),
            excluded=excluded,
            allocation=fields.word("allocation", ("all_named", "discussed"), "all_named"),
            by_choice=fields.flag("by_choice", False),
            redial=fields.flag("redial", False),
        )

    def in_words(self, _rule: Rule) -> str:
        if self.most == 0:
            return self.in_short()
        counting = [counted_in_words(self.counted), *map(excluded_in_words, self.excluded)]
        return noted(f"{self.in_short()} {keys_in_words(self.keys)}", [*counting, FREE_REDIAL if self.redial else ""])

    def in_short(self) -> str:
        """`at most 3 attempts in 30 days`; the noun says what the rule counts."""
        if not self.most:
            return _NO_CALLS_AT_ALL
        counted = counted_noun(self.most, self.counted)
        if self.window in _AT_MOST:
            return _AT_MOST[self.window].says(what=counted)
        return _AT_MOST_WITHIN.says(what=counted, span=self.span())

    def woken_by(self) -> Wakes | None:
        return Wakes(frozenset({AttemptFact})) if self.most else None

    def needed_calls(self) -> tuple[int, int] | None:
        return (self.most, self.reach) if self.is_usual and self.most else None

    def bars(self, rule: Rule, case: Case) -> Sequence[Bar]:
        if self.most == 0:
            return [Bar(case.now, FOREVER, rule.effect or Effect.LOCK, sentence(rule, NO_CALLS))]
        most, since = self.most, case.now - self.reach
        if self.is_usual and case.prepared.is_usual:
            dials = case.dials
            if len(dials) < most or dials[-most][0] <= since:  # the quick answer, nearly always enough
                return ()
            if not case.waivers and not self.excluded:
                return self._bars_of(rule, case, dials)
            keys = self.keys[:1]  # one key stands for all: they match the same calls
        else:
            keys = self.keys
        found: list[Bar] = []
        for key in keys:
            for debt, group in self._groups(rule, case, key):
                if len(group) >= most and group[-most][0] > since:
                    found += (bar._replace(debt=debt) for bar in self._bars_of(rule, case, group))
        return found

    def allowance(self, rule: Rule, case: Case) -> tuple[int, int]:
        """How many attempts count now, on the key with the most."""
        groups = [dials for key in self.keys for _, dials in self._groups(rule, case, key)] if case.dials else []
        used = max((sum(self._leaves(case, dial) > case.now for dial in dials) for dials in groups), default=0)
        return used, self.most

    def _groups(self, rule: Rule, case: Case, key: Key) -> Sequence[tuple[str, Sequence[Dial]]]:
        dials = counted_dials(case, key, self.counted)
        if self.excluded:
            dials = [dial for dial in dials if not any(one.meets_surely(dial[1]) for one in self.excluded)]
        groups = by_debt(case, key, dials, self.allocation, by_choice=self.by_choice)
        if not case.waivers:
            return groups
        waivers = [waiver for waiver in case.waivers if waiver.uncounts and waiver.suspends(rule.id, rule.status)]
        return [(debt, _counting(waivers, debt, group)) for debt, group in groups]

    def _bars_of(self, rule: Rule, case: Case, dials: Sequence[Dial]) -> Sequence[Bar]:
        start, end = case.now, self._leaves(case, dials[-self.most])
        if end <= start:
            return ()
        if self.redial and (free := free_redial_until(case, dials)) is not None:
            before = dials[:-1]
            if self.most > len(before) or self._leaves(case, before[-self.most]) <= start:
                start = free[1]
        if start >= end:
            return ()
        left = (count for count, dial in enumerate(reversed(dials)) if self._leaves(case, dial) <= case.now)
        says = sentence(rule, _why(self.window, self.length, next(left, len(dials)), self.most))
        return [Bar(start, end, rule.effect or Effect.LOCK, says)]

    def _leaves(self, case: Case, dial: Dial) -> int:
        if self.window == "roll_hours":
            return made_by(dial) + self.length * 3600
        if self.window == "ever":
            return FOREVER
        return max(clock.day_start(self._first_day_after(clock, dial[0])) for clock in case.clocks)

    def _first_day_after(self, clock: ZoneClock, then: int) -> int:
        day = clock.day(then)
        if self.window == "roll_days":
            return day + self.length
        if self.window == "cal_day":
            return day + 1
        if self.window == "cal_week":
            return day - (day + 3 - self.week_starts) % 7 + 7
        on = date_of(day)
        return day_of(months_after(date(on.year, on.month, 1), 1))

    def limit(self, rule: Rule) -> Said:
        whose = _WHOSE.get(rule.status, _THE_LIMIT)
        if self.window in LIMITS:
            return LIMITS[self.window].says(limit=whose, most=self.most)
        return LIMIT_WITHIN.says(limit=whose, most=self.most, span=self.span())

    def span(self) -> Amount:
        """The length of a rolling window."""
        return _span(self.window, self.length)


def said_before(says: str) -> str:
    """The sentence of a cap as decisions were stored with it before they told how many calls were made.

    Any other sentence stays as it is.
    """
    if not isinstance(says, Said) or says.template is not SENTENCE:
        return says
    told, label = says.values["says"], says.values["label"]
    if told.template is not TOLD_WITHIN and told.template not in _SPANS_BEFORE:
        return says
    span = _SPANS_BEFORE.get(told.template) or WITHIN.write(told.values["span"])
    return f"{counted_noun(told.values['limit'], ALL_DIALS)} {span} already made: {label}"


@lru_cache(maxsize=1024)
def _why(window: str, length: int, made: int, most: int) -> Said:
    if window in TOLD:
        return TOLD[window].says(made=made, limit=most)
    return TOLD_WITHIN.says(made=made, span=_span(window, length), limit=most)


def _span(window: str, length: int) -> Amount:
    return in_hours(length) if window == "roll_hours" else Amount(length, "day")


def _counting(waivers: Sequence[Waiver], debt: str, dials: Sequence[Dial]) -> list[Dial]:
    spans = [span for waiver in waivers if waiver.is_for(debt) for span in waiver.spans]
    return [dial for dial in dials if not covers(spans, dial[0])]


def _reach(window: str, length: int) -> int:
    if window == "ever":
        return FOREVER
    days = {"roll_days": length, "cal_day": 1, "cal_week": 7, "cal_month": 31}
    # One second more for fractions. Two days more than the calendar says: zones up to a day apart, and clock changes.
    return length * 3600 + 1 if window == "roll_hours" else (days[window] + 2) * DAY
