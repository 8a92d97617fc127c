"""Trigger ids and response URLs, and when they expire."""

import secrets
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.sandbox.wire import Refusal

TRIGGER_LIVES = timedelta(seconds=3)
RESPONSE_URL_LIVES = timedelta(minutes=30)
RESPONSE_URL_USES = 5


@dataclass(slots=True)
class Trigger:
    user_id: str
    made_at: datetime
    made_on_timer: float
    is_exchanged: bool = False


class Triggers:
    """Trigger ids, valid once within 3 s. Both real time and moves of the clock count."""

    def __init__(self) -> None:
        self._made: dict[str, Trigger] = {}

    def make(self, user_id: str, at: datetime) -> str:
        trigger_id = f"{len(self._made) + 1}.{int(at.timestamp())}.{secrets.token_hex(8)}"
        self._made[trigger_id] = Trigger(user_id, at, time.monotonic())
        return trigger_id

    def exchange(self, trigger_id: str, at: datetime) -> Trigger:
        trigger = self._made.get(trigger_id)
        if trigger is None:
            raise Refusal("invalid_trigger_id")
        if trigger.is_exchanged:
            raise Refusal("exchanged_trigger_id")
        really = timedelta(seconds=time.monotonic() - trigger.made_on_timer)
        if max(really, at - trigger.made_at) > TRIGGER_LIVES:
            raise Refusal("expired_trigger_id")
        trigger.is_exchanged = True
        return trigger


@dataclass(slots=True)
class ResponseUrl:
    """One response URL. ``message_ts``: the message that was pressed; None for a command."""

    path: str
    user_id: str
    channel_id: str
    made_at: datetime
    message_ts: str | None
    uses: int = 0


class ResponseUrls:
    def __init__(self) -> None:
        self._made: dict[str, ResponseUrl] = {}

    def make(self, kind: str, user_id: str, channel_id: str, at: datetime, message_ts: str | None = None) -> str:
        """A new URL's path. ``kind``: ``commands`` or ``actions``, as in Slack."""
        path = f"/{kind}/T0SANDBOX01/{len(self._made) + 1}/{secrets.token_urlsafe(18)}"
        self._made[path] = ResponseUrl(path, user_id, channel_id, at, message_ts)
        return path

    def use(self, path: str, at: datetime) -> ResponseUrl:
        """Counts one use. Raises Slack's Refusal."""
        found = self._made.get(path)
        if found is None:
            raise Refusal("no_service")
        if at - found.made_at > RESPONSE_URL_LIVES:
            raise Refusal("expired_url")
        if found.uses >= RESPONSE_URL_USES:
            raise Refusal("used_url")
        found.uses += 1
        return found
