"""A workspace's people, user groups and channels."""

from dataclasses import dataclass, field
from datetime import datetime
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
