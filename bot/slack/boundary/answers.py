"""Delivers an answer through its response_url, repeats it while the URL lives, and sends a message if it is late.

And finds each user's language, read from Slack once a day.

A response_url takes five answers within 30 minutes (docs.slack.dev, handling user interaction). It is a secret: anyone
who has it can post. Connections to Slack stay open between answers.
"""

import json
import logging
from collections import defaultdict
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import count
from threading import Lock
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3
from slack_sdk import WebClient

from bot.languages import ENGLISH
from bot.services import agents
from bot.services.answers.people import Actor
from bot.services.deps import Deps
from bot.services.ports import DeliveryFailed
from bot.slack.api.client import PERMANENT, call_slack, single_try
from bot.slack.api.incidents import log_incident
from bot.slack.blocks.kit.kit import Reply
from bot.slack.boundary.actions import Ask
from bot.slack.boundary.payloads import Asking
from bot.slack.wording.say import language_of, speak

_WITHIN_S: Final = 10.0
# The SDK would open a connection and read all certificates for each answer: 14 ms of processor time and two round
# trips.
_KEPT: Final = 32  # open connections; busier moments open more and close them again
_HOSTS: Final = 16  # Slack uses one host for response_urls
_JSON: Final = {"Content-Type": "application/json"}


class Posted(NamedTuple):
    """Slack's status and text, and the seconds for which it wants no requests."""

    status: int
    said: str
    retry_after: float = 0.0

    @property
    def error(self) -> str | None:
        """Slack's error code where it refuses the reply in words, whatever its status; empty if it names none."""
        try:
            told = json.loads(self.said) if self.said.startswith("{") else {}
        except ValueError:
            return None
        return str(told.get("error") or "")[:80] if told.get("ok") is False else None


def post(url: str, body: dict[str, Any]) -> Posted:
    """Posts `body` as JSON. Raises OSError if Slack does not answer within 10 seconds."""
    try:
        answer = _posted(url, json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode())
    except urllib3.exceptions.HTTPError as fault:
        raise ConnectionError(type(fault).__name__) from None  # the fault may name the URL, which is a secret
    wait = answer.headers.get("Retry-After", "")
    wait_s = float(wait) if wait.isascii() and wait.isdigit() else 0.0
    return Posted(answer.status, answer.data.decode(errors="replace"), wait_s)


def _posted(url: str, body: bytes) -> urllib3.BaseHTTPResponse:
    """Posts through the host's own pool, without looking that up by URL."""
    target = urlsplit(url)
    proxy = _proxy(target.scheme, target.hostname or "")
    connections = _connections(proxy, target.scheme, target.hostname or "", target.port)
    path = f"{target.path}?{target.query}" if target.query else target.path
    asked = url if proxy and target.scheme == "http" else path
    try:
        return connections.urlopen("POST", asked, body, _JSON, retries=False, assert_same_host=False)
    except urllib3.exceptions.ProtocolError:  # Slack had closed the kept connection
        return connections.urlopen("POST", asked, body, _JSON, retries=False, assert_same_host=False)


@lru_cache(_HOSTS)
def _connections(proxy: str, scheme: str, host: str, port: int | None) -> urllib3.HTTPConnectionPool:
    kept: dict[str, Any] = {"maxsize": _KEPT, "timeout": urllib3.Timeout(total=_WITHIN_S)}
    manager = urllib3.ProxyManager(proxy, **kept) if proxy else urllib3.PoolManager(**kept)
    return manager.connection_from_host(host, port, scheme)


@lru_cache(_HOSTS)  # a process keeps the environment it starts with
def _proxy(scheme: str, host: str) -> str:
    """The proxy URL from the usual environment variables; empty for none."""
    return "" if proxy_bypass(host) else getproxies().get(scheme, "")


log = logging.getLogger(__name__)
URL_LIVES: Final = timedelta(minutes=30)
WORD_AFTER_S: Final = 8.0  # a user who sees nothing for longer presses again
_LONGEST_PAUSE_S: Final = 30.0
_OK, _LIMITED, _SERVER_FAULT = 200, 429, 500
_SPENT: Final = ("expired_url", "message_not_found", "no_service", "used_url")  # no later try gets through
_serial = count(1)


# Called with a reply before it is shown; what it returns is called once the reply has arrived.
Note = Callable[[Reply], Callable[[], None]]


def unnoted(_reply: Reply) -> Callable[[], None]:
    return lambda: None


@dataclass(slots=True, kw_only=True)
class Answer:
    """One answer to the actor.

    `render` draws it afresh at each try. `word` turns it into a message that is sent if the answer has not arrived
    within WORD_AFTER_S; messages stay in Slack, so it holds no number. None: no message. With `is_word_enough` the URL
    is not tried after the message. `note` is called at each try by URL.
    """

    asking: Asking
    client: WebClient
    render: Callable[[], Reply]
    word: Callable[[Reply], Reply] | None
    is_word_enough: bool = False
    replaces: bool = False
    note: Note = unnoted
    is_told: bool = field(default=False, init=False)  # by message
    _is_refused: bool = field(default=False, init=False)
    _tries: int = field(default=0, init=False)
    _waited_s: float = field(default=0.0, init=False)

    def give(self) -> None:
        """Delivers at once, or hands the answer to `asking.tries`."""
        key = f"{self.asking.slack_user_id}/{next(_serial)}"  # one answer per key: none waits for another
        self.asking.retries.now_or_later(key, self._try, URL_LIVES.total_seconds())

    def _try(self) -> None:
        """Tries once. Raises DeliveryFailed if it must be tried again."""
        asking = self.asking
        if self.replaces and asking.message and asking.tries:
            with asking.tries.screens.drawing(f"{asking.slack_user_id}/{asking.message}"):
                self._draw()
        else:
            self._draw()

    def _draw(self) -> None:
        reply = self.render()
        failed = self._post(reply)
        if failed is None:
            return
        wait_s = failed.retry_after or min(2.0**self._tries, _LONGEST_PAUSE_S)
        self._tries += 1
        if failed.is_permanent or self._waited_s + wait_s > WORD_AFTER_S:
            wait_s = max(wait_s, self._tell(reply))
        self._waited_s += wait_s
        if self.word is not None or not (failed.is_permanent or self._is_refused):
            raise DeliveryFailed(str(failed), is_permanent=False, retry_after=wait_s)

    def _post(self, reply: Reply) -> DeliveryFailed | None:
        """Posts to the response_url. Returns None on success."""
        asking = self.asking
        has_run_out = not asking.response_url
        if asking.response_url and asking.heard_at is not None and asking.tries is not None:
            has_run_out = asking.tries.now() - asking.heard_at >= URL_LIVES
        if self._is_refused or has_run_out:
            return DeliveryFailed("no response_url", is_permanent=True)
        arrived = self.note(reply)
        try:
            post_reply(asking.response_url, reply, replaces=self.replaces)
        except DeliveryFailed as failed:
            self._is_refused = failed.is_permanent
            return failed
        try:
            arrived()
        except Exception as fault:  # the actor has the answer, so do not ask them to try again
            log_incident(fault, "answer", self.asking.slack_user_id)
        return None

    def _tell(self, reply: Reply) -> float:
        """Sends the message, once. Returns the seconds for which Slack wants no requests."""
        if self.word is None:
            return 0.0
        word = self.word(reply)
        post, channel = single_try(self.client).chat_postMessage, self.asking.slack_user_id
        try:
            call_slack(lambda: post(channel=channel, text=word.text, blocks=list(word.blocks) or None))
        except DeliveryFailed as failed:
            log.warning("event=word_failed user=%s permanent=%s reason=%s", channel, failed.is_permanent, failed)
            if not failed.is_permanent:
                return failed.retry_after
        self.word = None
        self.is_told = True
        self._is_refused = self._is_refused or self.is_word_enough
        return 0.0


def post_reply(url: str, reply: Reply, *, replaces: bool) -> None:
    """Posts to the response_url. Raises DeliveryFailed, permanent if the URL takes no answer or not this one."""
    body: dict[str, Any] = {"text": reply.text, "response_type": "ephemeral", "replace_original": replaces}
    try:
        answer = post(url, {**body, "blocks": reply.blocks} if reply.blocks else body)
    except OSError as fault:
        raise DeliveryFailed(str(fault) or type(fault).__name__, is_permanent=False) from None
    if answer.status == _OK:
        error = answer.error
        if error is not None:
            raise DeliveryFailed(error or "ok: false", is_permanent=error in PERMANENT or error in _SPENT)
    else:
        is_refused = answer.status != _LIMITED and answer.status < _SERVER_FAULT
        said = f"HTTP {answer.status} {answer.said[:80]}"
        raise DeliveryFailed(said, is_permanent=is_refused, retry_after=answer.retry_after)


_ASK_AGAIN_AFTER: Final = timedelta(minutes=10)  # if Slack refused, or the answer could not be saved

_LOCALE_WITHIN_S: Final = 2  # seconds: the first answer waits for it


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
        if spoken := agents.speaks(actor):
            self._last[actor.slack_user_id] = language_of(spoken)
        self.speak_to(actor.slack_user_id)

    def first(self, ask: Ask) -> Ask:
        """Reads the language before the first answer to a user whose language is unknown."""
        return ask if agents.speaks(ask.actor) else self.learn(ask)

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
    quick.timeout = _LOCALE_WITHIN_S
    answer = quick.users_info(user=slack_user_id, include_locale=True)
    return str((answer.get("user") or {}).get("locale") or "")
