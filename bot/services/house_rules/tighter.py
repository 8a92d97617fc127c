"""Finds values that would change nothing, because law or house pack ask for as much already."""

from collections.abc import Callable, Iterator, Sequence
from datetime import time

from bot.services.deps import Deps
from bot.services.hand_out.next_call import MOST_AT_ONCE
from policy import CallFacts, ContactFacts, Status
from policy.house import Already, Asked, HouseLimits, NotTighter, already_asked
from storage.models import Campaign, Organisation
from storage.queries import setup

_DAY = 86_400


def not_tighter(deps: Deps, campaign_id: int | None, limits: HouseLimits) -> tuple[NotTighter, ...]:
    """The values that tighten no campaign of the scope. Where campaigns differ, the loosest counts."""
    with deps.unit_of_work(is_read_only=True) as uow:
        organisation = setup.organisation(uow.session)
        key = 0 if organisation is None else organisation.id or 0
        found = [one for one in setup.campaigns(uow.session, key) if one.is_active or one.id == campaign_id]
    campaigns = [one for one in found if campaign_id in (None, one.id)]
    asked = [_already(deps, one) for one in campaigns]
    return (*_by_packs(limits, asked), *_by_settings(limits, organisation))


def _already(deps: Deps, campaign: Campaign) -> Already:
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


def _by_packs(limits: HouseLimits, asked: Sequence[Already]) -> Iterator[NotTighter]:
    for outcome, hours in limits.waits.items():
        least = _loosest([one.waits.get(outcome) for one in asked], min)
        if least is not None and hours <= least.value:
            yield _told(f"wait:{outcome.value}", least)
    for span, most in limits.caps.items():
        cap = _loosest([one.caps.get(span) for one in asked], max)
        if cap is not None and most >= cap.value:
            yield _told(f"cap:{span}", cap)
    ring = min((one.ring_seconds for one in asked), default=0)
    if 0 < limits.ring_seconds <= ring:
        yield NotTighter("ring_seconds", (ring,))
    for day, windows in limits.hours.items():
        open_then = [one.hours.get(day) for one in asked]
        wanted = [(_second(opens), _second(closes) or _DAY) for opens, closes in windows]
        known = [one for one in open_then if one is not None]
        if known and len(known) == len(open_then) and not any(_is_inside(wanted, one) for one in known):
            widest = max(known, key=lambda one: sum(closes - opens for opens, closes in one))
            yield NotTighter(f"hours:{day}", tuple(second for window in widest for second in window))


def _by_settings(limits: HouseLimits, organisation: Organisation | None) -> Iterator[NotTighter]:
    if limits.open_cards >= MOST_AT_ONCE:
        yield NotTighter("open_cards", (MOST_AT_ONCE,))
    calls = 1 if organisation is None else organisation.open_calls
    if limits.open_calls >= calls:
        yield NotTighter("open_calls", (calls,))


def _loosest(asked: Sequence[Asked | None], choose: Callable[..., Asked]) -> Asked | None:
    """None where some campaign has no such rule: any value tightens that one."""
    known = [one for one in asked if one is not None]
    return choose(known, key=lambda one: one.value) if known and len(known) == len(asked) else None


def _told(field: str, asked: Asked) -> NotTighter:
    return NotTighter(field, (asked.value,), asked.pack, asked.status is not Status.HOUSE)


def _is_inside(wanted: Sequence[tuple[int, int]], open_then: Sequence[tuple[int, int]]) -> bool:
    return all(any(a <= opens and closes <= b for a, b in open_then) for opens, closes in wanted)


def _second(at: time) -> int:
    return at.hour * 3600 + at.minute * 60
