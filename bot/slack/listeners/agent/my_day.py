"""Your working day: reminders, shift hours, and how numbers are dialled."""

from bot.services.answers.people import Reminding
from bot.services.numbers.dialling import NUMBER, is_dialable
from bot.services.setup import preferences
from bot.slack import ids
from bot.slack.blocks.agent import working_day
from bot.slack.blocks.kit.kit import Block
from bot.slack.boundary import replies
from bot.slack.boundary.boundary import Boundary, Taken
from bot.slack.boundary.identity import Ask
from bot.slack.boundary.payloads import Form
from bot.slack.wording import Markup, say


def register(boundary: Boundary) -> None:
    boundary.opens(ids.MY_DAY_FORM, "preferences.working_day", build)
    boundary.submits(ids.MY_DAY_MODAL, take)


def build(ask: Ask) -> Block:
    return working_day.my_day_form(preferences.read(ask.deps, ask.actor), ask.asking.remembered(working_day.MINE))


def take(ask: Ask, form: Form) -> Taken:
    chosen, begins, ends = form.choice(ids.REMINDERS), form.time_of_day(ids.FROM), form.time_of_day(ids.UNTIL)
    if begins is None or ends is None:
        return Taken({ids.FROM if begins is None else ids.UNTIL: say("preferences.choose_hours")})
    if chosen not in set(Reminding):
        return Taken({ids.REMINDERS: say("preferences.when_reminded")})
    dial_with = form.text(ids.DIAL_WITH)
    if dial_with and not is_dialable(dial_with):
        return Taken({ids.DIAL_WITH: say("preferences.no_dial_link", example=Markup(NUMBER))})
    preferences.save(ask.deps, ask.actor, Reminding(chosen), begins, ends, dial_with=dial_with)
    return Taken(then=lambda: replies.show_home(ask, working_day.saved()))
