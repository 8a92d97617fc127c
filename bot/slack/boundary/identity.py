"""Identifies the actor: finds the person behind a Slack user, or refuses; and tells others, each in their language."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.services import agents
from bot.services.agents import Admits
from bot.services.answers.people import Actor
from bot.services.deps import Deps
from bot.slack.api.client import code_of
from bot.slack.blocks.kit.reply import Reader, Reply
from bot.slack.boundary.payloads import Asking, Surface
from bot.slack.wording import language


@dataclass(frozen=True, slots=True)
class Ask:
    """A request of a known actor, with what is needed to answer it."""

    deps: Deps
    actor: Actor
    asking: Asking
    client: WebClient

    @property
    def reader(self) -> Reader:
        """The reader of the answer, as of now."""
        return Reader(self.actor.zone, self.deps.clock())


def identified(deps: Deps, asking: Asking, client: WebClient, admits: Admits = Admits.AT_WORK) -> Ask:
    """Identifies the actor, and their desk where the press came from it. Raises NotEnrolled, Deactivated."""
    actor = agents.identify(deps, asking.slack_team_id, asking.slack_user_id, admits)
    if asking.surface is Surface.DIRECT and asking.message and asking.message == actor.desk_message:
        asking = replace(asking, surface=Surface.DESK)
    return Ask(replace(deps, by=actor.slack_user_id), actor, asking, client)


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
