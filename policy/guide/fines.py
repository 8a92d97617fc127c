"""What unlawful calls may cost: from a pack's duty (`most_gbp`), or from fines.toml where no pack says it."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from policy.rules.rule import Rule
from policy.templates.sentence import FIGURE, NAME, Said, one_of, template

_SHARE = template("up to {percent}% of turnover", percent=FIGURE)
_UP_TO = template("up to {currency} {most}", currency=NAME, most=FIGURE)
_OR_SHARE = template(
    "up to {currency} {most}, or {percent}% of turnover if that is more", currency=NAME, most=FIGURE, percent=FIGURE
)
_BOTH = template("up to {currency} {most}, an individual {individual}", currency=NAME, most=FIGURE, individual=FIGURE)
_DAMAGES = template(
    "damages up to {currency} {most} for each {each}", currency=NAME, most=FIGURE, each=one_of("call", "lawsuit")
)


@dataclass(frozen=True, slots=True)
class Fine:
    """The most that a breach may cost, and the text that says so. Empty `purposes`: calls of every purpose."""

    title: str
    url: str
    read_on: date
    read_in: str
    currency: str = ""
    most: int = 0
    country: str = ""
    purposes: tuple[str, ...] = ()
    individual: int | None = None
    percent: int | None = None
    damages_for_each: str = ""

    @property
    def says(self) -> Said:
        money = {"currency": self.currency, "most": self.most}
        if self.damages_for_each:
            return _DAMAGES.says(**money, each=self.damages_for_each)
        if self.percent:
            return _OR_SHARE.says(**money, percent=self.percent) if self.most else _SHARE.says(percent=self.percent)
        return _BOTH.says(**money, individual=self.individual) if self.individual else _UP_TO.says(**money)


@cache
def fines_on_file() -> tuple[Fine, ...]:
    tables = tomllib.loads((Path(__file__).parent / "fines.toml").read_text(encoding="utf-8"))["fine"]
    return tuple(Fine(**{**table, "purposes": tuple(table.get("purposes", ()))}) for table in tables)


def fines(rules: Iterable[Rule], country: str, purpose: str) -> list[Fine]:
    """The fines for such calls, the highest first: those that the rules name, and those on file."""
    named = [fine for rule in rules if (fine := _of_duty(rule)) is not None]
    found = [*named, *(one for one in fines_on_file() if one.country == country)]
    return sorted((one for one in found if not one.purposes or purpose in one.purposes), key=lambda one: -one.most)


def _of_duty(rule: Rule) -> Fine | None:
    values = rule.parameters.duty() or {}
    name = next((name for name in values if name.startswith("most_") and len(name) == len("most_gbp")), None)
    if name is None:
        return None
    cited, share = rule.citation, values.get("most_percent_of_turnover")
    return Fine(
        ", ".join(part for part in (cited.title, cited.section) if part),
        cited.url,
        cited.read_on,
        rule.wording.read_in or "",
        name.removeprefix("most_").upper(),
        int(values[name]),
        purposes=tuple(sorted(rule.applies.purposes)),
        percent=int(share) if share else None,
    )
