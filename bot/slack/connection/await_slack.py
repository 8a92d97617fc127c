"""Retries the first calls to Slack at start-up until Slack answers, refuses, or the bot is stopped."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException
from time import sleep
from typing import Final, TypeVar

from slack_bolt.error import BoltError
from slack_sdk.errors import SlackApiError

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
