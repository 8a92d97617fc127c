"""The language of a user's answers, chosen on Home."""

from dataclasses import replace

from bot.services import agents
from bot.slack import ids
from bot.slack.boundary import Ask, Boundary, Unreadable, replies
from bot.slack.wording import language


def register(boundary: Boundary) -> None:
    boundary.action(ids.MY_LANGUAGE, answer)


def answer(ask: Ask) -> None:
    chosen = ask.asking.said
    if chosen not in (ids.NONE, *language.languages()):
        raise Unreadable
    actor = agents.set_language(ask.deps, ask.actor, "" if chosen == ids.NONE else chosen)
    language.speak(language.language_of(actor.speaks))
    replies.show_home(replace(ask, actor=actor))
