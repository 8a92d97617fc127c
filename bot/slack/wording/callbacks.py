"""Callbacks that cannot be kept as promised, and what became of them."""

from bot.slack.wording.say import Markup, say


def yours(name: Markup) -> Markup:
    return Markup(say("callbacks.yours", name=name))


def callback_of(agent: Markup, name: Markup) -> Markup:
    return Markup(say("callbacks.callback_of", agent=agent, name=name))


def anyones(name: Markup) -> Markup:
    return Markup(say("callbacks.anyones", name=name))


def called_off(callback: Markup, due: Markup, *, is_finished: bool) -> Markup:
    key = "callbacks.called_off_finished" if is_finished else "callbacks.called_off"
    return say(key, callback=callback, due=due)
