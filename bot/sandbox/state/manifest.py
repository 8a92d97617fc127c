"""The app's grants: scopes, commands, events and tabs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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
    return Command(
        name=data["command"],
        description=data.get("description", ""),
        usage_hint=data.get("usage_hint", ""),
    )
