"""Sends messages to others than the actor, each in their own language. What was done stands without them."""

import logging
from collections.abc import Callable, Iterable

from slack_sdk.errors import SlackApiError

from bot.services import agents
from bot.slack.api.client import code_of
from bot.slack.blocks.kit.reply import Reply
from bot.slack.boundary.identity import Ask
from bot.slack.wording import language

log = logging.getLogger(__name__)


def tell(ask: Ask, users: Iterable[str], render: Callable[[], Reply]) -> int:
    """Sends each user the message. Returns how many got it."""
    return sum(_is_told(ask, user, render) for user in users)


def _is_told(ask: Ask, user: str, render: Callable[[], Reply]) -> bool:
    with language.speaking(language.language_of(agents.spoken_by(ask.deps.unit_of_work, user))):
        reply = render()
    try:
        ask.client.chat_postMessage(channel=user, **reply.as_message())
    except SlackApiError as fault:
        log.warning("event=not_told code=%s user=%s", code_of(fault), user)
        return False
    return True
