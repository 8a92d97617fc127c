"""A change of a rule or of a pack's head, as people read it."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from policy.diff.changed import HeadChange, RuleChange
from policy.guide import mode_in_words, rule_in_words
from policy.rules import Rule
from policy.rules.words import both, limits, spaced

_HEADS = {
    "kind": "kind",
    "areas": "places",
    "effective_from": "in force from",
    "effective_until": "in force until",
    "covers": "purposes it answers for",
    "callers": "voices it answers for",
    "is_base_of_area": "answers alone for its places",
    "code": "binds campaigns that follow",
    "request_max_age_days": "days a request to be called is fresh",
    "holds_stale_request": "an older request holds the call instead of suppressing it",
    "third_party_consent_max_age_days": "days in which a consent collected by somebody else must be used",
}
_SOLICITED = {
    None: "whether or not the person asked for the call",
    True: "that the person asked for",
    False: "that nobody asked for",
}


def head_in_words(change: HeadChange) -> str:
    """`gb-house: days a request to be called is fresh: was 14, now 7`."""
    if change.name in ("added", "removed"):
        pack = change.after or change.before
        return f"{change.pack}: the pack is {'new' if change.name == 'added' else 'gone'} ({pack.title})"
    return f"{change.pack}: {_HEADS[change.name]}: was {_value(change.before)}, now {_value(change.after)}"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or value == "":
        return "none"
    if isinstance(value, frozenset | tuple):
        return both(sorted(map(spaced, value))) or "all"
    return str(value)


def change_in_words(change: RuleChange) -> Iterator[str]:
    """What the rule asked before and asks now: one line each, and only what differs."""
    before, after = change.before, change.after
    if before is None:
        yield f"begins: {_whole(change.rule)}"
    elif after is None:
        yield f"goes; it was: {_whole(before)}"
    elif change.is_text_only:
        yield "decides as before; its title, source or sentence is new"
    else:
        yield from _differences(before, after)


def _whole(rule: Rule) -> str:
    return "; ".join(part for part in (rule_in_words(rule), _concerns(rule), mode_in_words(rule), _dates(rule)) if part)


def _differences(before: Rule, after: Rule) -> Iterator[str]:
    is_silent = True
    for name, say in (("", rule_in_words), ("concerns ", _concerns), ("", _standing), ("", _dates)):
        was, now = say(before), say(after)
        if was != now:
            is_silent = False
            yield f"was: {name}{was}"
            yield f"now: {name}{now}"
    if is_silent:
        yield f"was: {_raw(before, after)}"
        yield f"now: {_raw(after, before)}"


def _concerns(rule: Rule) -> str:
    applies = rule.applies
    calls = f"{both(sorted(applies.purposes))} calls" if applies.purposes else "every call"
    return "; ".join(part for part in (f"{calls} {_SOLICITED[applies.solicited]}", limits(applies)) if part)


def _standing(rule: Rule) -> str:
    """How far the rule bars."""
    effect = f", with the effect {rule.effect}" if rule.effect is not None else ""
    off = "" if rule.is_enabled else "switched off: "
    return f"{off}{mode_in_words(rule) or 'bars'}{effect}, as {rule.status}"


def _dates(rule: Rule) -> str:
    last: date | None = rule.effective_until
    by = ", by the date of the request or call it looks at" if rule.version_by == "event" else ""
    return f"from {rule.effective_from} {f'to {last}' if last else 'with no end'}{by}"


def _raw(rule: Rule, other: Rule) -> str:
    """The parameters that differ and have no words of their own."""
    mine, theirs = rule.parameters, other.parameters
    names = [
        name
        for kind in type(mine).__mro__
        for name in getattr(kind, "__slots__", ())
        if not name.startswith("_") and getattr(mine, name, None) != getattr(theirs, name, None)
    ]
    return both(f"{spaced(name)} {getattr(mine, name)}" for name in names) or "the same words"
