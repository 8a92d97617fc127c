"""What travels: JSON objects, and the refusal every Web API method may answer with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

Json = dict[str, Any]
"""One JSON object, exactly as it goes over the wire."""

TokenKind = Literal["bot", "app"]


class Refusal(Exception):
    """A Web API answer with ``ok: false``; ``facts`` are further fields of the answer."""

    def __init__(self, error: str, messages: tuple[str, ...] = (), **facts: object) -> None:
        super().__init__(error)
        self.error = error
        self.messages = messages
        self.facts = facts

    def as_json(self) -> Json:
        answer: Json = {"ok": False, "error": self.error, **self.facts}
        if self.messages:
            answer["response_metadata"] = {"messages": list(self.messages)}
        return answer


class CannotDo(Exception):
    """The person asked for something that Slack's own client would not let them do."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call by the app: a Web API method, or a post to a response_url (``method`` is then ``response_url``)."""

    method: str
    args: Json
    token: TokenKind | None
    at: datetime
    error: str | None
    answer: Json


@dataclass(frozen=True, slots=True)
class Notice:
    """A line that Slack itself, not the app, shows one person: a failed command, mostly."""

    user_id: str
    channel_id: str | None
    text: str
    at: datetime


Emit = Callable[[Json], None]
"""Hands one Events API event (the inner object) to whatever delivers it."""
