"""The registers that the rules name: which numbers they cover, and how long a screening stays valid."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import phonenumbers

from bot.services.errors import FileRefused
from policy import Rulebook
from policy.calendar.local_time import date_of, day_of
from policy.rules.kinds.register import A_SCREENING, REFRESH, Issue, issue_after
from policy.rules.kinds.register import Register as Screened
from policy.templates.sentence import Said


@dataclass(frozen=True, slots=True)
class Register:
    """A register. `key`: how it is stored and asked for (tps); `name`: what people call it (TPS)."""

    key: str
    name: str
    max_age_days: int | None
    is_per_campaign: bool  # a screening counts only for the campaign it was made for
    prefixes: tuple[str, ...]  # country codes of its numbers, with the +
    countries: tuple[str, ...] = ()  # of the packs that name it (ISO 3166), in their order
    published: tuple[Issue, ...] = ()  # the days on which it is issued anew; empty: only the age counts

    def holds(self, number: str) -> bool:
        """Whether the register covers an E.164 number."""
        return number.startswith(self.prefixes)

    def last_good_day(self, obtained_on: date) -> date | None:
        """The last day on which a copy of that day is recent enough, by the strictest rule; None: no rule limits it."""
        ends = [] if self.max_age_days is None else [obtained_on + timedelta(days=self.max_age_days)]
        if self.published:
            ends.append(date_of(issue_after(self.published, day_of(obtained_on))[0] - 1))
        return min(ends, default=None)


def known_registers(rulebook: Rulebook) -> dict[str, Register]:
    """Every register of the rulebook by key. Where packs differ on one, the strictest rule applies."""
    found: dict[str, Register] = {}
    for pack in rulebook.packs.values():
        for rule in pack.rules:
            if isinstance(rule.parameters, Screened):
                key = rule.parameters.register
                found[key] = _merged(found.get(key), rule.parameters, pack.areas)
    return found


def register_wanted(every: Mapping[str, Register], missing: str) -> Register | None:
    """The register whose screening is missing or too old; None if something else is missing."""
    if not isinstance(missing, Said) or missing.template not in (A_SCREENING, REFRESH):
        return None
    return next((one for one in every.values() if one.name == missing.values["register"]), None)


def register_named(rulebook: Rulebook, key: str) -> Register:
    """The register of that key, ignoring case. Raises FileRefused, which lists the known keys."""
    every = known_registers(rulebook)
    found = every.get(key.strip().casefold())
    if found is None:
        raise FileRefused(f'There is no register "{key}"; choose one of {", ".join(sorted(every))}.')
    return found


def is_of(register: Register, country: str) -> bool:
    """Whether the register covers the numbers of a country (two letters)."""
    code = phonenumbers.country_code_for_region(country[:2])
    return bool(code) and f"+{code}" in register.prefixes


def country_for(register: Register, country: str) -> str:
    """The country in whose form the register's numbers are written: `country` if it covers it, else its own."""
    return country if is_of(register, country) or not register.countries else register.countries[0]


def _merged(before: Register | None, new: Screened, areas: Iterable[str]) -> Register:
    ages = [age for age in (before.max_age_days if before else None, new.max_age_days) if age is not None]
    codes = {phonenumbers.country_code_for_region(area[:2]) for area in areas} - {0}
    return Register(
        new.register,
        new.name,
        min(ages, default=None),
        new.before_each_campaign or (before is not None and before.is_per_campaign),
        tuple(sorted({*(f"+{code}" for code in codes), *(before.prefixes if before else ())})),
        tuple(dict.fromkeys([*(before.countries if before else ()), *(area[:2] for area in areas)])),
        tuple(dict.fromkeys([*(before.published if before else ()), *new.published])),
    )
