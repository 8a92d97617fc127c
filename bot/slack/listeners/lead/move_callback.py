"""Moves a callback to the proposed time, after a new decision. The message gives the new time, or the refusal."""

from bot.services.answers.callbacks import CallbackRefused
from bot.services.calls import callback_times
from bot.slack import ids
from bot.slack.blocks.kit.reply import Reply
from bot.slack.blocks.lead import callback_trouble
from bot.slack.boundary import replies
from bot.slack.boundary.boundary import Boundary
from bot.slack.boundary.identity import Ask


def register(boundary: Boundary) -> None:
    boundary.action(ids.MOVE_CALLBACK, answer)
    boundary.action(ids.MOVE_ONE_CALLBACK, answer_beside)


def answer(ask: Ask) -> None:
    replies.replace_with(ask, _moved(ask))


def answer_beside(ask: Ask) -> None:
    """Answers beside the message, which has other callbacks too."""
    replies.say(ask.asking, ask.client, _moved(ask))


def _moved(ask: Ask) -> Reply:
    callback_id, due_at = ask.asking.subject_and_moment
    result = callback_times.move_to(ask.deps, ask.actor, callback_id, due_at)
    if isinstance(result, CallbackRefused):
        return callback_trouble.not_moved(result, callback_id, ask.reader)
    return callback_trouble.moved(result, ask.reader)
