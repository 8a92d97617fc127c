"""The rulebook in force: the shipped packs with the organisation's own rules laid over its house packs.

The own rules say themselves when they begin, so nothing happens at that moment: every process has them long before. A
process looks for approvals every few seconds; an answer waits for a look if the last one is older than LOOKED_WITHIN.
An approval begins APPROVED_BEFORE later at the earliest, so every process decides by it from its first moment on.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import partial
from threading import Lock
from typing import Any

from bot.clock import Clock
from bot.services.answers.house_rules import Force
from bot.services.deciding import rulebook_change
from bot.services.deciding.facts import call_facts
from bot.services.deps import Deps
from bot.services.hand_out.next_call import MOST_AT_ONCE
from policy import ContactFacts, Rulebook
from policy.house.limits import (
    LIMITS,
    WAITS,
    Asked,
    HouseLimits,
    Limit,
    Origin,
    OwnRules,
    already_asked,
    with_own_rules,
)
from storage import house_rules as rows
from storage.database.unit_of_work import UnitOfWork
from storage.models import HouseRuleProposal
from storage.queries import setup

LOOKED_WITHIN = timedelta(seconds=20)

Reads = Callable[[], AbstractContextManager[UnitOfWork]]


class HouseRulebook:
    """Calls return the rulebook. `aside` reads on a connection of its own: an answer may look while it works."""

    def __init__(self, shipped: Rulebook, clock: Clock, aside: Reads) -> None:
        self.shipped = shipped
        self._clock, self._aside = clock, aside
        self._looking, self._changing = Lock(), Lock()
        self._begun = self._kept = 0  # looks begun, and the latest of those kept: a slow one replaces no later one
        self._own: tuple[OwnRules, ...] = ()
        self._known = shipped
        self._looked_at: datetime | None = None
        self.followed = ""  # the version for which contacts were last made due

    def __call__(self) -> Rulebook:
        if self._is_old():
            with self._looking:
                if self._is_old():
                    self.look(self._aside)
        return self._known

    def look(self, reads: Reads) -> Rulebook:
        """Look for approvals now."""
        with self._changing:
            self._begun += 1
            turn = self._begun
        at = self._clock()
        with reads() as uow:
            organisation = setup.organisation(uow.session)
            approved = [] if organisation is None else rows.approved(uow.session, organisation.id or 0)
            own = own_rules(approved)
        with self._changing:
            if turn > self._kept:
                self._kept, self._looked_at = turn, at
                if own != self._own:
                    self._known, self._own = with_own_rules(self.shipped, own), own
        return self._known

    def _is_old(self) -> bool:
        return self._looked_at is None or abs(self._clock() - self._looked_at) > LOOKED_WITHIN


def follow(deps: Deps) -> int:
    """Look for approvals, and have every contact decided again by the rules that now hold. Returns whether it began."""
    rulebook: Callable[[], Rulebook] = deps.rulebook
    if not isinstance(rulebook, HouseRulebook):
        return 0
    version = rulebook.look(partial(deps.unit_of_work, is_read_only=True)).version
    if version == rulebook.followed:
        return 0
    begun = rulebook_change.begin_if_changed(deps)
    rulebook.followed = version
    return int(begun)


Row = HouseRuleProposal
APPROVED_BEFORE = timedelta(minutes=1)  # of the day on which it begins: every process knows of an approval by then


def by_scope(approved: Iterable[Row]) -> dict[int | None, list[Row]]:
    """Those that ever come into force, by campaign, in the order in which they do.

    An approval ends what is in force when its own day begins. What was approved before and begins later than
    APPROVED_BEFORE from then never begins: what begins sooner does, because some process may not know better in time.
    """
    scopes: dict[int | None, list[Row]] = {}
    for row in approved:
        if row.decided_at is None:
            raise ValueError(f"proposal {row.id} was approved at no moment")
        settled = row.decided_at + APPROVED_BEFORE
        begun = [
            one
            for one in scopes.get(row.campaign_id, [])
            if one.effective_at <= settled and one.effective_at < row.effective_at
        ]
        scopes[row.campaign_id] = [*begun, row]
    return scopes


def own_rules(approved: Iterable[Row]) -> tuple[OwnRules, ...]:
    """The approved limits with the moments between which they hold, those of the organisation first."""
    return tuple(
        OwnRules(
            limits=HouseLimits.from_json(row.limits),
            begins_at=row.effective_at,
            ends_at=None if after is None else after.effective_at,
            effective_from=row.effective_on,
            effective_until=None if after is None else after.effective_on - timedelta(days=1),
            campaign="" if campaign_id is None else str(campaign_id),
        )
        for campaign_id, in_scope in sorted(by_scope(approved).items(), key=lambda item: item[0] or 0)
        for row, after in zip(in_scope, [*in_scope[1:], None], strict=True)
    )


def limits_at(approved: Sequence[Row], campaign_id: int | None, at: datetime) -> HouseLimits:
    """The limits of one scope alone at a moment."""
    rows = [one for one in by_scope(approved).get(campaign_id, []) if one.effective_at <= at]
    return HouseLimits.from_json(rows[-1].limits) if rows else HouseLimits()


def force_of(approved: Sequence[Row], row: Row, at: datetime) -> Force:
    rows = by_scope(approved).get(row.campaign_id, [])
    place = next((place for place, one in enumerate(rows) if one.id == row.id), None)
    if place is None:
        return Force.NEVER
    if row.effective_at > at:
        return Force.AHEAD
    is_last = place + 1 == len(rows) or rows[place + 1].effective_at > at
    return Force.NOW if is_last else Force.OVER


_DAY = 86_400
_REFUSED = ("wait", "cap", "ring_seconds", "hours", "open_cards", "open_calls")  # in this order
_AT_LEAST = ("wait", "ring_seconds")  # of the other figures, less is tighter


def not_tighter(deps: Deps, campaign_id: int | None, limits: HouseLimits) -> tuple[Asked, ...]:
    """The values that tighten no campaign of the scope."""
    asked, loose = _Standing(deps, campaign_id), list[Asked]()
    wanted = [limit for limit in LIMITS if limit.sort in _REFUSED and limits.value(limit) is not None]
    for limit in sorted(wanted, key=lambda one: _REFUSED.index(one.sort)):
        known = asked.known(limit)
        if known and not any(_is_tighter(limit, _value(limits, limit), one.value) for one in known):
            loose.append(_loosest(limit, known))
    return tuple(loose)


def today(deps: Deps, campaign_id: int | None) -> dict[str, Asked]:
    """What holds of each limit now, by its key: the strictest of law, house pack and own rules. Nothing: no limit."""
    asked, at, found = _Standing(deps, campaign_id), deps.clock(), dict[str, Asked]()
    own = [limits_at(asked.approved, scope, at) for scope in dict.fromkeys((None, campaign_id))]
    for limit in LIMITS:
        if known := asked.known(limit):
            found[limit.key] = _loosest(limit, known)
        for value in (_value(one, limit) for one in own if one.value(limit) is not None):
            before = found.get(limit.key)
            if before is None or _is_tighter(limit, value, before.value):
                unasked = None if before is None else before.unasked
                is_lower = unasked is not None and unasked.value < value
                found[limit.key] = Asked(limit.key, value, Origin.OWN_RULE, unasked if is_lower else None)
    return found


def with_wait(deps: Deps, campaign_id: int | None, limits: HouseLimits, hours: int) -> HouseLimits:
    """The limits with a wait of so many hours after any attempt: set where law and house pack ask for less."""
    asked, waits = _Standing(deps, campaign_id), dict(limits.waits)
    for outcome in WAITS:
        limit = Limit("wait", outcome.value)
        known = asked.known(limit)
        is_asked = bool(known) and _loosest(limit, known).value >= hours
        if not is_asked and waits.get(outcome, 0) < hours:
            waits[outcome] = hours
    return replace(limits, waits={one: waits[one] for one in WAITS if one in waits})


class _Standing:
    """What packs and settings ask of a campaign's calls, or of every campaign's; and the approved proposals."""

    def __init__(self, deps: Deps, campaign_id: int | None) -> None:
        with deps.unit_of_work(is_read_only=True) as uow:
            organisation = setup.organisation(uow.session)
            key = 0 if organisation is None else organisation.id or 0
            found = [one for one in setup.campaigns(uow.session, key) if one.is_active or one.id == campaign_id]
            self.approved = rows.approved(uow.session, key)
        rules, on, self._each = deps.rulebook(), deps.clock().date(), list[dict[str, Asked]]()
        for one in (one for one in found if campaign_id in (None, one.id)):
            contact = ContactFacts("", "", places=(one.country,))
            self._each.append(already_asked(call_facts(one), contact, rules, deps.house_pack_of(one), on))
        calls = 1 if organisation is None else organisation.open_calls
        settings = {"open_cards": MOST_AT_ONCE, "open_calls": calls}
        self._settings = {key: Asked(key, most, Origin.SETTING) for key, most in settings.items()}

    def known(self, limit: Limit) -> list[Asked]:
        """What each campaign is asked; nothing where one has no such rule: any value tightens that one."""
        if limit.key in self._settings:
            return [self._settings[limit.key]]
        found = [one[limit.key] for one in self._each if limit.key in one]
        return found if len(found) == len(self._each) else []


def _value(limits: HouseLimits, limit: Limit) -> Any:
    """As packs have it: windows in seconds from midnight."""
    value = limits.value(limit)
    if limit.sort != "hours":
        return value
    return tuple((_second(opens), _second(closes) or _DAY) for opens, closes in value)


def _is_tighter(limit: Limit, value: Any, already: Any) -> bool:
    if limit.sort == "hours":
        return all(any(a <= opens and closes <= b for a, b in already) for opens, closes in value)
    return bool(value > already if limit.sort in _AT_LEAST else value < already)


def _loosest(limit: Limit, known: list[Asked]) -> Asked:
    if limit.sort == "hours":
        return max(known, key=lambda one: sum(closes - opens for opens, closes in one.value))
    choose = min if limit.sort in _AT_LEAST else max
    return choose(known, key=lambda one: one.value)


def _second(at: time) -> int:
    return at.hour * 3600 + at.minute * 60
