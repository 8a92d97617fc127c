"""House rules: the page, the form, what a proposal means, and what came of it."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from bot.services.answers.house_rules import Stage
from bot.slack.wording.labels import label, person
from bot.slack.wording.markup import shown
from bot.slack.wording.say import Markup, say
from bot.slack.wording.times import short_day
from policy.house import FOR_EVER, LIMITS, Asked, HouseLimits, Limit, Origin
from policy.vocabulary import Outcome

_FIGURES: Final = {
    "ring_seconds": "house_rules.ring_asked",
    "callbacks_wait": "house_rules.callbacks_asked",
    "open_cards": "house_rules.cards_asked",
    "open_calls": "house_rules.calls_asked",
}


def title(campaign: str, on: date) -> Markup:
    """`House rules for *Energy switch* from Tue 1 Dec on`."""
    if not campaign:
        return say("house_rules.title_of_all", day=short_day(on))
    return say("house_rules.title", campaign=shown(campaign), day=short_day(on))


def limit_asked(limit: Limit) -> Markup:
    """What a limit limits."""
    match limit.sort:
        case "hours":
            return say("house_rules.hours_asked", day=say("house_rules.days", limit.of))
        case "wait":
            return say("house_rules.wait_asked", outcome=label(Outcome(limit.of)))
        case "cap":
            return say("house_rules.caps", limit.of)
    return say(_FIGURES[limit.sort])


def limit_hint(limit: Limit) -> Markup:
    """What to enter; empty where that is plain."""
    key = {
        "hours": "house_rules.hours_hint",
        "wait": "house_rules.wait_hint",
        "cap": "house_rules.cap_hint",
        "callbacks_wait": "house_rules.callbacks_hint",
    }.get(limit.sort)
    return say(key) if key else Markup("")


def limits_in_words(limits: HouseLimits) -> list[tuple[str, str]]:
    """Each limit that is set: what it limits, and to what."""
    found = ((limit, limits.value(limit)) for limit in LIMITS)
    return [(limit_asked(limit), _value(limit, value)) for limit, value in found if value is not None]


def _value(limit: Limit, value: Any) -> Markup:
    if limit.sort == "hours":
        return Markup(
            ", ".join((f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in value)) or say("house_rules.hours_word")
        )
    if limit.sort == "callbacks_wait":
        return say("house_rules.callbacks_wait")
    return say("house_rules.hours_of", count=value) if limit.sort == "wait" else Markup(str(value))


def today_holds(limit: Limit, now: Asked | None) -> Markup:
    """What holds today, and where it comes from."""
    if now is None:
        return say("house_rules.today_nothing") if limit.sort != "callbacks_wait" else Markup("")
    if limit.sort == "hours":
        value = _seconds(now.value)
    elif limit.sort == "wait" and now.value >= FOR_EVER:
        value = say("house_rules.for_ever")
    else:
        value = _value(limit, now.value)
    return say("house_rules.today_holds", value=value, origin=say("house_rules.origin", now.origin))


def _seconds(open_then: Sequence[tuple[int, int]]) -> Markup:
    return Markup(", ".join(_window(*pair) for pair in open_then) or say("house_rules.hours_word"))


def changes(before: HouseLimits, after: HouseLimits) -> list[str]:
    """A line for each limit that differs."""
    was, now = dict(limits_in_words(before)), dict(limits_in_words(after))
    lines: list[str] = []
    for name in {**now, **was}:
        old, new = was.get(name), now.get(name)
        if old == new:
            continue
        if old is None and new is not None:
            lines.append(say("house_rules.change_new", what=Markup(name), now=Markup(new)))
        elif new is None and old is not None:
            lines.append(say("house_rules.change_ended", what=Markup(name), before=Markup(old)))
        elif new is not None and old is not None:
            lines.append(say("house_rules.change", what=Markup(name), now=Markup(new), before=Markup(old)))
    return lines


def scope_line(campaign: str, limits: HouseLimits, on: date) -> Markup:
    """What holds in a scope, and since when."""
    said = "; ".join(f"{what}: {value}" for what, value in limits_in_words(limits)) or say("house_rules.no_limits")
    scope = shown(campaign) if campaign else say("house_rules.for_every_campaign")
    return say("house_rules.scope_line", scope=scope, day=short_day(on), limits=Markup(said))


def made_by(name: str, how: Stage) -> Markup:
    key = "house_rules.made_by_draft" if how is Stage.DRAFT else "house_rules.made_by"
    return say(key, person=person(name))


def decided_line(how: Stage, name: str, reason: str) -> Markup:
    said = f"{say('house_rules.stage', how)}: {person(name)}" if name else say("house_rules.stage", how)
    return Markup(f"{said}: {shown(reason, 300)}" if reason else said)


def not_tighter(one: Asked) -> Markup:
    """Why a value changes nothing, and what to enter."""
    kind, already, is_law = one.key.partition(":")[0], one.value, one.origin is Origin.LAW
    if kind == "hours":
        return say("house_rules.not_tighter_hours", windows=_seconds(already))
    if kind == "wait":
        key = "house_rules.law_asks_hours" if is_law else "house_rules.pack_asks_hours"
        return say("house_rules.enter_more", asks=say(key, hours=say("house_rules.hours_of", count=already)))
    if kind == "cap":
        key = "house_rules.law_allows_count" if is_law else "house_rules.pack_allows_count"
        return say("house_rules.enter_fewer", asks=say(key, count=already))
    if kind == "ring_seconds":
        return say("house_rules.not_tighter_ring_seconds", count=say("house_rules.seconds_of", count=already))
    return say("house_rules.not_tighter", count=already)


def _window(opens: int, closes: int) -> Markup:
    return Markup(f"{_clock(opens)}-{_clock(closes)}")


def _clock(second: int) -> Markup:
    return Markup(f"{second // 3600:02d}:{second // 60 % 60:02d}")
