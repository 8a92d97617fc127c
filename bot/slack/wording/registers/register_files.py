"""A shared file that is no list of contacts: a register's file or the own do-not-call list; and screenings that age."""

from bot.services.answers.registers import Holds
from bot.slack.wording.language import figure
from bot.slack.wording.say import Markup, say
from policy.vocabulary import Verdict

# -- what it is


def looks_like_register(holds: Holds, register: Markup) -> Markup:
    return say("register_files.taken_for", holds, register=register)


# -- the preview


def move(count: int, now: Verdict, then: Verdict) -> Markup:
    return say(
        "register_files.move", count=count, now=say("register_files.now", now), then=say("register_files.now", then)
    )


def lasts(days: int) -> Markup:
    """`days`: until the screening is too old."""
    if days < 0:
        return say("register_files.too_old")
    if not days:
        return say("register_files.lasts_today")
    return say("register_files.lasts", count=days)


def own_part(count: int, now: Verdict) -> Markup:
    return Markup(f"{figure(count)} {say('register_files.now', now)}")


# -- a screening grows too old


def ages(count: int, campaign: Markup, register: Markup, day: Markup, *, is_at_least: bool) -> Markup:
    """`day`: the first on which they are held."""
    if is_at_least:
        return say("register_files.ages_at_least", count=count, campaign=campaign, register=register, day=day)
    return say("register_files.ages", count=count, campaign=campaign, register=register, day=day)
