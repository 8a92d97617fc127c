"""Delivering to the app: one road for Socket Mode and HTTP, with Slack's deadlines and redeliveries."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Literal, Protocol

from bot.sandbox.wire import Json

EnvelopeKind = Literal["slash_commands", "interactive", "events_api"]


@dataclass(frozen=True, slots=True)
class Envelope:
    """One thing sent to the app. ``retry_attempt`` counts redeliveries of an event."""

    kind: EnvelopeKind
    payload: Json
    accepts_response: bool = True
    retry_attempt: int = 0
    retry_reason: str = ""
    envelope_id: str = field(default_factory=lambda: str(uuid.uuid4()))

    def as_json(self) -> Json:
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
    """What the app said. ``reason`` is Slack's word for why it failed: timeout, connection_failed, http_error.
    ``is_heard`` is false where nobody was connected, or no longer when it was time to answer."""

    is_acked: bool
    payload: Json = field(default_factory=dict)
    reason: str = ""
    may_retry: bool = True
    is_heard: bool = True


class Transport(Protocol):
    """Socket Mode or HTTP."""

    async def send(self, envelope: Envelope) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a person's act came to. ``payload`` is the app's acknowledgement; ``reason`` is set when it failed;
    ``errors`` are sentences beside the fields of a modal, the app's or Slack's own (``is_sent`` is then false)."""

    payload: Json = field(default_factory=dict)
    failed: bool = False
    reason: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    is_sent: bool = True
    took: float = 0.0

    @property
    def text(self) -> str:
        """The text of the acknowledgement, empty if there was none."""
        return str(self.payload.get("text") or "")


@dataclass(frozen=True, slots=True)
class Delivered:
    """A line of the record: what was sent, and what came back."""

    envelope: Envelope
    answer: Answer
