"""Callbacks that cannot be kept as promised, and what became of them."""

from bot.slack.wording.say import Markup, say


def called_off(callback: Markup, due: Markup, *, is_finished: bool) -> Markup:
    key = "callbacks.called_off_finished" if is_finished else "callbacks.called_off"
    return say(key, callback=callback, due=due)
