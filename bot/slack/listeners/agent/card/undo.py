"""Undo, within 10 minutes: takes the outcome back, and the attempt needs another."""

from bot.services.calls import outcomes
from bot.services.errors import OutcomeChanged, SaidByAnother, UndoTooLate
from bot.slack import ids
from bot.slack.blocks.agent import happened
from bot.slack.blocks.kit.reply import Reply
from bot.slack.boundary import replies
from bot.slack.boundary.boundary import Boundary
from bot.slack.boundary.identity import Ask
from bot.slack.wording import own_outcomes, refusals
from policy.vocabulary import Outcome


def register(boundary: Boundary) -> None:
    boundary.action(ids.UNDO, answer)


def answer(ask: Ask) -> None:
    attempt_id, shown = ask.asking.attempt_perhaps_outcome
    try:
        said = shown if isinstance(shown, Outcome) else None  # a card of an earlier version does not say
        undone = outcomes.undo(ask.deps, ask.actor, attempt_id, said)
    except (UndoTooLate, SaidByAnother, OutcomeChanged) as refusal:
        name, stands, own_name = outcomes.standing_outcome(ask.deps, ask.actor, attempt_id)
        if stands is None:  # already taken back by another user
            raise
        line = happened.not_undone(attempt_id, name, own_outcomes.said(stands, own_name), refusals.refusal(refusal))
        if isinstance(refusal, SaidByAnother) and not ask.asking.surface.is_desk:
            replies.say(ask.asking, ask.client, Reply(refusals.refusal(refusal), tuple(line)))  # the message stays
        else:
            replies.show_work(ask, line)
    else:
        replies.show_work(ask, happened.undone(undone), hand=undone.hand)
