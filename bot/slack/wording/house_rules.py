"""House rules: the page, the form, what a proposal means, and what came of it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from bot.services.answers.house_rules import Stage
from bot.slack.wording.labels import label, person
from bot.slack.wording.say import Markup, has_form, say, short_day, shown
from policy.house.limits import FOR_EVER, LIMITS, Asked, HouseLimits, Limit, Origin
from policy.vocabulary import Outcome


def title(campaign: str, on: date) -> Markup:
    """`House rules for *Energy switch* from Tue 1 Dec on`."""
    return say("house_rules.title", not campaign and "all", campaign=shown(campaign), day=short_day(on))


def limit_asked(limit: Limit) -> Markup:
    """What a limit limits."""
    if limit.sort == "cap":
        return say("house_rules.caps", limit.of)
    day = say("house_rules.days", limit.of) if limit.sort == "hours" else None
    outcome = label(Outcome(limit.of)) if limit.sort == "wait" else None
    return say("house_rules.asked", limit.sort, day=day, outcome=outcome)


def limit_hint(limit: Limit) -> Markup:
    """What to enter; empty where that is plain."""
    return say("house_rules.hints", limit.sort) if has_form("house_rules.hints", limit.sort) else Markup("")


def limits_in_words(limits: HouseLimits) -> list[tuple[str, str]]:
    """Each limit that is set: what it limits, and to what."""
    found = ((limit, limits.value(limit)) for limit in LIMITS)
    return [(limit_asked(limit), _value(limit, value)) for limit, value in found if value is not None]


def _value(limit: Limit, value: Any) -> Markup:
    if limit.sort == "hours":
        hours = ", ".join(f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in value)
        return Markup(hours or say("house_rules.hours_word"))
    if limit.sort == "callbacks_wait":
        return say("house_rules.callbacks_wait")
    return say("digests.hours", count=value) if limit.sort == "wait" else Markup(str(value))


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
    origin = say("house_rules.origin", now.origin)
    if now.unasked is None:
        return say("house_rules.today_holds", value=value, origin=origin)
    by = say("house_rules.origin", now.unasked.origin)
    return say("house_rules.today_by_request", unasked=now.unasked.value, by=by, value=value, origin=origin)


def _seconds(open_then: Sequence[tuple[int, int]]) -> Markup:
    windows = ", ".join(f"{_clock(opens)}-{_clock(closes)}" for opens, closes in open_then)
    return Markup(windows or say("house_rules.hours_word"))


def changes(before: HouseLimits, after: HouseLimits) -> list[str]:
    """A line for each limit that differs."""
    was, now = dict(limits_in_words(before)), dict(limits_in_words(after))
    lines: list[str] = []
    for name in {**now, **was}:
        old, new = was.get(name), now.get(name)
        if old != new:
            how, then = "new" if old is None else new is None and "ended", Markup(old or "")
            lines.append(say("house_rules.change", how, what=Markup(name), now=Markup(new or ""), before=then))
    return lines


def scope_line(campaign: str, limits: HouseLimits, on: date) -> Markup:
    """What holds in a scope, and since when."""
    said = "; ".join(f"{what}: {value}" for what, value in limits_in_words(limits)) or say("house_rules.no_limits")
    scope = shown(campaign) if campaign else say("house_rules.for_every_campaign")
    return say("house_rules.scope_line", scope=scope, day=short_day(on), limits=Markup(said))


def made_by(name: str, how: Stage) -> Markup:
    return say("house_rules.made_by", how is Stage.DRAFT and "draft", person=person(name))


def decided_line(how: Stage, name: str, reason: str) -> Markup:
    said = f"{say('house_rules.stage', how)}: {person(name)}" if name else say("house_rules.stage", how)
    return Markup(f"{said}: {shown(reason, 300)}" if reason else said)


def not_tighter(one: Asked) -> Markup:
    """Why a value changes nothing, and what to enter."""
    how, value = one.key.partition(":")[0], one.value
    if how == "hours":
        value = _seconds(value)
    elif how == "ring_seconds":
        value = say("house_rules.seconds_of", count=value)
    elif how == "wait":
        value = say("digests.hours", count=value)
    if how in ("wait", "cap"):
        how = f"{how}_by_law" if one.origin is Origin.LAW else f"{how}_by_pack"
    return say("house_rules.not_tighter", how, value=value)


def _clock(second: int) -> Markup:
    return Markup(f"{second // 3600:02d}:{second // 60 % 60:02d}")
