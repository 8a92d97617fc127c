"""Which packs and rules differ between two rulebooks, and which calls a difference may concern."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from policy.engine import choose_packs
from policy.facts import CallFacts, ContactFacts
from policy.rulebook import Pack, Rulebook
from policy.rules import Rule

# Fields of a pack that decisions depend on. The others are its title, note, file and the dates of its readings.
_OF_PACKS = (
    "kind", "areas", "effective_from", "effective_until", "covers", "callers", "is_base_of_area", "code",
    "request_max_age_days", "holds_stale_request", "third_party_consent_max_age_days",
)  # fmt: skip
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
    for field in _OF_PACKS:
        was, now = getattr(before, field), getattr(after, field)
        if was != now:
            yield HeadChange(name, field, was, now)


def _rules(before: Pack | None, after: Pack | None) -> Iterator[RuleChange]:
    old, new = _by_id(before), _by_id(after)
    for name in dict.fromkeys((*old, *new)):
        yield from _versions(old.get(name, []), new.get(name, []))


def _by_id(pack: Pack | None) -> dict[str, list[Rule]]:
    found: dict[str, list[Rule]] = {}
    for rule in pack.rules if pack else ():
        found.setdefault(rule.id, []).append(rule)
    return found


def _versions(old: list[Rule], new: list[Rule]) -> Iterator[RuleChange]:
    """The changed versions of one rule."""
    days = {rule.effective_from: rule for rule in new}
    pairs = [(rule, days.pop(rule.effective_from, None)) for rule in old]
    rest = [rule for rule in new if rule.effective_from in days]
    for before, after in pairs:
        matched = after if after is not None or not rest else rest.pop(0)
        yield from _one(before, matched)
    for after in rest:
        yield RuleChange(None, after)


def _one(before: Rule, after: Rule | None) -> Iterator[RuleChange]:
    if after is None or _differ(before, after, _OF_RULES):
        yield RuleChange(before, after)
    elif _differ(before, after, _TEXTS_OF_RULES):
        yield RuleChange(before, after, is_text_only=True)


def _differ(before: Rule, after: Rule, fields: tuple[str, ...]) -> bool:
    return any(getattr(before, name) != getattr(after, name) for name in fields)
