"""What holds of each limit today, and where it comes from; and values that would change nothing, because law or house
pack ask for as much already. Where campaigns differ, the loosest counts."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import time
from typing import Any

from bot.services.deps import Deps
from bot.services.hand_out.next_call import MOST_AT_ONCE
from bot.services.house_rules import rulebook
from policy import CallFacts, ContactFacts
from policy.house.limits import LIMITS, WAITS, Asked, HouseLimits, Limit, Origin, already_asked
from storage import house_rules as rows
from storage.models import Campaign
from storage.queries import setup

_DAY = 86_400
_REFUSED = ("wait", "cap", "ring_seconds", "hours", "open_cards", "open_calls")  # in this order
_AT_LEAST = ("wait", "ring_seconds")  # of the other figures, less is tighter


def not_tighter(deps: Deps, campaign_id: int | None, limits: HouseLimits) -> tuple[Asked, ...]:
    """The values that tighten no campaign of the scope."""
    return tuple(_loose(_Standing(deps, campaign_id), limits))


def _loose(asked: "_Standing", limits: HouseLimits) -> Iterator[Asked]:
    wanted = [limit for limit in LIMITS if limit.sort in _REFUSED and limits.value(limit) is not None]
    for limit in sorted(wanted, key=lambda one: _REFUSED.index(one.sort)):
        known = asked.known(limit)
        if known and not any(_is_tighter(limit, _value(limits, limit), one.value) for one in known):
            yield _loosest(limit, known)


def today(deps: Deps, campaign_id: int | None) -> dict[str, Asked]:
    """What holds of each limit now, by its key: the strictest of law, house pack and own rules. Nothing: no limit."""
    asked, at, found = _Standing(deps, campaign_id), deps.clock(), dict[str, Asked]()
    own = [rulebook.limits_at(asked.approved, scope, at) for scope in dict.fromkeys((None, campaign_id))]
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
        self._each = [_of_packs(deps, one) for one in found if campaign_id in (None, one.id)]
        calls = 1 if organisation is None else organisation.open_calls
        settings = {"open_cards": MOST_AT_ONCE, "open_calls": calls}
        self._settings = {key: Asked(key, most, Origin.SETTING) for key, most in settings.items()}

    def known(self, limit: Limit) -> list[Asked]:
        """What each campaign is asked; nothing where one has no such rule: any value tightens that one."""
        if limit.key in self._settings:
            return [self._settings[limit.key]]
        found = [one[limit.key] for one in self._each if limit.key in one]
        return found if len(found) == len(self._each) else []


def _of_packs(deps: Deps, campaign: Campaign) -> dict[str, Asked]:
    call = CallFacts(
        purpose=campaign.purpose,
        principal=campaign.principal,
        campaign=str(campaign.id),
        sector=campaign.sector,
        caller_role=campaign.caller_role,
        codes=frozenset(campaign.codes.split()),
        is_number_shown=campaign.is_number_shown,
    )
    contact = ContactFacts("", "", places=(campaign.country,))
    on = deps.clock().date()
    return already_asked(call, contact, deps.rulebook(), deps.house_pack_of(campaign), on)


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
