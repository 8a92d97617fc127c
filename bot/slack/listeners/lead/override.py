"""Override a rule, with one of its accepted reasons and a text, for one call or until the end of a day."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.services.errors import TimeInPast
from bot.services.teams import overrides
from bot.slack import ids
from bot.slack.blocks.kit.kit import Block
from bot.slack.blocks.kit.reply import Reply
from bot.slack.blocks.lead import lead_forms, lead_work
from bot.slack.boundary import replies
from bot.slack.boundary.boundary import Boundary, Taken
from bot.slack.boundary.identity import Ask
from bot.slack.boundary.payloads import Form
from bot.slack.wording import say


def register(boundary: Boundary) -> None:
    boundary.opens(ids.OVERRIDE_FORM, "lead_work.override_title", build)
    boundary.submits(ids.OVERRIDE_MODAL, take)


def build(ask: Ask) -> Block:
    about = overrides.options(ask.deps, ask.actor, ask.asking.number)
    return lead_forms.override(about, ask.asking.remembered(ask.asking.number))


def take(ask: Ask, form: Form) -> Taken:
    reason, words = form.choice(ids.REASON), form.text(ids.WORDS)
    if not reason:
        return Taken({ids.REASON: say("forms.choose_reason")})
    if not words:
        return Taken({ids.WORDS: say("lead_work.why_overridden")})
    try:
        done = overrides.approve(ask.deps, ask.actor, ask.asking.number, reason, words, _end_of_day(ask, form))
    except TimeInPast:
        return Taken({ids.ON: say("lead_work.day_gone")})
    line = lead_work.overridden(done, ask.reader)
    said = Reply(line[0]["text"]["text"], tuple(line))
    return Taken(then=lambda: replies.say(ask.asking, ask.client, said))


def _end_of_day(ask: Ask, form: Form) -> datetime | None:
    """The midnight (UTC) that ends the chosen day on the lead's clock; None if no day was chosen."""
    day = form.day(ids.ON)
    if day is None:
        return None
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=ZoneInfo(ask.actor.zone)).astimezone(UTC)
