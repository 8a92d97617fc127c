"""manifest.yml against Slack's own schema, and against what the code registers and calls: no more and no less."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from bot.slack.boundary.actions import Kind
from bot.slack.listeners import ACTIONS

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = ROOT / "tests" / "data" / "slack-manifest.schema.json"
# What a bot token must be granted for each method we call (docs.slack.dev/reference/methods). views.* ask for none.
SCOPE_OF = {
    "chat_postMessage": "chat:write",
    "chat_scheduleMessage": "chat:write",
    "chat_deleteScheduledMessage": "chat:write",
    "chat_update": "chat:write",
    "files_info": "files:read",
    "files_upload_v2": "files:write",
    "files_getUploadURLExternal": "files:write",
    "files_completeUploadExternal": "files:write",
    "users_info": "users:read",
    "usergroups_list": "usergroups:read",
    "usergroups_users_list": "usergroups:read",
}
SCOPE_OF_EVENT = {
    "file_shared": "files:read",
    "message.im": "im:history",
}  # docs.slack.dev/reference/events; the others ask for none
FREE = {"auth_test", "views_open", "views_push", "views_update", "views_publish", "apps_connections_open"}


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yml").read_text())
    return content


def _named(kind: Kind) -> list[str]:
    return [one.name for one in ACTIONS if one.kind is kind]


def test_it_is_valid_by_slacks_own_schema(manifest: dict[str, Any]) -> None:
    schema = json.loads(SCHEMA.read_text())
    jsonschema.validators.validator_for(schema)(schema).validate(manifest)


def test_it_declares_exactly_the_commands_the_code_answers(manifest: dict[str, Any]) -> None:
    declared = [one["command"] for one in manifest["features"]["slash_commands"]]
    assert sorted(declared) == sorted(_named(Kind.COMMAND))
    assert all("should_escape" in one for one in manifest["features"]["slash_commands"])


def test_it_subscribes_to_exactly_the_events_the_code_handles(manifest: dict[str, Any]) -> None:
    """An event that nobody handles is never acknowledged, so Slack would send it again and again."""
    assert sorted(manifest["settings"]["event_subscriptions"]["bot_events"]) == sorted(_named(Kind.EVENT))


def test_it_asks_for_exactly_the_scopes_that_are_used(manifest: dict[str, Any]) -> None:
    needed = {"commands"} | {SCOPE_OF[method] for method in _methods_called() if method not in FREE}
    events = manifest["settings"]["event_subscriptions"]["bot_events"]
    needed |= {SCOPE_OF_EVENT[event] for event in events if event in SCOPE_OF_EVENT}
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == needed


def test_it_switches_on_what_the_app_relies_on(manifest: dict[str, Any]) -> None:
    tabs = manifest["features"]["app_home"]
    assert tabs["home_tab_enabled"]
    assert tabs["messages_tab_enabled"]
    assert manifest["settings"]["interactivity"]["is_enabled"]
    assert manifest["settings"]["socket_mode_enabled"]


def test_it_answers_every_button_and_form_once() -> None:
    for kind in (Kind.PRESS, Kind.FORM):
        assert len(_named(kind)) == len(set(_named(kind)))


def test_it_answers_every_button_and_menu_and_takes_every_form_that_a_screen_shows() -> None:
    shown, sent = set(_shown(("button", 1), ("select", 0), ("person", 0))), set(_shown(("form", 2)))
    assert {"call", "outcome_more", "admin_team", "list_campaign"} <= shown
    assert {"outcome", "admin_team", "release"} <= sent
    assert shown <= set(_named(Kind.PRESS)), "a press that nobody handles spins in Slack"
    assert sent <= set(_named(Kind.FORM))


def _shown(*made_with: tuple[str, int]) -> Iterator[str]:
    """Ids of actions in the code that draws screens: the argument that has it, in calls of what makes them."""
    for path in (ROOT / "bot" / "slack" / "blocks").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                place = dict(made_with).get(ast.unparse(node.func).rpartition(".")[2], len(node.args))
                found = node.args[place : place + 1]
            elif isinstance(node, ast.Dict) and made_with[0][0] == "button":
                pairs = zip(node.keys, node.values, strict=True)
                found = [one for key, one in pairs if isinstance(key, ast.Constant) and key.value == "action_id"]
            else:
                continue
            yield from (one.value for one in found if isinstance(one, ast.Constant) and isinstance(one.value, str))


def _methods_called() -> Iterator[str]:
    """Web API methods named in the code that talks to Slack."""
    call = re.compile(r"client\.([a-z]+(?:_[A-Za-z0-9]+)+)\b(?=[\s,)(]|$)", re.MULTILINE)
    ours = {
        "chat_",
        "files_",
        "users_",
        "views_",
        "auth_",
        "apps_",
        "conversations_",
        "reactions_",
        "usergroups_",
        "pins_",
    }
    for package in ("slack", "cli"):
        for path in (ROOT / "bot" / package).rglob("*.py"):
            yield from (name for name in call.findall(path.read_text()) if any(name.startswith(one) for one in ours))
