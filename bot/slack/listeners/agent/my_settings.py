"""My settings, chosen on Home: the language of a user's answers, and whether they work on Home or in messages."""

from dataclasses import replace

from bot.services import agents
from bot.services.answers.people import Desk
from bot.services.setup import preferences
from bot.slack import ids
from bot.slack.blocks.agent import happened
from bot.slack.boundary import replies
from bot.slack.boundary.boundary import Boundary
from bot.slack.boundary.identity import Ask
from bot.slack.boundary.payloads import Surface, Unreadable
from bot.slack.wording import language, say


def register(boundary: Boundary) -> None:
    boundary.action(ids.MY_LANGUAGE, speak)
    boundary.action(ids.MY_DESK, work_at)


def speak(ask: Ask) -> None:
    chosen = ask.asking.said
    if chosen not in (ids.NONE, *language.languages()):
        raise Unreadable
    actor = agents.set_language(ask.deps, ask.actor, "" if chosen == ids.NONE else chosen)
    language.speak(language.language_of(actor.speaks))
    ask = replace(ask, actor=actor)
    replies.show_home(ask)
    if actor.desk_message:
        replies.show_desk(_on_desk(ask))


def work_at(ask: Ask) -> None:
    if ask.asking.said not in set(Desk):
        raise Unreadable
    chosen = Desk(ask.asking.said)
    ask = replace(ask, actor=preferences.work_at(ask.deps, ask.actor, chosen))
    if chosen is Desk.MESSAGES:
        replies.show_home(ask, happened.told(say("preferences.desk_in_messages")))
        replies.show_desk(_on_desk(ask), is_moved=True)
    else:
        replies.show_home(ask, happened.told(say("preferences.desk_on_home")))
        replies.close_desk(ask)


def _on_desk(ask: Ask) -> Ask:
    """As if pressed on the desk message."""
    return replace(ask, asking=replace(ask.asking, surface=Surface.DESK))
