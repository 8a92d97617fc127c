"""What a workspace holds: people, user groups, channels, messages and files; and the app's grants."""

import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any
from zoneinfo import ZoneInfo

from bot.sandbox.clock import Ids
from bot.sandbox.state.form import Fill
from bot.sandbox.wire import Json, Refusal


@dataclass(frozen=True, slots=True)
class Person:
    """One member of the workspace. ``title`` stands beside the name on the page ("Agent", "Team lead")."""

    user_id: str
    name: str
    real_name: str
    zone: str | None = "Europe/London"
    title: str = ""
    locale: str = "en-GB"
    is_deleted: bool = False
    is_bot: bool = False
    is_admin: bool = False

    def profile(self, team_id: str, at: datetime, *, with_locale: bool) -> Json:
        """The user object of ``users.info``. A bot or a deleted user has no zone."""
        user: Json = {
            "id": self.user_id,
            "team_id": team_id,
            "name": self.name,
            "deleted": self.is_deleted,
            "real_name": self.real_name,
            "profile": {"real_name": self.real_name, "display_name": self.name, "title": self.title},
            "is_bot": self.is_bot,
            "is_app_user": False,
            "is_admin": self.is_admin,
            "is_owner": False,
            "updated": int(at.timestamp()),
        }
        if self.zone and not self.is_deleted:
            local = at.astimezone(ZoneInfo(self.zone))
            offset = int((local.utcoffset() or timedelta()).total_seconds())
            # Slack's label is a long name (Central European Summer Time), this one the abbreviation.
            user |= {"tz": self.zone, "tz_label": local.tzname() or self.zone, "tz_offset": offset}
        if with_locale:
            user["locale"] = self.locale
        return user


@dataclass(frozen=True, slots=True)
class UserGroup:
    """A user group. ``members`` are ids of users."""

    group_id: str
    handle: str
    name: str
    members: tuple[str, ...] = ()
    is_disabled: bool = False

    def as_json(self, team_id: str, *, with_users: bool, with_count: bool) -> Json:
        """The group object of ``usergroups.list``."""
        group: Json = {
            "id": self.group_id,
            "team_id": team_id,
            "is_usergroup": True,
            "name": self.name,
            "handle": self.handle,
            "description": "",
            "date_delete": 1 if self.is_disabled else 0,
        }
        if with_users:
            group["users"] = list(self.members)
        if with_count:
            group["user_count"] = len(self.members)
        return group


@dataclass(slots=True)
class Channel:
    """A public or private channel; with ``dm_with``, the app's direct messages with one user."""

    channel_id: str
    name: str
    members: set[str] = field(default_factory=set)
    bot_is_member: bool = True
    is_private: bool = False
    is_archived: bool = False
    dm_with: str | None = None

    @property
    def kind(self) -> str:
        """The ``channel_type`` of message events."""
        if self.dm_with:
            return "im"
        return "group" if self.is_private else "channel"

    @property
    def name_in_payloads(self) -> str:
        """The name in payloads. Slack hides a private conversation's name from commands."""
        if self.dm_with:
            return "directmessage"
        return "privategroup" if self.is_private else self.name


# Event type -> scope (api-ref/events). Slack refuses a subscription without its scope.
SCOPE_OF_EVENT = {
    "message.im": "im:history",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "file_shared": "files:read",
    "file_deleted": "files:read",
    "user_change": "users:read",
    "team_join": "users:read",
    "subteam_members_changed": "usergroups:read",
    "subteam_updated": "usergroups:read",
    "member_joined_channel": "channels:read",
    "member_left_channel": "channels:read",
    "app_mention": "app_mentions:read",
}


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command of the app."""

    name: str
    description: str = ""
    usage_hint: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The parts of an app manifest that change Slack's behaviour."""

    app_name: str = "Nextcall"
    scopes: frozenset[str] = frozenset({"commands", "chat:write", "users:read", "files:read", "files:write"})
    commands: tuple[Command, ...] = ()
    events: frozenset[str] = frozenset({"app_home_opened"})
    messages_tab: bool = True
    home_tab: bool = True

    @classmethod
    def from_app_manifest(cls, data: Mapping[str, Any]) -> "Manifest":
        """Reads an app's parsed ``manifest.yml``."""
        features, settings = data.get("features", {}), data.get("settings", {})
        tabs = features.get("app_home", {})
        return cls(
            app_name=data.get("display_information", {}).get("name", "App"),
            scopes=frozenset(data.get("oauth_config", {}).get("scopes", {}).get("bot", ())),
            commands=tuple(
                Command(one["command"], one.get("description", ""), one.get("usage_hint", ""))
                for one in features.get("slash_commands", ())
            ),
            events=frozenset(settings.get("event_subscriptions", {}).get("bot_events", ())),
            messages_tab=tabs.get("messages_tab_enabled", False),
            home_tab=tabs.get("home_tab_enabled", False),
        )

    def is_subscribed(self, event: str) -> bool:
        """Whether the app gets events of this type: it subscribed to them and has their scope."""
        scope = SCOPE_OF_EVENT.get(event)
        return event in self.events and (scope is None or scope in self.scopes)


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
