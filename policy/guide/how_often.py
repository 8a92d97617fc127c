"""Generates docs/how-often.md from the packs alone: how often you may call, and what a legitimate interest changes."""

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from itertools import chain

from policy.guide.asked_for import request_section
from policy.guide.by_place import (
    glance,
    in_short,
    is_unnumbered,
    linked,
    marked,
    place_section,
    sentence,
    status_of,
    table,
    whom_it_concerns,
)
from policy.guide.jurisdictions import (
    SITUATIONS,
    Jurisdiction,
    Situation,
    in_force,
    is_house,
    jurisdictions,
    name_in_sentence,
    part_of,
    place_of_rule,
    placed_title,
    short_title,
    situations_in_words,
)
from policy.guide.phrases import both, grounds_in_words, limits
from policy.guide.rule_words import grounds_of, rule_in_words, waits_in_short
from policy.rulebook import Pack, Rulebook
from policy.rules import AllOf, Basis, Ground, Rule
from policy.rules.kinds import Ban, Cap, CoolOff, Register, Stop
from policy.rules.kinds import Basis as BasisRule
from policy.vocabulary import Mode, Outcome, Purpose

COMMAND = "nextcall policy how-often"
_NO = frozenset({Outcome.REFUSED, Outcome.DO_NOT_CALL})
Lines = Iterator[str]


def document(rulebook: Rulebook) -> str:
    """The whole text of docs/how-often.md. The same packs give the same bytes."""
    places = jurisdictions(rulebook)
    base = [pack for pack in rulebook.packs.values() if pack.kind == "base"]
    sections = (
        _opening(places),
        _short_answer(places),
        glance(places, Situation(Purpose.MARKETING), "a call to sell that nobody asked for, to a consumer"),
        glance(places, Situation(Purpose.DEBT), "a call about a debt, to a consumer"),
        _places(places),
        _interest(places),
        request_section(places),
        _stop(places, base),
        _switched_off(rulebook),
        _addresses(rulebook),
    )
    return "\n".join(chain.from_iterable(sections)).rstrip() + "\n"


def _opening(places: Sequence[Jurisdiction]) -> Lines:
    days = sorted({pack.reviewed_on for place in places for pack in place.packs})
    read = (
        f"the day of their last review ({' to '.join(dict.fromkeys(str(day) for day in (days[0], days[-1])))})"
        if days
        else ""
    )
    yield "# How often may I call, and what does a legitimate interest change?"
    yield ""
    yield f"<!-- Made from the packs by `{COMMAND}`. Change the packs, not this page. -->"
    yield ""
    yield (
        f"Every figure here is taken from the packs, as in force on {read}, and names the rule it comes from. Each has a "
        "status: **law**, **presumption** (of law; it can be rebutted), **regulator policy**, **guidance**, "
        "**industry code**, or **house**: our own caution, which no authority asks for. An attempt is a call dialled, "
        "answered or not; a call that connects rang at the number, answered or not; a communication is a call that somebody "
        "or a voicemail answered; a contact made is a call that somebody answered. Hours are on the clock of the person "
        "called. A source that was read only as others tell or quote it says so. "
        "`nextcall policy show PACK` reads a pack aloud, with its dates and notes."
    )
    yield ""


# The short answer -----------------------------------------------------------------------------------------------------


def _short_answer(places: Sequence[Jurisdiction]) -> Lines:
    yield from ("## The short answer", "")
    yield from _attempts(places)
    yield from _waits(places)
    yield from _interest_in_short(places)
    yield (
        "- **Did they ask for it?** A complete request that names the caller makes a call solicited for as long as it is "
        "fresh. An unfinished form is not a request, nor is interest shown to a party that did not name the caller."
    )
    yield (
        "- **Does stop mean stop?** Yes: at once, in every list of the client it was said to, and for good. The days a text "
        "allows for honouring a request are a deadline, never a permission to go on."
    )
    yield (
        "- **What if something is not known?** The call is held, and the answer says what is missing: a screening, a "
        "consent, a time zone, a place no pack answers for."
    )
    yield ""


def _attempts(places: Sequence[Jurisdiction]) -> Lines:
    named = [place for place in places if _caps(place, is_ours=False)]
    silent = [name_in_sentence(place.name) for place in places if place.situations and place not in named]
    yield (
        "- **Does any law give a number of attempts?** In the texts read for these packs, a law, a presumption, a regulator "
        f"or a code does so in {both(name_in_sentence(place.name) for place in named) or 'no country'}. "
        f"No number was found for {both(silent)}."
    )
    yield from _unnumbered(places)
    for place in named:
        yield from (f"  - {line}." for line in _cap_lines(place, _caps(place, is_ours=False)))
    ours = [(place, line) for place in places for line in _cap_lines(place, _caps(place, is_ours=True))]
    yield from (f"  - *House policy.* {line}." for line in _told_together(ours))


def _told_together(lines: Iterable[tuple[Jurisdiction, str]]) -> Lines:
    """Lines of house packs, which begin with the place; those that differ in nothing else as one."""
    alike: dict[str, list[tuple[str, str]]] = {}
    for place, line in lines:
        said = line.removeprefix(place.name)
        of_any = reduce(lambda text, pack: text.replace(f"`{pack.id}.", "`…-house."), place.house, said)
        alike.setdefault(of_any, []).append((place.name, said))
    for of_any, ((first, said), *others) in alike.items():
        named = both([first, *(name_in_sentence(name) for name, _ in others)])
        yield f"{named}{of_any if others else said}"


def _unnumbered(places: Sequence[Jurisdiction]) -> Lines:
    """The duties that bar too many calls without a number."""
    found = [(place, rule) for place in places for rule in in_force(place.packs) if is_unnumbered(rule)]
    found.sort(key=lambda one: (places.index(one[0]), bool(one[1].applies.codes), bool(one[1].applies.purposes)))
    if found:
        yield (
            "  - *No number is not no limit.* Laws against harassment and the like bar too many calls without saying how "
            "many are too many. They were read for the places that follow; elsewhere expect such laws too."
        )
    for place, rule in found:
        yield f"    - {place.name}{_whom(rule)}: {rule.title} ({marked(rule)}). {sentence(rule.note)}"


def _whom(rule: Rule) -> str:
    purposes = f"{both(sorted(rule.applies.purposes))} calls" if rule.applies.purposes else ""
    said = "; ".join(part for part in (purposes, limits(rule.applies)) if part)
    return f", {said}" if said else ""


def _caps(place: Jurisdiction, *, is_ours: bool) -> list[Rule]:
    caps = [rule for rule in in_force(place.packs) if isinstance(rule.parameters, Cap)]
    return [rule for rule in caps if is_house(rule, place.packs) == is_ours]


def _cap_lines(place: Jurisdiction, rules: Sequence[Rule]) -> Lines:
    """The caps of a place, one line for each sort of call."""
    alike: dict[str, list[str]] = {}
    for rule in rules:
        concerned = situations_in_words([one for one in SITUATIONS if one.concerns(rule)]).lower()
        calls = "; ".join(one for one in (concerned, whom_it_concerns(rule, place.packs)) if one)
        alike.setdefault(f"{place_of_rule(rule, place)}, {calls}", []).append(f"{in_short(rule)} ({marked(rule)})")
    for calls, figures in alike.items():
        yield f"{calls}: {both(figures)}"


def _waits(places: Sequence[Jurisdiction]) -> Lines:
    for outcome, words in (
        (Outcome.NO_ANSWER, "an attempt nobody answered"),
        (Outcome.ABANDONED, "a dropped or silent call"),
        (Outcome.CONVERSATION, "a conversation"),
    ):
        found = [(place, rule) for place in places for rule in in_force(place.packs) if _waits_after(rule, {outcome})]
        named = [
            name_in_sentence(place.name) for place, rule in found if _bars(rule) and not is_house(rule, place.packs)
        ]
        law = f"Yes, by rules in {both(named)}." if named else "No text that was read forbids another call at once."
        ours = " House policy asks for a wait." if any(is_house(rule, place.packs) for place, rule in found) else ""
        yield f"- **Must I wait after {words}?** {law}{ours}"
        lines = [(place, rule, _wait_line(place, rule, outcome)) for place, rule in found]
        yield from (f"  - {line}" for place, rule, line in lines if not is_house(rule, place.packs))
        of_houses = _told_together((place, line) for place, rule, line in lines if is_house(rule, place.packs))
        yield from (f"  - *House policy.* {line}" for line in of_houses)


def _wait_line(place: Jurisdiction, rule: Rule, outcome: Outcome) -> str:
    note = f" {sentence(rule.note)}" if rule.note else ""
    return f"{place_of_rule(rule, place)}{_whom(rule)}: {_wait(rule, {outcome})} ({marked(rule)}).{note}"


def _bars(rule: Rule) -> bool:
    return rule.mode is not Mode.WARN


def _waits_after(rule: Rule, outcomes: Iterable[Outcome]) -> bool:
    return isinstance(rule.parameters, CoolOff) and any(one in rule.parameters.after for one in outcomes)


def _wait(rule: Rule, outcomes: Iterable[Outcome]) -> str:
    return waits_in_short(rule.parameters, frozenset(outcomes)) if isinstance(rule.parameters, CoolOff) else ""


def _interest_in_short(places: Sequence[Jurisdiction]) -> Lines:
    found = [(place, rule) for place in places for rule in in_force(place.packs) if interest_is_enough(rule) != "no"]
    by_place: dict[str, list[str]] = {}
    for place, rule in found:
        if isinstance(rule.parameters, BasisRule):
            by_place.setdefault(name_in_sentence(place.name), []).append(linked(rule))
    helps = both(f"{name} ({', '.join(rules)})" for name, rules in by_place.items())
    lifts = both(f"`{rule.id}`" for _, rule in found if not isinstance(rule.parameters, BasisRule))
    yield (
        "- **Does a legitimate interest change it?** It answers one question, on what ground the person's data may be used "
        f"for the call, and it is an answer, or part of one, in {helps or 'no country'}. "
        + (
            f"It lifts {lifts}."
            if lifts
            else "It lifts no register, ban, number of attempts, wait, hour or stop anywhere."
        )
    )


# Place by place, and the three questions ------------------------------------------------------------------------------


def _places(places: Sequence[Jurisdiction]) -> Lines:
    yield from ("## Place by place, purpose by purpose", "")
    yield " · ".join(f"[{place.name}](#{place.name.lower().replace(' ', '-')})" for place in places)
    yield ""
    for place in places:
        yield from place_section(place)


def interest_is_enough(rule: Rule) -> str:
    """Whether a legitimate interest satisfies a rule or lifts it: "yes", "with more" or "no"."""
    answers = {_interest_in(ground) for ground in grounds_of(rule)}
    return next((one for one in ("yes", "with more") if one in answers), "no")


def _interest_in(ground: Ground) -> str:
    if isinstance(ground, AllOf):
        return "with more" if any(_interest_in(one) != "no" for one in ground.grounds) else "no"
    if not isinstance(ground, Basis) or "legitimate_interest" not in ground.kinds:
        return "no"
    return "with more" if ground.told or ground.assessed else "yes"


def _interest(places: Sequence[Jurisdiction]) -> Lines:
    yield from ("## What a legitimate interest changes", "")
    yield (
        "The rules that ask for a ground, a register screening or an exception, and what each accepts. Limits of attempts, "
        "waits, hours and stops are not in this table unless a legitimate interest lifts one of them."
    )
    yield ""
    for place in places:
        rules = [rule for rule in in_force(place.packs) if _is_asked(rule)]
        yield from (f"**{place.name}.** {_interest_of(place, rules)}", "")
        head = ("Rule", "Status", "What satisfies or lifts it", "Is a legitimate interest enough?")
        yield from table(head, (_interest_cells(rule, place) for rule in rules)) if rules else ()


def _is_asked(rule: Rule) -> bool:
    return isinstance(rule.parameters, BasisRule | Ban | Register) or interest_is_enough(rule) != "no"


def _interest_of(place: Jurisdiction, rules: Sequence[Rule]) -> str:
    if not place.situations:
        return "Nothing: every call there is held."
    helped = [rule for rule in rules if interest_is_enough(rule) != "no"]
    if not helped:
        return "Nothing: no rule in force accepts one." if rules else "Nothing: no rule in force asks for a ground."
    others = [rule for rule in rules if rule not in helped]
    rest = f", and none of the other {len(others)} below" if others else ""
    alone = [rule for rule in helped if interest_is_enough(rule) == "yes"]
    does = "It satisfies" if alone == helped else "Together with what the table names, it satisfies"
    return f"{does} {both(f'`{rule.id}`' for rule in helped)}{rest}."


def _interest_cells(rule: Rule, place: Jurisdiction) -> tuple[str, str, str, str]:
    concerned = limits(rule.applies)
    accepted = grounds_in_words(grounds_of(rule)) or "nothing"
    return (
        f"`{rule.id}`: {placed_title(rule, place)}{f' ({concerned})' if concerned else ''}",
        status_of(rule),
        accepted,
        interest_is_enough(rule),
    )


def _stop(places: Sequence[Jurisdiction], base: Sequence[Pack]) -> Lines:
    yield from ("## What “stop” does", "")
    yield "Everywhere, whatever else a country's rules say:"
    yield ""
    head = ("Rule", "In figures", "Status")
    yield from table(head, (_stop_cells(rule) for rule in in_force(base)))
    yield "And by the rules of each place:"
    yield ""
    rows = [
        (place_of_rule(rule, place), *_stop_cells(rule, part_of(rule, place.regional)))
        for place in places
        for rule in in_force(place.packs)
        if _is_stopping(rule)
    ]
    yield from table(("Where", *head), rows)


def _is_stopping(rule: Rule) -> bool:
    what = rule.parameters
    if isinstance(what, Stop):
        is_refusal = what.outcomes is not None and bool(what.outcomes.outcomes & _NO)
        return is_refusal or bool(what.withdrawals) or bool(what.reasons & {"do_not_call", "cease"})
    return _waits_after(rule, _NO)


def _stop_cells(rule: Rule, part: str = "") -> tuple[str, str, str]:
    said = f"{_wait(rule, _NO)}" if isinstance(rule.parameters, CoolOff) else rule_in_words(rule)
    more = _whom(rule).removeprefix(", ")
    return (
        f"{linked(rule)}: {short_title(rule, part)}",
        sentence(said) + (f" *{sentence(more)}*" if more else ""),
        status_of(rule),
    )


def _switched_off(rulebook: Rulebook) -> Lines:
    yield from ("## What is switched off, and why", "")
    yield (
        "Figures that circulate, or that were read in one place and not found in a text. They ship disabled: no call is "
        "refused or allowed by them until somebody has read the source."
    )
    yield ""
    off = [rule for rule in rulebook.rules() if not rule.is_enabled]
    head = ("Rule", "What it would say", "Would be", "Why it is off")
    yield from table(head, (_off_cells(rule) for rule in off))


def _off_cells(rule: Rule) -> tuple[str, str, str, str]:
    until = f" (to {rule.effective_until})" if rule.effective_until else ""
    return (
        f"`{rule.id}`{until}: {rule.title}",
        sentence(rule_in_words(rule)),
        rule.status.value,
        sentence(rule.disabled_because),
    )


def _addresses(rulebook: Rulebook) -> Lines:
    """The addresses of the links: for two versions of a rule, the source of the one in force when its pack was reviewed."""
    found: dict[str, str] = {}
    for pack in rulebook.packs.values():
        for rule in sorted(pack.rules, key=lambda one: one.in_force(pack.reviewed_on)):
            found[rule.id] = rule.citation.url
    yield ""
    yield from (f"[{name}]: {url}" for name, url in sorted(found.items()) if url)
