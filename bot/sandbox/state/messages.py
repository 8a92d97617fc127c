"""Stored messages, who may see each, and all its edits; and the files in them."""

import mimetypes
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePath

from bot.sandbox.clock import Ids
from bot.sandbox.state.form import Fill
from bot.sandbox.wire import Json, Refusal


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
    thread_ts: str | None = None


@dataclass(slots=True)
class File:
    """One file. ``channels``: where it is shared. Only its owner sees an unshared file."""

    file_id: str
    name: str
    owner_id: str
    made_at: datetime
    title: str = ""
    content: bytes | None = None
    alt_text: str = ""
    channels: list[str] = field(default_factory=list)
    is_given_to_app: bool = False
    is_deleted: bool = False
    mode: str = "hosted"  # or hidden_by_limit: a workspace without a paid plan hides files older than 90 days

    @property
    def mime(self) -> str:
        """The media type, by the name's ending."""
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"

    @property
    def is_image(self) -> bool:
        """Whether a message shows it as a picture."""
        return self.mime.startswith("image/")

    def as_json(self, base_url: str) -> Json:
        """The file object of payloads and answers. Of a deleted or hidden file little is left."""
        if self.is_deleted:
            return {"id": self.file_id, "mode": "tombstone"}
        if self.mode == "hidden_by_limit":
            return {"id": self.file_id, "mode": self.mode, "date_delete": 0}
        private = f"{base_url}/files-pri/{self.file_id}"
        suffix = PurePath(self.name).suffix.lstrip(".").lower()
        return {
            "id": self.file_id,
            "created": int(self.made_at.timestamp()),
            "timestamp": int(self.made_at.timestamp()),
            "name": self.name,
            "title": self.title or self.name,
            "mimetype": self.mime,
            "filetype": suffix or "text",
            "pretty_type": suffix.upper() or "Plain Text",
            "user": self.owner_id,
            "size": len(self.content or b""),
            "mode": self.mode,
            "is_external": False,
            "is_public": bool(self.channels),
            "url_private": f"{private}/{self.name}",
            "url_private_download": f"{private}/download/{self.name}",
            "permalink": f"{base_url}/files/{self.owner_id}/{self.file_id}/{self.name}",
            "alt_txt": self.alt_text,
            "channels": [one for one in self.channels if one.startswith("C")],
            "groups": [one for one in self.channels if one.startswith("G")],
            "ims": [one for one in self.channels if one.startswith("D")],
            "file_access": "visible",
        }


class Files:
    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self.every: dict[str, File] = {}

    def announce(self, name: str, owner_id: str, at: datetime) -> File:
        file = File(self._ids.next("F"), name, owner_id, at)
        self.every[file.file_id] = file
        return file

    def find(self, file_id: str) -> File:
        """A file that has arrived in full and has not been deleted."""
        file = self.every.get(file_id)
        if file is None or file.content is None:
            raise Refusal("file_not_found")
        if file.is_deleted:
            raise Refusal("file_deleted")
        return file
