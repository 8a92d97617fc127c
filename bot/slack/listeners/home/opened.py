"""Home opened: draws it. The Messages tab sends the same event, which is ignored."""

from bot.services.errors import Deactivated
from bot.slack import ids
from bot.slack.blocks.agent import happened
from bot.slack.boundary import Ask, Boundary, replies, setup_replies
from bot.slack.wording import refusals


def register(boundary: Boundary) -> None:
    boundary.event(ids.HOME_OPENED, answer)


def answer(ask: Ask) -> None:
    if ask.asking.said != "home":
        return
    if not ask.actor.is_active:
        replies.show_unfinished(ask, happened.told(refusals.refusal(Deactivated(ask.actor.slack_user_id))))
    else:
        replies.show_home(setup_replies.introduced(ask))
