"""One short page for each country, made from the packs. The same packs give the same bytes.

It begins with the four answers people come for: how many calls, what locks and for whom, what an interest changes, the
fines. These are from a pack's duty (`most_gbp`), or from fines.toml where no pack says it.
"""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from policy.rulebook.rulebook import Pack, Rulebook
from policy.rules import grounds
from policy.rules.kinds.basis import Basis
from policy.rules.kinds.cap import Cap
from policy.rules.kinds.cool_off import CoolOff
from policy.rules.kinds.hours import Hours
from policy.rules.kinds.register import Register
from policy.rules.rule import Ground, OnPage, Rule
from policy.rules.words import both, limits, rule_in_words, week_in_words
from policy.templates.sentence import FIGURE, NAME, TEXT, Said, either, one_of, phrase, template
from policy.vocabulary import Mode, Purpose, ReadIn, Status

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
            Limit(wait.commonest(), counted(wait), rule)
            for rule in binding
            if isinstance(wait := rule.parameters, CoolOff)
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
    if isinstance(ground, grounds.AllOf):
        return "with more" if any(_interest_in(one) != "no" for one in ground.grounds) else "no"
    if not isinstance(ground, grounds.Basis) or "legitimate_interest" not in ground.kinds:
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


COMMAND = "nextcall policy countries docs/countries"
_ASKABLE = (Purpose.MARKETING, Purpose.CHARITY, Purpose.PRESS)  # rules differ for calls the person asked for
_COLUMNS = (OnPage.HOURS, OnPage.REGISTER, OnPage.BASIS)
_READ_AS: dict[str | None, str] = {ReadIn.RETELLING: " (told)", ReadIn.QUOTATION: " (quoted)"}
_IN_TABLE = (OnPage.LIMITS, *_COLUMNS)
Lines = Iterator[str]
Call = tuple[Purpose, bool]  # whether the person asked for it


def pages(rulebook: Rulebook) -> dict[str, str]:
    """The page of each country that has a pack of law or of an industry code, by the name of its file."""
    found: dict[str, list[Pack]] = {}
    for pack in rulebook.packs.values():
        if pack.kind != "base":
            found.setdefault((pack.areas[0] if pack.areas else pack.id)[:2].upper(), []).append(pack)
    named = {
        code: next((_name(one) for one in packs if one.kind != "house" and not one.is_regional), "")
        for code, packs in found.items()
    }
    return {
        f"{name.removeprefix('The ').lower().replace(' ', '-')}.md": "\n".join(_page(code, name, found[code])) + "\n"
        for code, name in sorted(named.items(), key=lambda one: one[1])
        if name
    }


def _page(code: str, name: str, packs: list[Pack]) -> Lines:
    national, parts = ([pack for pack in packs if pack.is_regional is is_part] for is_part in (False, True))
    days = sorted({str(pack.reviewed_on) for pack in packs})
    yield from (f"# {name}", "", f"<!-- Made from the packs by `{COMMAND}`. Change the packs. -->", "")
    yield f"As in force on {' to '.join(dict.fromkeys((days[0], days[-1])))}. [How to read this page](README.md)."
    bases = [pack for pack in national if pack.is_base_of_area]
    calls = [(one, asked) for asked in (False, True) for one in (_ASKABLE if asked else Purpose)]
    calls = [call for call in calls if any(not pack.covers or call[0] in pack.covers for pack in bases)]
    if not calls:
        yield from ("", "**Every call is held:** no rule for this country has been verified.")
        return
    held = both(one.value for one in Purpose if (one, False) not in calls)
    yield from ("", f"**Held:** {held} calls: no pack answers for them here.") if held else ()
    codes = either(f"`{pack.code}`" for pack in bases if pack.code)
    yield from ("", f"**Held:** calls of campaigns that do not adhere to the code {codes}.") if codes else ()
    rules = [rule for rule in _in_force(national) if not (_is_house(rule) and rule.mode is Mode.WARN)]
    yield from ("", f"## In short: {_calls(calls[:1])}", "")
    plain = _plain(rules, calls[0])
    asked = _by_status(one for one in plain if isinstance(one.parameters, Basis))
    yield from _in_short(answers(plain, code, calls[0][0]), asked, parts)
    yield from ("", "## By purpose", "", f"| Calls | Limits | {' | '.join(_COLUMNS)} | Fine |", "| --- " * 6 + "|")
    yield from _rows(code, rules, calls)
    afterwards = (one for one in rules if one.parameters.on_page is OnPage.AFTERWARDS)
    yield from _listed(OnPage.AFTERWARDS, afterwards)
    in_table = {rule.id for call in calls for rule in _plain(rules, call)}
    others = (one for one in rules if one.parameters.on_page in _IN_TABLE and one.id not in in_table)
    yield from _listed("In some sectors, on some lines, under a code", others)
    yield from ("", "## Parts of the country", "", "They add to the rules above.", "") if parts else ()
    yield from sorted(f"- **{_name(pack)}**: {_by_status(_in_force([pack]), '; ', is_whole=True)}" for pack in parts)


def _in_short(found: Answers, asked: str, parts: Iterable[Pack]) -> Lines:
    """`asked`: the consent or basis that calls need, told where a legitimate interest is none."""
    law, house = ([one for one in found.attempts if _is_house(one.rule) is ours] for ours in (False, True))
    number = "; ".join(_limits(law)) or "no law of the whole country that was read gives a number"
    own = both(_name(pack) for pack in parts if any(isinstance(one.parameters, Cap) for one in _in_force([pack])))
    said = (
        number,
        f"too many are barred all the same: {_titles(found.unnumbered)}" if found.unnumbered else "",
        f"limits of their own, below: {own}" if own else "",
        *_limits(house),
    )
    yield f"- **How many times?** {_sentences(said)}"
    yield f"- **What locks after an attempt, and for whom?** {_sentences(_limits(found.waits) or ['nothing'])}"
    changed = ["nothing: no rule in force accepts one", asked]
    if found.interest:
        is_enough = any(interest_is_enough(rule) == "yes" for rule in found.interest)
        besides = "" if is_enough else ", with what that rule asks besides"
        lifts = "it lifts no register, ban, limit, wait, hour or stop"
        changed = [f"it can satisfy {_titles(found.interest)}{besides}", lifts]
    yield f"- **What does a legitimate interest change?** {_sentences(changed)}"
    costs = [f"{_cost(one)} ({one.title})" for one in found.fines]
    yield f"- **What are the fines?** {_sentences(costs) if costs else 'fine: not read'}"


def _limits(found: Iterable[Limit]) -> list[str]:
    """`law: at most 4 attempts in 30 days, for the person`: limits of one kind that count alike are said together."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    for one in found:
        concerned = limits(one.rule.applies, ("lines", "roles"))
        groups.setdefault((_status(one.rule), concerned, one.counted), []).append(_linked(one.rule, one.says))
    return [
        f"{status}: {f'{concerned}: ' if concerned else ''}{', '.join(dict.fromkeys(some))}, {whom}"
        for (status, concerned, whom), some in groups.items()
    ]


def _rows(code: str, rules: list[Rule], calls: list[Call]) -> Lines:
    alike: dict[tuple[str, ...], list[Call]] = {}
    for call in calls:
        plain = _plain(rules, call)
        found = answers(plain, code, call[0])
        barred = " ".join(_linked(rule, str(number)) for number, rule in enumerate(found.unnumbered, 1))
        too_many = [f"law: no number, yet too many are barred ({barred})"] if barred else []
        cells = [[_by_status(one for one in plain if one.parameters.on_page is column)] for column in _COLUMNS]
        costs = [_cost(fine) for fine in found.fines] or ["fine: not read"]
        row = ([*too_many, *_limits(found.attempts)], *cells, costs)
        alike.setdefault(tuple("<br>".join(cell) or "–" for cell in row), []).append(call)
    yield from (f"| {_calls(some)} | {' | '.join(cells)} |" for cells, some in alike.items())


def _listed(title: str, rules: Iterable[Rule]) -> Lines:
    lines = dict.fromkeys(f"- {_item(rule, is_whole=True)} ({_status(rule)})" for rule in rules)
    yield from ("", f"## {title}", "", *lines) if lines else ()


def _plain(rules: Iterable[Rule], call: Call) -> list[Rule]:
    """The rules on such a call to a consumer, in no specially regulated sector and under no code."""
    return [
        rule
        for rule in rules
        if (wanted := rule.applies) and not (wanted.sectors or wanted.codes or wanted.places)
        if (not wanted.purposes or call[0] in wanted.purposes) and wanted.solicited in (None, call[1])
        if (not wanted.lines or "consumer" in wanted.lines) and (not wanted.roles or "consumer" in wanted.roles)
    ]


def _by_status(rules: Iterable[Rule], between: str = "<br>", *, is_whole: bool = False) -> str:
    """The rules by what stands behind them: `law: …; house: …`. Duties are left out: they bar no call."""
    groups: dict[str, dict[str, str]] = {}
    for rule in rules:
        if rule.parameters.duty() is None:
            groups.setdefault(_status(rule), {}).setdefault(_asks(rule), _item(rule, is_whole=is_whole))
    return between.join(f"{status}: {'; '.join(items.values())}" for status, items in groups.items())


def _item(rule: Rule, *, is_whole: bool) -> str:
    """What the rule asks, after whom it concerns. `is_whole`: purpose and request too, which the rows of a table
    say."""
    asked = {None: "", True: " that were asked for", False: " nobody asked for"}[rule.applies.solicited]
    whose = f"{both(sorted(rule.applies.purposes))} calls{asked}" if is_whole and rule.applies.purposes else ""
    said = ", ".join(part for part in (whose, limits(rule.applies, () if is_whole else ("lines", "roles"))) if part)
    return f"{f'{said}: ' if said else ''}{_linked(rule, _asks(rule))}"


def _asks(rule: Rule) -> str:
    match rule.parameters:
        case Cap() as cap:
            return f"{cap.in_short()}, {counted(cap)}" if cap.most else cap.in_short()
        case Hours() as hours:
            return f"{week_in_words(hours.week)}{', never on holidays' if hours.holiday == () else ''}"
        case Register() as register:
            return register.in_short()
    return rule_in_words(rule)


def _linked(rule: Rule, text: str) -> str:
    told = _READ_AS.get(rule.wording.read_in, "")
    return f"[{text}]({rule.citation.url}){told}" if rule.citation.url else text


def _titles(rules: Iterable[Rule]) -> str:
    return both(_linked(rule, f"“{rule.title}”") for rule in rules)


def _sentences(texts: Iterable[str]) -> str:
    return " ".join(f"{text[0].upper()}{text[1:]}." for text in texts if text)


def _cost(fine: Fine) -> str:
    return f"[{fine.says}]({fine.url}){_READ_AS.get(fine.read_in, '')}"


def _status(rule: Rule) -> str:
    """What stands behind the rule, whether it only warns, and the part of its label after a semicolon."""
    _, semicolon, proviso = rule.label.partition("; ")
    return f"{rule.status.value}{', a warning' if rule.mode is Mode.WARN else ''}{semicolon}{proviso}"


def _is_house(rule: Rule) -> bool:
    return rule.status is Status.HOUSE


def _calls(calls: Iterable[Call]) -> str:
    said = {asked: both(purpose.value for purpose, _ in some) for asked, some in groupby(calls, lambda call: call[1])}
    return "; ".join(f"{purposes}{' that the person asked for' if asked else ''}" for asked, purposes in said.items())


def _in_force(packs: Iterable[Pack]) -> list[Rule]:
    """The rules in force on the day each pack was reviewed. Those of a code name it, unless no other pack answers
    there."""
    return [
        replace(rule, applies=replace(rule.applies, codes=frozenset({pack.code})))
        if pack.code and not pack.is_base_of_area
        else rule
        for pack in packs
        for rule in pack.rules
        if rule.in_force(pack.reviewed_on)
    ]


def _name(pack: Pack) -> str:
    """The place with which the pack's title begins: "Florida" of "Florida: telemarketing"."""
    return pack.title.split(":", 1)[0]
