"""Envelopes and their delivery, common to Socket Mode and HTTP, with Slack's deadlines and redeliveries."""

import time
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from bot.sandbox.wire import Json

EnvelopeKind = Literal["slash_commands", "interactive", "events_api"]


@dataclass(frozen=True, slots=True)
class Envelope:
    """One message to the app. ``retry_attempt`` counts redeliveries of an event."""

    kind: EnvelopeKind
    payload: Json
    accepts_response: bool = True
    retry_attempt: int = 0
    retry_reason: str = ""
    envelope_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    def as_json(self) -> Json:
        """The envelope as Socket Mode sends it."""
        message: Json = {
            "envelope_id": self.envelope_id,
            "type": self.kind,
            "payload": self.payload,
            "accepts_response_payload": self.accepts_response,
        }
        if self.kind == "events_api":
            message |= {"retry_attempt": self.retry_attempt, "retry_reason": self.retry_reason}
        return message


@dataclass(frozen=True, slots=True)
class Answer:
    """The app's answer.

    ``reason`` is Slack's word for a failure: timeout, connection_failed, http_error. ``is_heard``: false if no client
    was connected, or had left when the answer was due.
    """

    is_acked: bool
    payload: Json = field(default_factory=dict)
    reason: str = ""
    may_retry: bool = True
    is_heard: bool = True


class Transport(Protocol):
    """Socket Mode or HTTP."""

    async def send(self, envelope: Envelope) -> Answer:
        """Sends the envelope and waits for the answer, as long as Slack does."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """The result of a user's action.

    ``payload`` is the app's acknowledgement. ``reason`` is set if it failed. ``errors`` are sentences beside a modal's
    fields, from the app or from Slack itself (``is_sent`` is then false).
    """

    payload: Json = field(default_factory=dict)
    failed: bool = False
    reason: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    is_sent: bool = True
    took: float = 0.0

    @property
    def text(self) -> str:
        """The acknowledgement's text; empty if none."""
        return str(self.payload.get("text") or "")


@dataclass(frozen=True, slots=True)
class Delivered:
    """One entry of the record: what was sent when, by the workspace's clock, and the answer.

    ``timer``: when it was sent, by the machine's monotonic clock. ``took``: until the answer. Both in seconds.
    """

    envelope: Envelope
    answer: Answer
    at: datetime
    timer: float = field(default_factory=time.monotonic)
    took: float = 0.0
