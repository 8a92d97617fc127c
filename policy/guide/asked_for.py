"""The section of docs/how-often.md on what a request to be called changes, place by place."""

from collections.abc import Iterable, Sequence

from policy.guide.by_place import Lines, marked
from policy.guide.jurisdictions import Jurisdiction, Situation, in_force, name_in_sentence, placed_title
from policy.guide.phrases import both
from policy.guide.rule_words import grounds_of
from policy.rulebook import Pack
from policy.rules import AllOf, Asked, Callback, Ground, Rule
from policy.vocabulary import Purpose


def request_section(places: Sequence[Jurisdiction]) -> Lines:
    """Which rules no longer apply, apply instead, are satisfied, or stay if the person asked for the call."""
    yield from ("## What a request changes", "")
    yield (
        "A call the person asked for, by a complete request that named the caller and is still fresh. A refusal or a stop "
        "ends the request."
    )
    yield ""
    said = {place.name: _request_of(place) for place in places}
    for name, lines in said.items():
        yield from (f"**{name}**", "", *lines, "") if lines else ()
    silent = both(name_in_sentence(name) for name, lines in said.items() if not lines)
    yield from (f"**Nothing** in {silent}: no rule in force there asks whether a call was asked for.", "")


def _after(pack: Pack) -> str:
    return ": then held where a call nobody asked for would be suppressed" if pack.holds_stale_request else ""


def _request_of(place: Jurisdiction) -> list[str]:
    rules = in_force(place.packs)
    asked = Situation(Purpose.MARKETING, is_solicited=True)
    ages = [
        f"{pack.request_max_age_days} days ({pack.id}{_after(pack)})"
        for pack in place.packs
        if pack.request_max_age_days
    ]
    falls = _listing("Falls away", (rule for rule in rules if rule.applies.solicited is False), place)
    kept = [one for one in rules if one.applies.solicited is None and asked.concerns(one)] if falls else []
    agreed = [rule for rule in rules if _is_met_by(rule, Callback) and not _is_met_by(rule, Asked)]
    said = (
        falls,
        _listing("Takes its place", (rule for rule in rules if rule.applies.solicited is True), place),
        _listing("Satisfied or lifted by it", (rule for rule in rules if _is_met_by(rule, Asked)), place),
        _listing("Lifted only once a call was agreed for an hour the person named", agreed, place),
        _listing("Stays for calls to sell", kept, place),
        f"- **Fresh for** {both(ages)}." if ages else "",
    )
    return [one for one in said if one]


def _is_met_by(rule: Rule, kind: type[Asked] | type[Callback]) -> bool:
    return any(_is_made_of(ground, kind) for ground in grounds_of(rule))


def _is_made_of(ground: Ground, kind: type[Asked] | type[Callback]) -> bool:
    if isinstance(ground, AllOf):
        return any(_is_made_of(one, kind) for one in ground.grounds)
    return isinstance(ground, kind)


def _listing(words: str, rules: Iterable[Rule], place: Jurisdiction) -> str:
    found = "; ".join(f"{placed_title(rule, place)} ({marked(rule)})" for rule in rules)
    return f"- **{words}:** {found}." if found else ""
