"""Identifies the actor, or refuses; each user's language, read once a day; and tells others, each in theirs."""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.languages import ENGLISH
from bot.services import agents
from bot.services.answers.people import Actor
from bot.services.deps import Deps, Request
from bot.slack.api.client import code_of
from bot.slack.blocks.kit.kit import Reader, Reply
from bot.slack.boundary.payloads import Asking, Surface
from bot.slack.wording.say import language_of, speak, speaking


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


def identified(
    deps: Deps,
    asking: Asking,
    client: WebClient,
    admits: agents.Admits = agents.Admits.AT_WORK,
    request: Request | None = None,
) -> Ask:
    """Identifies the actor, and their desk where the press came from it. Raises NotEnrolled, Deactivated.

    `request`: what they do is done once, however often Slack delivers it.
    """
    actor = agents.identify(deps, asking.slack_team_id, asking.slack_user_id, admits)
    return _asked(deps, actor, asking, client, request)


@contextmanager
def admitted(deps: Deps, asking: Asking, client: WebClient, admits: agents.Admits) -> Iterator[Ask]:
    """The same. What the actor does first goes on in the transaction that admits them: Slack is called after it."""
    with agents.admitted(deps, asking.slack_team_id, asking.slack_user_id, admits) as (theirs, actor):
        yield _asked(theirs, actor, asking, client)


def _asked(deps: Deps, actor: Actor, asking: Asking, client: WebClient, request: Request | None = None) -> Ask:
    if asking.surface is Surface.DIRECT and asking.message and asking.message == actor.desk_message:
        asking = replace(asking, surface=Surface.DESK)
    return Ask(replace(deps, by=actor.slack_user_id, request=request), actor, asking, client)


log = logging.getLogger(__name__)


def tell(ask: Ask, users: Iterable[str], render: Callable[[], Reply]) -> int:
    """Sends each user the message. Returns how many got it."""
    told = 0
    for user in users:
        with speaking(language_of(agents.spoken_by(ask.deps.unit_of_work, user))):
            reply = render()
        try:
            ask.client.chat_postMessage(channel=user, **reply.as_message())
            told += 1
        except SlackApiError as fault:
            log.warning("event=not_told code=%s user=%s", code_of(fault), user)
    return told


_ASK_AGAIN_AFTER: Final = timedelta(minutes=10)  # if Slack refused, or the answer could not be saved
_WITHIN: Final = 2  # seconds: the first answer waits for it


class Languages:
    """Finds and sets the language of answers.

    Needs users:read for users who chose no language; English if Slack refuses.
    """

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._last: dict[str, str] = {}  # for sentences before the actor is known, such as a form's title
        self._not_before: dict[str, datetime] = {}
        self._turns: dict[str, Lock] = defaultdict(Lock)

    def speak_to(self, slack_user_id: str) -> None:
        """Sets the language of the user's last answer; English at first."""
        speak(self._last.get(slack_user_id, ENGLISH))

    def greet(self, actor: Actor) -> None:
        if actor.speaks:
            self._last[actor.slack_user_id] = language_of(actor.speaks)
        self.speak_to(actor.slack_user_id)

    def first(self, ask: Ask) -> Ask:
        """Reads the language before the first answer to a user whose language is unknown."""
        return ask if ask.actor.speaks else self.learn(ask)

    def learn(self, ask: Ask) -> Ask:
        """Reads the language from Slack if due. Waits for a read of the same user that is under way."""
        if not agents.is_locale_due(ask.actor, self._deps.clock()):
            return ask
        with self._turns[ask.actor.slack_user_id]:
            return self._learn(ask)

    def _learn(self, ask: Ask) -> Ask:
        """Logs every exception: the user gets an answer all the same."""
        actor, now = ask.actor, self._deps.clock()
        user = actor.slack_user_id
        if now < self._not_before.get(user, now):
            self.speak_to(user)
            return ask
        self._not_before[user] = now + _ASK_AGAIN_AFTER
        try:
            locale = _locale_in_slack(ask.client, user)
            self._last[user] = language_of(locale)
            actor = agents.note_locale(self._deps, actor, locale)
        except Exception as fault:
            log.warning("event=locale_not_read fault=%s user=%s", type(fault).__name__, user)
        self.greet(actor)
        return replace(ask, actor=actor)


def _locale_in_slack(client: WebClient, slack_user_id: str) -> str:
    quick = copy(client)
    quick.timeout = _WITHIN
    answer = quick.users_info(user=slack_user_id, include_locale=True)
    return str((answer.get("user") or {}).get("locale") or "")
