"""Socket Mode: the built-in client, and whether it still receives; and the first calls to Slack at start-up, retried
until Slack answers, refuses, or the bot is stopped.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException
from time import sleep
from typing import Final, TypeVar

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.error import BoltError
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot import request_context
from bot.clock import system_clock
from bot.slack.api.client import code_of, limited_for

log = logging.getLogger(__name__)
T = TypeVar("T")
LONGEST_PAUSE_S: Final = 30.0
# Error codes that say nothing about our tokens (method reference of auth.test and apps.connections.open).
_PASSING: Final = frozenset(
    {
        "accesslimited",
        "fatal_error",
        "internal_error",
        "rate_limited",
        "ratelimited",
        "request_timeout",
        "service_unavailable",
        "team_added_to_org",
    }
)
_OK, _LIMITED = 200, 429


class StopAsked(Exception):
    """The bot was stopped while it waited for Slack."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A failed call that is repeated after `wait_s` seconds. `is_reached`: a server answered, but not as expected."""

    method: str
    because: str
    wait_s: float
    is_reached: bool


class Patience:
    """Calls Slack until it answers. `pause` sleeps for the given seconds and returns whether to stop."""

    def __init__(
        self,
        pause: Callable[[float], bool | None] = sleep,
        tell: Callable[[Unanswered], None] = lambda _unanswered: None,
    ) -> None:
        self._pause, self._tell = pause, tell
        self.waits_for: Unanswered | None = None

    def ask(self, method: str, call: Callable[[], T]) -> T:
        """Returns the result of `call`, repeated while Slack cannot answer. Raises StopAsked, and Slack's refusals."""
        pause_s = 1.0
        while True:
            try:
                answer = call()
            except (SlackApiError, BoltError, OSError, HTTPException, ValueError) as fault:
                unanswered = _unanswered(method, fault, pause_s)
            else:
                self.waits_for = None
                return answer
            self.waits_for = unanswered
            log.warning(
                "event=waiting_for_slack method=%s because=%s wait=%.0f", method, unanswered.because, unanswered.wait_s
            )
            self._tell(unanswered)
            if self._pause(unanswered.wait_s):
                raise StopAsked
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)


def _unanswered(method: str, fault: Exception, pause_s: float) -> Unanswered:
    """Describes a failure that may pass. Re-raises the fault if Slack refused, or if it is not a failure of Slack."""
    cause = fault.__context__ if isinstance(fault, BoltError) else fault
    if isinstance(cause, SlackApiError):
        status, code = getattr(cause.response, "status_code", _OK), code_of(cause)
        if status == _OK and code not in _PASSING:
            raise fault
        because = code if status == _OK else f"HTTP {status}"
        return Unanswered(method, because, limited_for(cause) or pause_s, is_reached=True)
    if isinstance(cause, OSError):
        return Unanswered(method, str(getattr(cause, "reason", cause)), pause_s, is_reached=False)
    if isinstance(cause, HTTPException | ValueError):  # answer cut off, or not from Slack
        return Unanswered(method, type(cause).__name__, pause_s, is_reached=True)
    raise fault


# After a connection ends silently, the client notices only after six intervals: half a minute at its own 5 s.
PING_EVERY = 2.0
CONCURRENCY = 20
MOST_SILENT = 4  # pings
_CONNECTS_WITHIN_S = 4.0


class _AckFirst(SocketModeHandler):
    """Sends the ack before the work begins. The work also begins if the connection, and with it the ack, was lost."""

    def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]  # as Bolt
        with request_context.held_back() as work:
            try:
                super().handle(client, req)
            finally:
                request_context.begin(work)


class SocketMode:
    """The Socket Mode connection. `start()` returns once connected; threads serve until `stop()`."""

    def __init__(self, app: App, app_token: str, ping_every: float = PING_EVERY) -> None:
        self._ping_every = ping_every
        self._handler = _AckFirst(app, app_token, ping_interval=ping_every, concurrency=CONCURRENCY)

    def start(self, patience: Patience | None = None) -> None:
        """Connects. Raises SlackApiError if Slack refuses the token, and whatever `patience` raises."""
        (patience or Patience()).ask("apps.connections.open", self._connect)

    def _connect(self) -> None:
        """Connects once.

        The client's own method waits out a rate limit unseen and unstoppable, and uses a single-use address twice.
        """
        client = self._handler.client
        with client.connect_operation_lock:  # its monitor thread also connects, once running
            opened = client.web_client.apps_connections_open(app_token=client.app_token)
            client.wss_uri = str(opened["url"])
            client.connect()
        if not client.is_connected():
            raise ConnectionError("socket not open")

    def stop(self) -> None:
        """Stops. Nothing is received after it returns."""
        close_for_good(self._handler.client)

    @property
    def is_ready(self) -> bool:
        """Connected, and heard from lately: the client reports a silently lost connection as connected."""
        session = self._handler.client.current_session
        if session is None or not self._handler.client.is_connected():
            return False
        heard_at = session.last_ping_pong_time
        return heard_at is None or system_clock().timestamp() - heard_at < MOST_SILENT * self._ping_every


def close_for_good(client: SocketModeClient) -> None:
    """Closes the client and blocks reconnection.

    If Slack asks it to reconnect while it closes, the client would leave that connection open or wait for its end for
    ever.
    """
    client.connect = _refuse  # type: ignore[method-assign]
    is_idle = client.connect_operation_lock.acquire(timeout=_CONNECTS_WITHIN_S)  # waits for a connection being made
    if is_idle:
        client.connect_operation_lock.release()
    client.closed, client.auto_reconnect_enabled = True, False
    client.message_queue.put(None)  # otherwise its reader of messages waits up to a second for the next
    # Order it to end until it has: a reader that is just starting on a connection overwrites the order.
    reader = client.current_session_runner
    reader.event.set()
    while reader.is_alive():
        client.current_session_state.terminated = True
        reader.thread.join(0.05)
    client.close()
    client.disconnect()


def _refuse() -> None:
    raise ConnectionError("it is stopping")
