"""Home opened: draws it. Messages opened: draws the desk message of who works there."""

from dataclasses import replace

from bot.services.answers.people import Desk
from bot.services.errors import Deactivated
from bot.slack import ids
from bot.slack.blocks.agent import happened
from bot.slack.boundary import replies, setup_replies
from bot.slack.boundary.boundary import Boundary
from bot.slack.boundary.identity import Ask
from bot.slack.boundary.payloads import Surface
from bot.slack.wording import refusals


def register(boundary: Boundary) -> None:
    boundary.event(ids.HOME_OPENED, answer)


def answer(ask: Ask) -> None:
    if ask.asking.said == "messages" and ask.actor.desk == Desk.MESSAGES:
        replies.show_desk(replace(ask, asking=replace(ask.asking, surface=Surface.DESK)))
    if ask.asking.said != "home":
        return
    if not ask.actor.is_active:
        replies.show_unfinished(ask, happened.told(refusals.refusal(Deactivated(ask.actor.slack_user_id))))
    else:
        replies.show_home(setup_replies.introduced(ask))
