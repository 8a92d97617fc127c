"""Requires that a number was compared with a national register, recently enough, and is not on it.

A screening is usable for a number of whole days after the day its copy was obtained, and until a newer issue of the
register must be used. An entry may bar only from some days after it was made. Of two screenings the later counts; at
the same moment, the one that found an entry.
"""

from calendar import month_name
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import ClassVar, NamedTuple, Self

from policy.calendar.local_time import FOREVER, date_of, day_of
from policy.facts.types import ScreeningFact
from policy.rules.case import Case
from policy.rules.pack_table import Fields
from policy.rules.rule import Bar, Calendars, OnPage, Parameters, Rule, Wakes
from policy.rules.words import sentence
from policy.templates.sentence import DATE, NOTHING, NUMBER, TEXT, Said, Template, count, template
from policy.vocabulary import REGISTERS, Effect, Mode

NOT_SCREENED = template("Not screened against the {register}", register=TEXT)
A_SCREENING = template("a screening against the {register}", register=TEXT)
LISTED = template("The number is listed on the {register}", register=TEXT)
TOO_OLD = template("The {register} screening is more than {days} days old", register=TEXT, days=NUMBER)
REPLACED = template("The {register} screening is older than the list issued on {day}", register=TEXT, day=DATE)
REFRESH = template("refresh the {register} screening", register=TEXT)


class Issue(NamedTuple):
    """A day of the year on which the register is issued anew, and how many days later that issue must be used."""

    month: int
    day: int
    grace_days: int = 0


@lru_cache(maxsize=4096)
def issue_after(published: tuple[Issue, ...], day: int) -> tuple[int, int]:
    """The first day on which a copy of a local day is replaced, and the day of the issue that replaces it.

    Days since 1970-01-01. A copy of the day of an issue is of that issue. `published` is not empty.
    """
    year = date_of(day).year
    issued = ((day_of(date(in_year, one.month, one.day)), one) for in_year in (year, year + 1) for one in published)
    return min((on + one.grace_days, on) for on, one in issued if on > day)


@dataclass(frozen=True, slots=True)
class Register(Parameters):
    """Held where the screening is missing or too old ("refresh"), suppressed where the number is listed.

    ```toml
    kind = "register"
    register = "tps"
    name = "TPS"                     # as people say it
    max_age_days = 27                # obtained on D, usable through D+27; absent: no limit
    published = [{ month = 1, day = 10, grace_days = 21 }]
                                     # days of each year on which it is issued anew, and how many days later (default 0)
                                     # that issue must be used: a copy of an earlier day is stale from then on. That
                                     # of the day itself is of that issue. Beside an age, whatever ends first
    before_each_campaign = true      # needs a screening made for this campaign
    entry_lag_days = 28              # a listing bars from the day it is so old; default 0
    screening = "required"           # default; "not_required": only a known listing speaks
    exempt_by = [{ consent = "calls" }]          # grounds: the register does not matter
    ```
    """

    lifting_keys: ClassVar[tuple[str, ...]] = ("lifted_by", "exempt_by")
    lifting_words: ClassVar[str] = "no bar where there is"
    on_page: ClassVar[OnPage | None] = OnPage.REGISTER
    register: str
    name: Said
    max_age_days: int | None
    before_each_campaign: bool
    entry_lag_days: int
    is_required: bool
    published: tuple[Issue, ...] = ()
    said: Mapping[Template, Said] = field(init=False)  # its sentences, written once

    def __post_init__(self) -> None:
        said = {one: one.says(register=self.name) for one in (NOT_SCREENED, A_SCREENING, LISTED, REFRESH)}
        if self.max_age_days is not None:
            said[TOO_OLD] = TOO_OLD.says(register=self.name, days=self.max_age_days)
        object.__setattr__(self, "said", said)

    @classmethod
    def read(cls, fields: Fields, _calendars: Calendars) -> Self:
        register = fields.word("register", REGISTERS)
        return cls(
            register=register,
            name=fields.said("name", register),
            max_age_days=fields.maybe_whole("max_age_days", most=3650),
            before_each_campaign=fields.flag("before_each_campaign", False),
            entry_lag_days=fields.whole("entry_lag_days", 0, most=3650),
            is_required=fields.word("screening", ("required", "not_required"), "required") == "required",
            published=tuple(_read_issue(table) for table in fields.subs("published")),
        )

    def in_words(self, rule: Rule) -> str:
        made = " made for this campaign" if self.before_each_campaign else ""
        lag = f" from {count(self.entry_lag_days, 'day')} after the listing" if self.entry_lag_days else ""
        listed = "a warning for numbers" if rule.mode is Mode.WARN else "no calls to numbers"
        if not self.is_required:
            return f"{listed} known to be on the {self.name}{lag}"
        age = f" at most {count(self.max_age_days, 'day')} old" if self.max_age_days is not None else ""
        needs = f"needs a screening against the {self.name}{age}{self._newest()}{made}"
        return f"{needs}; {listed} listed there{lag}"

    def in_short(self) -> str:
        """`TPS, a screening at most 27 days old`."""
        if not self.is_required:
            return f"{self.name}, where the number is known to be on it"
        age = f" at most {count(self.max_age_days, 'day')} old" if self.max_age_days else ""
        age += self._newest()
        return f"{self.name}, a screening{age}" if age else f"{self.name}"

    def _newest(self) -> str:
        """` of the newest list (1 January; 1 July, to be used 60 days later)`."""
        issues = [
            f"{one.day} {month_name[one.month]}"
            + (f", to be used {count(one.grace_days, 'day')} later" if one.grace_days else "")
            for one in self.published
        ]
        return f" of the newest list ({'; '.join(issues)})" if issues else ""

    def woken_by(self) -> Wakes | None:
        return None if self.is_required else Wakes(listing=True)

    def registers(self) -> Sequence[str]:
        return (self.register,)

    def bars(self, rule: Rule, case: Case) -> Sequence[Bar]:
        latest = self._latest(case)
        if latest is None:
            says = sentence(rule, self.said[NOT_SCREENED])
            return [Bar(case.now, FOREVER, Effect.HOLD, says, self.said[A_SCREENING])] if self.is_required else ()
        stale = self._stale(rule, case, latest)
        return [self._listed(rule, case, latest), *stale] if latest.is_listed else stale

    def _latest(self, case: Case) -> ScreeningFact | None:
        latest = None
        for one in case.every(ScreeningFact):
            if one.register != self.register or (one.number and one.number != case.contact.number):
                continue
            if self.before_each_campaign and one.campaign != case.call.campaign:
                continue
            if latest is None or (one.obtained_at, one.is_listed) > (latest.obtained_at, latest.is_listed):
                latest = one
        return latest

    def _listed(self, rule: Rule, case: Case, latest: ScreeningFact) -> Bar:
        start = case.now
        if latest.listed_on is not None:
            start = min(clock.day_start(day_of(latest.listed_on) + self.entry_lag_days) for clock in case.clocks)
        return Bar(start, FOREVER, rule.effect or Effect.SUPPRESS, sentence(rule, self.said[LISTED]))

    def _stale(self, rule: Rule, case: Case, latest: ScreeningFact) -> Sequence[Bar]:
        if not self.is_required:
            return ()
        obtained = int(latest.obtained_at.timestamp())
        ends: list[tuple[int, Said]] = []
        if self.max_age_days is not None:
            ends.append((case.day_before_loss(obtained, self.max_age_days + 1), self.said[TOO_OLD]))
        if self.published:
            replaced = ((clock, *issue_after(self.published, clock.day(obtained))) for clock in case.clocks)
            start, issued = min((clock.day_start(day), issued) for clock, day, issued in replaced)
            ends.append((start, REPLACED.says(register=self.name, day=date_of(issued))))
        if not ends:
            return ()
        stale, told = min(ends, key=lambda end: end[0])
        says = sentence(rule, told) if stale <= case.now else NOTHING  # a later bar is never reported
        return (Bar(stale, FOREVER, Effect.HOLD, says, self.said[REFRESH]),)


def _read_issue(fields: Fields) -> Issue:
    """`{ month = 1, day = 10, grace_days = 21 }`."""
    month, day = fields.whole("month", least=1, most=12), fields.whole("day", least=1, most=31)
    grace_days = fields.whole("grace_days", 0, most=365)
    fields.done()
    try:
        date(2001, month, day)
    except ValueError:
        fields.fault("day", f"there is no {day}. {month}. in every year")
        day = 1
    return Issue(month, day, grace_days)
