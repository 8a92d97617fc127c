"""An agent's own day, on Home: breaks, the team they work for, working hours, language and desk."""

from dataclasses import replace

from bot.languages import languages
from bot.services import agents
from bot.services.answers.people import BreakReason, Desk, Reminding
from bot.services.numbers.parsing import NUMBER, is_dialable
from bot.services.setup import preferences
from bot.services.teams import own_day, pauses
from bot.slack import ids
from bot.slack.blocks.agent import happened, working_day
from bot.slack.blocks.kit.kit import Block
from bot.slack.boundary import replies
from bot.slack.boundary.actions import AGENT, NOTHING, TEAM, TEXT, opens, press, sends
from bot.slack.boundary.boundary import Taken
from bot.slack.boundary.desk_drawing import DESK
from bot.slack.boundary.identity import Ask
from bot.slack.boundary.payloads import Form, Unreadable
from bot.slack.wording import language
from bot.slack.wording.say import Markup, say


def begin_break(ask: Ask, reason: str) -> None:
    if reason not in set(BreakReason):
        raise Unreadable
    done = pauses.begin_break(ask.deps, ask.actor, BreakReason(reason))
    replies.show_desk(ask, working_day.break_began(done))


def finish_break(ask: Ask) -> None:
    pauses.end_break(ask.deps, ask.actor)
    replies.show_desk(replace(ask, actor=replace(ask.actor, paused_at=None)), working_day.back())


def work_for(ask: Ask, team_id: int) -> None:
    """A person of several teams chooses the one they work for now."""
    done = own_day.work_for(ask.deps, ask.actor, team_id)
    also_leads = tuple(one for one in ask.actor.teams if one != done.team_id) if ask.actor.also_leads else ()
    actor = replace(ask.actor, team_id=done.team_id, also_leads=also_leads)
    replies.show_desk(replace(ask, actor=actor), working_day.switched(done))


def build(ask: Ask) -> Block:
    """Reminders, shift hours, and how numbers are dialled."""
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


def speak(ask: Ask, chosen: str) -> None:
    if chosen not in (ids.NONE, *languages()):
        raise Unreadable
    actor = agents.set_language(ask.deps, ask.actor, "" if chosen == ids.NONE else chosen)
    language.speak(language.language_of(actor.speaks))
    ask = replace(ask, actor=actor)
    replies.show_home(ask)
    if actor.desk_message:
        replies.show_desk(ask, at=DESK)


def work_at(ask: Ask, desk: str) -> None:
    """Whether the actor works on Home or in messages."""
    if desk not in set(Desk):
        raise Unreadable
    chosen = Desk(desk)
    ask = replace(ask, actor=preferences.work_at(ask.deps, ask.actor, chosen))
    if chosen is Desk.MESSAGES:
        replies.show_home(ask, happened.told(say("preferences.desk_in_messages")))
        replies.show_desk(ask, at=DESK, is_moved=True)
    else:
        replies.show_home(ask, happened.told(say("preferences.desk_on_home")))
        replies.close_desk(ask)


ACTIONS = (
    press("pause_me", AGENT, TEXT, begin_break),
    press("back_to_work", AGENT, NOTHING, finish_break),
    press("work_for", AGENT, TEAM, work_for),
    opens("my_day_form", AGENT, NOTHING, "preferences.working_day", build),
    sends("my_day", AGENT, NOTHING, take),
    press("my_language", AGENT, TEXT, speak),
    press("my_desk", AGENT, TEXT, work_at),
)
