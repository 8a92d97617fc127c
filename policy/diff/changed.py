"""Which packs and rules differ between two rulebooks, and which calls a difference may concern; and each in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from policy.engine.whereabouts import choose_packs
from policy.facts.types import CallFacts, ContactFacts
from policy.rulebook.rulebook import Pack, Rulebook
from policy.rules.rule import Rule
from policy.rules.words import both, concerns_in_words, mode_in_words, rule_in_words, spaced

# Fields of a pack that decisions depend on, in words. The others are its title, note, file and dates of readings.
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
_OF_RULES = (
    "kind", "status", "mode", "effective_from", "effective_until", "applies", "parameters", "version_by", "effect",
    "lifted_by", "override_reasons", "is_enabled",
)  # fmt: skip
_TEXTS_OF_RULES = ("title", "citation", "confidence", "label", "says", "note", "wording", "disabled_because")


@dataclass(frozen=True, slots=True)
class HeadChange:
    """One changed field of a pack's head. `name` "added" or "removed": the whole pack."""

    pack: str
    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One changed version of a rule. `before` None: it begins; `after` None: it goes.

    `is_text_only`: its title, source or sentence changed, and it decides as before.
    """

    before: Rule | None
    after: Rule | None
    is_text_only: bool = False

    @property
    def rule(self) -> Rule:
        found = self.after or self.before
        assert found is not None
        return found

    def may_concern(self, call: CallFacts, contact: ContactFacts) -> bool:
        """Whether the change may alter the answer about such calls."""
        if self.is_text_only:
            return False
        both = [rule for rule in (self.before, self.after) if rule is not None]
        if any(rule.applies.met_by(call, contact) for rule in both):
            return True
        # A sector like one that a rule names is taken for a slip of the pen, whatever else the rule asks.
        return (
            bool(call.sector)
            and len({rule.applies.sectors | rule.applies.not_sectors for rule in both}) + (len(both) == 1) > 1
        )


@dataclass(frozen=True, slots=True)
class RulebookDiff:
    """Everything that differs between two rulebooks, in the order of the packs."""

    old: Rulebook
    new: Rulebook
    heads: tuple[HeadChange, ...]
    rules: tuple[RuleChange, ...]

    @property
    def is_empty(self) -> bool:
        return not self.heads and not self.rules

    def may_concern(self, call: CallFacts, contact: ContactFacts, house_pack: str | None) -> bool:
        """Whether a listed change may alter the answer about such calls. If not, both rulebooks answer alike."""
        chosen = [
            choose_packs(call, contact, book, house_pack if house_pack in book.packs else None)
            for book in (self.old, self.new)
        ]
        if chosen[0] != chosen[1]:
            return True
        names = set(chosen[0])
        return any(one.pack in names for one in self.heads) or any(
            one.rule.pack in names and one.may_concern(call, contact) for one in self.rules
        )


def compared(old: Rulebook, new: Rulebook) -> RulebookDiff:
    """What differs between two rulebooks. Versions of a rule are matched by the day they begin, then in order."""
    names = dict.fromkeys((*old.packs, *new.packs))
    heads: list[HeadChange] = []
    rules: list[RuleChange] = []
    for name in names:
        before, after = old.packs.get(name), new.packs.get(name)
        heads += _heads(name, before, after)
        rules += _rules(before, after)
    return RulebookDiff(old, new, tuple(heads), tuple(rules))


def _heads(name: str, before: Pack | None, after: Pack | None) -> Iterator[HeadChange]:
    if before is None or after is None:
        yield HeadChange(name, "removed" if after is None else "added", before, after)
        return
    for field in _HEADS:
        was, now = getattr(before, field), getattr(after, field)
        if was != now:
            yield HeadChange(name, field, was, now)


def _rules(before: Pack | None, after: Pack | None) -> Iterator[RuleChange]:
    old, new = _by_id(before), _by_id(after)
    for name in dict.fromkeys((*old, *new)):
        days = {rule.effective_from: rule for rule in new.get(name, ())}
        pairs = [(rule, days.pop(rule.effective_from, None)) for rule in old.get(name, ())]
        rest = [rule for rule in new.get(name, ()) if rule.effective_from in days]
        for was, now in pairs:
            yield from _one(was, now if now is not None or not rest else rest.pop(0))
        for now in rest:
            yield RuleChange(None, now)


def _by_id(pack: Pack | None) -> dict[str, list[Rule]]:
    found: dict[str, list[Rule]] = {}
    for rule in pack.rules if pack else ():
        found.setdefault(rule.id, []).append(rule)
    return found


def _one(before: Rule, after: Rule | None) -> Iterator[RuleChange]:
    if after is None or _differ(before, after, _OF_RULES):
        yield RuleChange(before, after)
    elif _differ(before, after, _TEXTS_OF_RULES):
        yield RuleChange(before, after, is_text_only=True)


def _differ(before: Rule, after: Rule, fields: tuple[str, ...]) -> bool:
    return any(getattr(before, name) != getattr(after, name) for name in fields)


_concerns = partial(concerns_in_words, if_either="whether or not the person asked for the call")


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


def _whole(rule: Rule) -> str:
    return "; ".join(part for part in (rule_in_words(rule), _concerns(rule), mode_in_words(rule), _dates(rule)) if part)


def _standing(rule: Rule) -> str:
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
