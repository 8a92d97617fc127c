"""A workspace's people, user groups and channels; and the app's grants: scopes, commands, events and tabs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.sandbox.wire import Json


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
            user |= zone_fields(self.zone, at)
        if with_locale:
            user["locale"] = self.locale
        return user


def zone_fields(zone: str, at: datetime) -> Json:
    """The zone fields. Slack gives a long name ("Central European Summer Time"); the sandbox gives the abbreviation."""
    local = at.astimezone(ZoneInfo(zone))
    offset = local.utcoffset()
    return {"tz": zone, "tz_label": local.tzname() or zone, "tz_offset": int(offset.total_seconds()) if offset else 0}


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
            commands=tuple(_command(one) for one in features.get("slash_commands", ())),
            events=frozenset(settings.get("event_subscriptions", {}).get("bot_events", ())),
            messages_tab=tabs.get("messages_tab_enabled", False),
            home_tab=tabs.get("home_tab_enabled", False),
        )

    def command(self, name: str) -> Command | None:
        """The command of this name, with its slash, or None."""
        return next((one for one in self.commands if one.name == name), None)

    def is_subscribed(self, event: str) -> bool:
        """Whether the app gets events of this type: it subscribed to them and has their scope."""
        scope = SCOPE_OF_EVENT.get(event)
        return event in self.events and (scope is None or scope in self.scopes)


def _command(data: Mapping[str, Any]) -> Command:
    return Command(name=data["command"], description=data.get("description", ""), usage_hint=data.get("usage_hint", ""))
