"""Undo, within 10 minutes: takes the outcome back, and the attempt needs another."""

from bot.services.calls import outcomes
from bot.services.errors import SaidByAnother, UndoTooLate
from bot.slack import ids
from bot.slack.blocks.agent import happened
from bot.slack.boundary import Ask, Boundary, replies
from bot.slack.wording import own_outcomes, refusals


def register(boundary: Boundary) -> None:
    boundary.action(ids.UNDO, answer)


def answer(ask: Ask) -> None:
    attempt_id = ask.asking.number
    try:
        undone = outcomes.undo(ask.deps, ask.actor, attempt_id)
    except (UndoTooLate, SaidByAnother) as refusal:
        name, stands, own_name = outcomes.standing_outcome(ask.deps, ask.actor, attempt_id)
        if stands is None:  # already taken back by another user
            raise
        line = happened.not_undone(attempt_id, name, own_outcomes.said(stands, own_name), refusals.refusal(refusal))
        replies.show_work(ask, line)
    else:
        replies.show_work(ask, happened.undone(undone), hand=undone.hand)
