"""Which calls of the last 30 days the changed rules would have forbidden, by the decisions stored when they were made.

The changed rules are asked as if they had been in force all the time. Calls off the list have no stored decision.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from bot.services.answers.rehearsals import BrokenCount
from bot.services.deciding import decide_facts, strictest
from bot.services.deps import Deps
from bot.services.rehearsal.changing import ChangedDeps
from policy import FactsError, Prepared, Rulebook
from policy.facts import facts_from_json
from policy.vocabulary import Verdict
from storage.models import DecisionRecord
from storage.queries import compliance

DAYS = 30
READ_AT_ONCE = 500
_EVER = date(1970, 1, 1)


@dataclass(slots=True)
class Found:
    """The calls decided again."""

    since: date
    calls: int = 0
    unreadable: int = 0
    counts: Counter[tuple[int, str, str]] = field(default_factory=Counter)

    def broken(self, names: Mapping[int, str]) -> tuple[BrokenCount, ...]:
        told = [
            BrokenCount(names.get(campaign, ""), rule, because, calls)
            for (campaign, rule, because), calls in self.counts.items()
        ]
        return tuple(sorted(told, key=lambda one: (one.campaign, -one.calls, one.rule, one.because)))


def broken(old: Deps, new: ChangedDeps, effective_on: date, report: Callable[[], None] = lambda: None) -> Found:
    """Decide every allowed call of the last days again by both rules, and count those that only the new ones forbid.

    `report` is called after each few hundred calls; its errors end it.
    """
    since = old.clock() - timedelta(days=DAYS)
    rules = as_if_always_in_force(new.rulebook(), old.rulebook(), effective_on)
    standing = replace(new, rulebook=lambda: rules)
    found, last = Found(since.date()), 0
    while True:
        with old.unit_of_work(is_read_only=True) as uow:
            rows = compliance.calls_allowed_since(uow.session, since, last, READ_AT_ONCE)
            for row in rows:
                _count(found, old, standing, row)
        if not rows:
            return found
        last = rows[-1].id or 0
        report()


def _count(found: Found, old: Deps, standing: ChangedDeps, row: DecisionRecord) -> None:
    try:
        facts = Prepared(facts_from_json(row.facts))
    except FactsError:
        found.unreadable += 1
        return
    found.calls += 1
    if decide_facts(old, facts, row.at, row.house_pack).verdict is not Verdict.CALLABLE:
        return  # the rules in force forbid it already
    decision = decide_facts(standing, facts, row.at, standing.house_pack_of_call(row))
    if decision.verdict is not Verdict.CALLABLE:
        found.counts[row.campaign_id or 0, *strictest(decision)] += 1


def as_if_always_in_force(new: Rulebook, old: Rulebook, on: date) -> Rulebook:
    """The changed packs as they will be on a day, as if that had always been so."""
    packs = dict(new.packs)
    for name, pack in new.packs.items():
        if old.packs.get(name) != pack:
            rules = tuple(
                replace(rule, effective_from=_EVER, effective_until=None, begins_at=None, ends_at=None)
                for rule in pack.rules
                if rule.in_force(on)
            )
            packs[name] = replace(pack, rules=rules, effective_from=_EVER, effective_until=None)
    return Rulebook(packs, f"{new.version} on {on}")
