"""Home and Messages opened, and a message to the app."""

from collections.abc import Sequence

from bot.services.agents import reaches
from bot.services.answers.people import Desk
from bot.services.errors import Deactivated
from bot.slack.blocks.agent import happened
from bot.slack.blocks.home import home_page
from bot.slack.boundary import replies
from bot.slack.boundary.actions import AGENT, FINISHING, Action, event
from bot.slack.boundary.desk_drawing import DESK
from bot.slack.boundary.identity import Ask
from bot.slack.wording import refusals
from bot.slack.wording.say import say
from policy.vocabulary import Role


def opened(ask: Ask, tab: str) -> None:
    """Home opened: draws it. Messages opened: draws the desk message of who works there."""
    if tab == "messages" and ask.actor.desk == Desk.MESSAGES:
        replies.show_desk(ask, at=DESK)
    if tab != "home":
        return
    if not ask.actor.is_active:
        replies.show_home(ask, happened.told(refusals.refusal(Deactivated(ask.actor.slack_user_id))))
    else:
        replies.show_home(replies.introduced(ask))


def actions(others: Sequence[Action]) -> tuple[Action, ...]:
    """The events of Home and Messages. `others`: what help tells of."""

    helps = sorted((one.help for one in others if one.help), key=lambda one: one.told is not Role.AGENT)

    def written(ask: Ask, _text: str) -> None:
        """Says what to type or press; the desk of who works here comes below. The message itself is not kept."""
        told = [say(one.line) for one in helps if reaches(ask.actor.role, one.told)]
        replies.write(ask, replies.next_step(ask) or home_page.what_i_do(ask.actor.role, told))
        if replies.works_in_messages(ask):
            replies.show_desk(ask, is_moved=True)

    return (event("app_home_opened", FINISHING, opened), event("message.im", AGENT, written))
