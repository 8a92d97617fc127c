"""Requires that a number was compared with a national register, recently enough, and is not on it.

A screening is usable for a number of whole days after the day its copy was obtained. An entry may bar only from some days
after it was made. Of two screenings the later counts; at the same moment, the one that found an entry.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from policy.calendar import FOREVER, day_of
from policy.facts import ScreeningFact
from policy.rules.case import Case
from policy.rules.pack_table import Fields
from policy.rules.rule import Bar, Parameters, Rule, Wakes
from policy.rules.sentences import sentence
from policy.templates import NOTHING, NUMBER, TEXT, Said, template
from policy.vocabulary import REGISTERS, Effect

NOT_SCREENED = template("Not screened against the {register}", register=TEXT)
A_SCREENING = template("a screening against the {register}", register=TEXT)
LISTED = template("The number is listed on the {register}", register=TEXT)
TOO_OLD = template("The {register} screening is more than {days} days old", register=TEXT, days=NUMBER)
REFRESH = template("refresh the {register} screening", register=TEXT)


@dataclass(frozen=True, slots=True)
class Register(Parameters):
    """Which register, how old a screening may be, and from when an entry bars."""

    lifting_keys: ClassVar[tuple[str, ...]] = ("lifted_by", "exempt_by")
    register: str
    name: Said
    max_age_days: int | None
    before_each_campaign: bool
    entry_lag_days: int
    is_required: bool
    # The sentences, written once.
    not_screened: Said = field(init=False)
    screening: Said = field(init=False)
    listed: Said = field(init=False)
    refresh: Said = field(init=False)
    too_old: Said = field(init=False, default=NOTHING)

    def __post_init__(self) -> None:
        object.__setattr__(self, "not_screened", NOT_SCREENED.says(register=self.name))
        object.__setattr__(self, "screening", A_SCREENING.says(register=self.name))
        object.__setattr__(self, "listed", LISTED.says(register=self.name))
        object.__setattr__(self, "refresh", REFRESH.says(register=self.name))
        if self.max_age_days is not None:
            object.__setattr__(self, "too_old", TOO_OLD.says(register=self.name, days=self.max_age_days))

    def woken_by(self) -> Wakes | None:
        return None if self.is_required else Wakes(listing=True)

    def registers(self) -> Sequence[str]:
        return (self.register,)

    def bars(self, rule: Rule, case: Case) -> Sequence[Bar]:
        latest = self._latest(case)
        if latest is None:
            says = sentence(rule, self.not_screened)
            return [Bar(case.now, FOREVER, Effect.HOLD, says, self.screening)] if self.is_required else ()
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
        return Bar(start, FOREVER, rule.effect or Effect.SUPPRESS, sentence(rule, self.listed))

    def _stale(self, rule: Rule, case: Case, latest: ScreeningFact) -> Sequence[Bar]:
        if self.max_age_days is None or not self.is_required:
            return ()
        obtained = int(latest.obtained_at.timestamp())
        stale = case.day_before_loss(obtained, self.max_age_days + 1)
        says = sentence(rule, self.too_old) if stale <= case.now else NOTHING  # a later bar is never reported
        return (Bar(stale, FOREVER, Effect.HOLD, says, self.refresh),)


def read(fields: Fields) -> Register:
    """`register`, `name`, `max_age_days`, `entry_lag_days`; what exempts is read with every rule's grounds."""
    register = fields.word("register", REGISTERS)
    return Register(
        register=register,
        name=fields.said("name", register),
        max_age_days=fields.maybe_whole("max_age_days", most=3650),
        before_each_campaign=fields.flag("before_each_campaign", False),
        entry_lag_days=fields.whole("entry_lag_days", 0, most=3650),
        is_required=fields.word("screening", ("required", "not_required"), "required") == "required",
    )
