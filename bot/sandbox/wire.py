"""JSON objects, and the refusal of a Web API method."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Json = dict[str, Any]
"""One JSON object, exactly as it goes over the wire."""

TokenKind = Literal["bot", "app"]


class Refusal(Exception):
    """A Web API answer with ``ok: false``. ``facts``: its other fields."""

    def __init__(self, error: str, messages: tuple[str, ...] = (), **facts: object) -> None:
        super().__init__(error)
        self.error = error
        self.messages = messages
        self.facts = facts

    def as_json(self) -> Json:
        """The answer of the Web API, with its messages under ``response_metadata``."""
        answer: Json = {"ok": False, "error": self.error, **self.facts}
        if self.messages:
            answer["response_metadata"] = {"messages": list(self.messages)}
        return answer


class CannotDo(Exception):
    """Slack's client does not let the user do this."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call by the app: a Web API method, or a post to a response_url (``method`` is ``response_url``).

    ``drew``: the messages (by ts) and views (by id) it made or changed. ``answers``: the path of the response URL or
    the trigger id that it used. ``timer``: when it came, by the machine's monotonic clock, in seconds.
    """

    method: str
    args: Json
    token: TokenKind | None
    at: datetime
    error: str | None
    answer: Json
    drew: tuple[str, ...] = ()
    answers: str = ""
    timer: float = field(default_factory=time.monotonic)


@dataclass(frozen=True, slots=True)
class Notice:
    """A line that Slack itself shows one user, mostly after a failed command."""

    user_id: str
    channel_id: str | None
    text: str
    at: datetime


Emit = Callable[[Json], None]
"""Hands one Events API event (the inner object) to whatever delivers it."""
