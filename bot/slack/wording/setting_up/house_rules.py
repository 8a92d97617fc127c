"""House rules: the page, the form, what a proposal means, and what came of it."""

from datetime import date

from bot.services.answers.house_rules import COMMAND_LINE, Stage
from bot.services.answers.rehearsals import Moves
from bot.slack.wording.labels import label
from bot.slack.wording.language import figure
from bot.slack.wording.markup import named, shown
from bot.slack.wording.say import Markup, say
from bot.slack.wording.times import short_day
from policy.house import HouseLimits, NotTighter, Windows
from policy.vocabulary import Outcome


def hours_asked(day: str) -> Markup:
    return say("house_rules.hours_asked", day=say("house_rules.days", day))


def wait_asked(outcome: Outcome) -> Markup:
    return say("house_rules.wait_asked", outcome=label(outcome))


def title(campaign: str, on: date) -> Markup:
    """`House rules for *Energy switch* from Tue 1 Dec on`."""
    if not campaign:
        return say("house_rules.title_of_all", day=short_day(on))
    return say("house_rules.title", campaign=shown(campaign), day=short_day(on))


def windows(one: Windows) -> Markup:
    """`10:00-18:00`, or closed."""
    return Markup(", ".join(f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in one) or say("house_rules.hours_word"))


def limits_in_words(limits: HouseLimits) -> list[tuple[str, str]]:
    """Each limit that is set: what it limits, and to what."""
    found: list[tuple[str, str]] = [(hours_asked(day), windows(one)) for day, one in limits.hours.items()]
    found += [
        (wait_asked(outcome), say("house_rules.hours_of", count=hours)) for outcome, hours in limits.waits.items()
    ]
    found += [(say("house_rules.caps", span), str(most)) for span, most in limits.caps.items()]
    if limits.ring_seconds:
        found.append((say("house_rules.ring_asked"), str(limits.ring_seconds)))
    if limits.callbacks_wait:
        found.append((say("house_rules.callbacks_asked"), say("house_rules.callbacks_wait")))
    if limits.open_cards:
        found.append((say("house_rules.cards_asked"), str(limits.open_cards)))
    if limits.open_calls:
        found.append((say("house_rules.calls_asked"), str(limits.open_calls)))
    return found


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


def person(name: str) -> Markup:
    """A name; words for the command line."""
    return say("house_rules.person") if name == COMMAND_LINE else named(name)


def made_by(name: str, how: Stage) -> Markup:
    key = "house_rules.made_by_draft" if how is Stage.DRAFT else "house_rules.made_by"
    return say(key, person=person(name))


def decided_line(how: Stage, name: str, reason: str) -> Markup:
    said = f"{say('house_rules.stage', how)}: {person(name)}" if name else say("house_rules.stage", how)
    return Markup(f"{said}: {shown(reason, 300)}" if reason else said)


def moved_head(how: Moves, contacts: int) -> Markup:
    return Markup(f"*{say('house_rules.moves', how)}*: {say('house_rules.moved_head', count=contacts)}")


def moved_line(contacts: int, campaign: str, because: Markup) -> Markup:
    return say(
        "house_rules.moved_line",
        count=contacts,
        campaign=shown(campaign),
        because=because or say("house_rules.moved_line_callable"),
    )


def supply_line(on: date, before: int, after: int) -> Markup:
    return Markup(f"{short_day(on)}: {figure(before)} → {figure(after)}")


def approved(campaign: str, on: date, by: str) -> Markup:
    return say("house_rules.approved", title=title(campaign, on), person=person(by))


def declined(campaign: str, on: date, by: str, reason: str) -> Markup:
    return say("house_rules.declined", title=title(campaign, on), person=person(by), reason=shown(reason, 300))


def not_tighter(one: NotTighter) -> Markup:
    """Why a value changes nothing, and what to enter."""
    kind, _name, _of = one.field.partition(":")
    already = one.already[0] if one.already else 0
    if kind == "hours":
        open_then = ", ".join(_window(*pair) for pair in zip(one.already[::2], one.already[1::2], strict=True))
        return say("house_rules.not_tighter_hours", windows=Markup(open_then or say("house_rules.hours_word")))
    if kind == "wait":
        key = "house_rules.law_asks_hours" if one.is_law else "house_rules.pack_asks_hours"
        return say(
            "house_rules.enter_more",
            asks=say(key, hours=say("house_rules.hours_of", count=already)),
            pack=Markup(one.pack),
        )
    if kind == "cap":
        key = "house_rules.law_allows_count" if one.is_law else "house_rules.pack_allows_count"
        return say("house_rules.enter_fewer", asks=say(key, count=already), pack=Markup(one.pack))
    if kind == "ring_seconds":
        return say("house_rules.not_tighter_ring_seconds", count=say("house_rules.seconds_of", count=already))
    return say("house_rules.not_tighter", count=already)


def _window(opens: int, closes: int) -> Markup:
    return Markup(f"{_clock(opens)}-{_clock(closes)}")


def _clock(second: int) -> Markup:
    return Markup(f"{second // 3600:02d}:{second // 60 % 60:02d}")
