"""The four answers people come for: how many calls, what locks and for whom, what an interest changes, the fines.

The fines are from a pack's duty (`most_gbp`), or from fines.toml where no pack says it.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

from policy.rules.grounds import AllOf, Basis
from policy.rules.kinds.cap import Cap
from policy.rules.kinds.cool_off import CoolOff
from policy.rules.rule import Ground, Rule
from policy.templates.sentence import FIGURE, NAME, TEXT, Said, one_of, phrase, template
from policy.vocabulary import Mode, Status

_WHOM = {
    frozenset({"number", "person"}): phrase("for the number and for the person"),
    frozenset({"number"}): phrase("for the number"),
    frozenset({"person"}): phrase("for the person"),
    frozenset({"person", "debt"}): phrase("for the person and for the debt"),
    frozenset({"debt"}): phrase("for the debt"),
}
_ALL = phrase("for all calls together")
_EACH = {
    "debt": template("{whom}, each debt by itself", whom=TEXT),
    "subject": template("{whom}, each matter by itself", whom=TEXT),
}
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


class Limit(NamedTuple):
    """A limit of attempts or a wait in short. `counted`: for the number, the person or both."""

    says: str
    counted: Said
    rule: Rule


class Answers(NamedTuple):
    """Law before house policy in each; empty where no text that was read says it."""

    attempts: list[Limit]
    unnumbered: list[Rule]  # duties that bar too many calls without a number
    waits: list[Limit]
    interest: list[Rule]  # what a legitimate interest satisfies or lifts
    fines: list[Fine]


def answers(rules: Iterable[Rule], country: str, purpose: str) -> Answers:
    """The four answers from the rules that speak of such calls."""
    law_first = sorted(rules, key=lambda rule: rule.status is Status.HOUSE)
    binding = [rule for rule in law_first if rule.mode is not Mode.WARN]
    return Answers(
        [Limit(what.in_short(), counted(what), rule) for rule in binding if isinstance(what := rule.parameters, Cap)],
        [rule for rule in law_first if any(name.endswith("_too_many") for name in rule.parameters.duty() or ())],
        [
            Limit(what.commonest(), counted(what), rule)
            for rule in binding
            if isinstance(what := rule.parameters, CoolOff)
        ],
        [rule for rule in law_first if interest_is_enough(rule) != "no"],
        fines(law_first, country, purpose),
    )


def counted(cap: Cap | CoolOff) -> Said:
    """For whom it counts: `for the number and for the person`. Each of its keys has a count of its own."""
    targets = {next((part for part in ("number", "person", "debt") if part in key), "") for key in cap.keys}
    whom = _WHOM.get(frozenset(targets), _ALL)
    each = next((one for part, one in _EACH.items() if all(part in key for key in cap.keys)), None)
    return each.says(whom=whom) if each and "debt" not in targets else whom


def interest_is_enough(rule: Rule) -> str:
    """Whether a legitimate interest satisfies a rule or lifts it: "yes", "with more" or "no"."""
    found = {_interest_in(ground) for ground in (*rule.parameters.grounds, *rule.lifted_by)}
    return next((one for one in ("yes", "with more") if one in found), "no")


def _interest_in(ground: Ground) -> str:
    if isinstance(ground, AllOf):
        return "with more" if any(_interest_in(one) != "no" for one in ground.grounds) else "no"
    if not isinstance(ground, Basis) or "legitimate_interest" not in ground.kinds:
        return "no"
    return "with more" if ground.told or ground.assessed else "yes"


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
