"""The app's manifest, and events about changed people."""

from datetime import UTC, datetime

from bot.sandbox import Command, Manifest, Workspace


def test_it_reads_an_app_manifest() -> None:
    manifest = Manifest.from_app_manifest(
        {
            "display_information": {"name": "Nextcall"},
            "features": {
                "app_home": {"home_tab_enabled": True, "messages_tab_enabled": False},
                "slash_commands": [{"command": "/dnc", "description": "Never call", "usage_hint": "NUMBER"}],
            },
            "oauth_config": {"scopes": {"bot": ["commands", "chat:write"]}},
            "settings": {"event_subscriptions": {"bot_events": ["app_home_opened", "user_change"]}},
        }
    )
    assert manifest.commands == (Command("/dnc", "Never call", "NUMBER"),)
    assert manifest.scopes == {"commands", "chat:write"}
    assert (manifest.home_tab, manifest.messages_tab) == (True, False)
    assert manifest.is_subscribed("app_home_opened")
    assert not manifest.is_subscribed("user_change"), "its scope is missing"


def test_it_tells_of_a_person_whose_zone_changed(workspace: Workspace) -> None:
    workspace.clock.set(datetime(2026, 7, 1, tzinfo=UTC))
    workspace.change_person("U0ALICE001", zone="America/Chicago")
    event = workspace.events[-1]
    assert (event["type"], event["user"]["tz"], event["user"]["tz_offset"]) == (
        "user_change",
        "America/Chicago",
        -18000,
    )
    assert workspace.person("U0ALICE001").real_name == "Alice"
