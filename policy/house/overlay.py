"""Lays an organisation's own dated rules over every house pack. They stand beside the pack's rules, so they only
tighten.

They are written as tables of a pack and read by the pack's own reader, with all its checks. A callback frees only rules
of its own pack: of these, those that say so here.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any

from policy.house.limits import CAPS, DAYS, HouseLimits
from policy.rulebook.loading import pack_of_table
from policy.rulebook.rulebook import Pack, Rulebook
from policy.rules.case import selects
from policy.rules.kinds.callback import Callback
from policy.rules.rule import Rule
from policy.vocabulary import Outcome

_ALL_DAY = [[time(0), time(0)]]
_WHOLE_WEEK = {"mon-fri": _ALL_DAY, "sat-sun": _ALL_DAY}
_KEYS = [["principal", "number"], ["principal", "person"]]
_SPANS: Mapping[str, dict[str, Any]] = {
    "day": {"window": "cal_day", "redial": True},
    "week": {"window": "roll_hours", "length": 168},
    "month": {"window": "roll_hours", "length": 720},
}


@dataclass(frozen=True, slots=True)
class OwnRules:
    """Limits in force in [begins_at, ends_at), aware UTC on whole seconds; None: no end.

    The dates are the first and last local day of the house, for those who ask by the day. `campaign`: empty: all.
    """

    limits: HouseLimits
    begins_at: datetime
    ends_at: datetime | None
    effective_from: date
    effective_until: date | None
    campaign: str = ""

    def covers(self, at: datetime) -> bool:
        return self.begins_at <= at and (self.ends_at is None or at < self.ends_at)


def with_own_rules(rulebook: Rulebook, own: Sequence[OwnRules]) -> Rulebook:
    """The rulebook with the rules in each house pack, under a version of its own; the same rulebook if there are none.

    Raises PackError where a pack would refuse them.
    """
    if not own:
        return rulebook
    packs = {name: _laid_over(pack, own) if pack.kind == "house" else pack for name, pack in rulebook.packs.items()}
    said = [
        [one.campaign, one.begins_at.isoformat(), one.ends_at and one.ends_at.isoformat(), one.limits.to_json()]
        for one in own
    ]
    return Rulebook(packs, hashlib.sha256(f"{rulebook.version} {json.dumps(said)}".encode()).hexdigest()[:16])


def figure(rulebook: Rulebook, house_pack: str, name: str, at: datetime, campaign: str = "") -> list[float]:
    """The figures of that name that duties of the house pack give at a moment for calls of the campaign."""
    pack = rulebook.packs.get(house_pack)
    found = []
    for rule in () if pack is None else pack.rules:
        values = rule.parameters.duty()
        if values and name in values and _holds(rule, at, campaign):
            found.append(float(values[name]))
    return found


def _holds(rule: Rule, at: datetime, campaign: str) -> bool:
    if rule.applies.campaigns and campaign not in rule.applies.campaigns:
        return False
    if rule.begins_at is None:
        return rule.in_force(at.date())
    return rule.is_enabled and rule.begins_at <= at and (rule.ends_at is None or at < rule.ends_at)


def _laid_over(pack: Pack, own: Sequence[OwnRules]) -> Pack:
    tables = [table for one in own for table in _tables(pack.id, one)]
    head = {
        "id": pack.id,
        "title": str(pack.title),
        "kind": "house",
        "effective_from": pack.effective_from,
        "effective_until": pack.effective_until or "open",
        "reviewed_on": pack.reviewed_on,
        "review_by": pack.review_by,
    }
    added = pack_of_table({"pack": head, "rule": tables}, f"{pack.id} (own rules)").rules
    kept = [rule for one in own if one.limits.callbacks_wait for rule in _unfreed(pack, one)]
    freed = [rule.id for rule in added if rule.id.startswith(f"{pack.id}.own.agreed.")]
    hours = [name for name in freed if name.endswith(".hours")]
    rules = [_freeing(rule, freed, hours) for rule in pack.rules]
    return replace(pack, rules=(*rules, *added, *kept))


def _freeing(rule: Rule, freed: Sequence[str], hours: Sequence[str]) -> Rule:
    """A callback that also frees those own rules that give way to it; the hours only if the person named the hour."""
    waits = tuple(dict.fromkeys(name for name in freed if name not in hours))
    if not isinstance(rule.parameters, Callback) or not freed:
        return rule
    given = rule.parameters
    named = tuple(dict.fromkeys(hours))
    return replace(rule, parameters=Callback((*given.rules, *waits), (*given.if_hour_named, *named)))


def _unfreed(pack: Pack, own: OwnRules) -> Iterator[Rule]:
    """Each rule that a callback of the pack frees, once more under a name that none frees."""
    freeing = [rule.parameters for rule in pack.rules if isinstance(rule.parameters, Callback)]
    patterns = [pattern for one in freeing for pattern in (*one.rules, *one.if_hour_named)]
    for rule in pack.rules:
        if rule.is_enabled and any(selects(pattern, rule.id) for pattern in patterns):
            yield replace(
                rule,
                id=f"{pack.id}.own.{_of(own)}kept.{rule.id.removeprefix(f'{pack.id}.')}",
                applies=replace(rule.applies, campaigns=frozenset({own.campaign} if own.campaign else ())),
                begins_at=own.begins_at,
                ends_at=own.ends_at,
                effective_from=own.effective_from,
                effective_until=own.effective_until,
            )


def _tables(pack: str, own: OwnRules) -> Iterator[dict[str, Any]]:
    limits = own.limits
    gives_way = "" if limits.callbacks_wait else "agreed."
    if limits.hours:
        windows = _WHOLE_WEEK | {day: [list(each) for each in limits.hours[day]] for day in DAYS if day in limits.hours}
        yield _rule(pack, own, f"{gives_way}{_of(own)}hours", "hours", "Own calling hours", windows=windows)
    if limits.waits:
        after = [{"outcomes": [outcome.value], "hours": hours} for outcome, hours in limits.waits.items()]
        unreported = {"unreported": "no_answer"} if Outcome.NO_ANSWER in limits.waits else {}
        said = {"keys": _KEYS, "after": after, "redial": True, **unreported}
        yield _rule(pack, own, f"{gives_way}{_of(own)}wait", "cool_off", "Own waits after each outcome", **said)
    for span in CAPS:
        if span in limits.caps:
            is_freed = gives_way if span == "day" else ""
            said = {"keys": _KEYS, "max": limits.caps[span], **_SPANS[span]}
            yield _rule(pack, own, f"{is_freed}{_of(own)}cap.{span}", "cap", "Own limit of attempts", **said)
    figures = {name: getattr(limits, name) for name in ("ring_seconds", "open_cards", "open_calls")}
    for name, value in figures.items():
        if value:
            yield _rule(pack, own, f"{_of(own)}{name}", "duty", "Own figures", mode="warn", values={name: value})


def _of(own: OwnRules) -> str:
    return f"campaign{own.campaign}." if own.campaign else ""


def _rule(pack: str, own: OwnRules, name: str, kind: str, title: str, **said: Any) -> dict[str, Any]:
    moments = {"begins_at": own.begins_at.astimezone(UTC)}
    if own.ends_at is not None:
        moments["ends_at"] = own.ends_at.astimezone(UTC)
    return {
        "id": f"{pack}.own.{name}",
        "kind": kind,
        "title": title,
        "status": "house",
        "mode": "block",
        "effective_from": own.effective_from,
        "effective_until": own.effective_until or "open",
        **moments,
        **({"applies_when": {"campaign": [own.campaign]}} if own.campaign else {}),
        **said,
    }
