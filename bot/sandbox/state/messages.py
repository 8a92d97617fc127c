"""Stored messages: who may see each, and all its edits."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.sandbox.state.form import Fill
from bot.sandbox.wire import Json


@dataclass(slots=True)
class Message:
    """One message. ``only_for``: the user who sees an ephemeral message."""

    ts: str
    channel_id: str
    author_id: str
    text: str
    at: datetime
    blocks: list[Json] = field(default_factory=list)
    only_for: str | None = None
    thread_ts: str | None = None
    file_ids: tuple[str, ...] = ()
    edited_at: datetime | None = None
    edited_ts: str | None = None
    is_deleted: bool = False
    versions: list[tuple[str, list[Json]]] = field(default_factory=list)
    fills: dict[str, Fill] = field(default_factory=dict)

    def edit(self, text: str, blocks: list[Json], at: datetime, ts: str) -> None:
        """Replaces the content. ``versions`` keeps the old one."""
        self.versions.append((self.text, self.blocks))
        self.text, self.blocks = text, blocks
        self.edited_at, self.edited_ts = at, ts

    def as_json(self, facts: Json) -> Json:
        """The message object of payloads. ``facts`` name its author."""
        message: Json = {"type": "message", "text": self.text, "ts": self.ts, **facts}
        if self.blocks:
            message["blocks"] = self.blocks
        if self.thread_ts:
            message["thread_ts"] = self.thread_ts
        if self.edited_ts:
            message["edited"] = {"user": self.author_id, "ts": self.edited_ts}
        return message


@dataclass(slots=True)
class Scheduled:
    """A scheduled message."""

    scheduled_id: str
    channel_id: str
    post_at: datetime
    text: str
    blocks: list[Json]
    created_at: datetime
    thread_ts: str | None = None
