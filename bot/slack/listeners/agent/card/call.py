"""Call: decides again, then shows the number, or why not and when."""

from bot.services.answers.calls import CallOpened, CallRefused, OutcomeFirst
from bot.services.calls import calling
from bot.slack import ids
from bot.slack.blocks.agent import happened
from bot.slack.blocks.kit.reply import CardPlace, Reply
from bot.slack.boundary import replies
from bot.slack.boundary.boundary import Boundary
from bot.slack.boundary.identity import Ask
from bot.slack.boundary.payloads import Surface
from bot.slack.wording import say


def register(boundary: Boundary) -> None:
    boundary.action(ids.CALL, answer)


def answer(ask: Ask) -> None:
    lease_id = ask.asking.number
    if ask.asking.surface is Surface.DIRECT:  # may be read by others: show and count nothing
        replies.say(ask.asking, ask.client, Reply(say("refusals.not_private")))
        return
    result = calling.call(ask.deps, ask.actor, lease_id)
    if isinstance(result, CallOpened):
        replies.show_work(ask, hand=result.hand)
        return
    if isinstance(result, OutcomeFirst):
        line = happened.outcome_first(result, ask.reader)
    elif isinstance(result, CallRefused):
        line = happened.refused(result, ask.reader)
    else:
        line = happened.gone(result)
    replies.show_work(ask, line, CardPlace(lease_id), result.hand)
