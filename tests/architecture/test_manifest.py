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

from bot.slack import ids
from bot.slack.app import register
from bot.slack.boundary.boundary import Boundary
from policy.vocabulary import Outcome

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
MADE_WITH = {"button", "select", "person"}
FREE = {"auth_test", "views_open", "views_push", "views_update", "views_publish", "apps_connections_open"}


class Recorder(Boundary):
    """Notes what is registered, instead of asking Bolt to listen."""

    def __init__(self) -> None:
        self.seen: dict[str, list[str]] = {"command": [], "action": [], "opens": [], "submits": [], "event": []}

    def command(self, name: str, answer: Any) -> None:
        self.seen["command"].append(name)

    def action(self, action_id: str, answer: Any) -> None:
        self.seen["action"].append(action_id)

    def opens(self, action_id: str, title: Any, build: Any) -> None:
        self.seen["opens"].append(action_id)

    def opens_or_answers(self, action_id: str, title: Any, build: Any, answer: Any) -> None:
        self.seen["action" if answer else "opens"].append(action_id)

    def submits(self, callback_id: str, take: Any) -> None:
        self.seen["submits"].append(callback_id)

    def event(self, name: str, answer: Any, in_channel: Any = None) -> None:
        self.seen["event"].append(name)

    def leftovers(self) -> None:
        pass


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yml").read_text())
    return content


@pytest.fixture(scope="module")
def registered() -> dict[str, list[str]]:
    recorder = Recorder()
    register(recorder)
    return recorder.seen


def test_it_is_valid_by_slacks_own_schema(manifest: dict[str, Any]) -> None:
    schema = json.loads(SCHEMA.read_text())
    jsonschema.validators.validator_for(schema)(schema).validate(manifest)


def test_it_declares_exactly_the_commands_the_code_answers(
    manifest: dict[str, Any], registered: dict[str, list[str]]
) -> None:
    declared = [one["command"] for one in manifest["features"]["slash_commands"]]
    assert sorted(declared) == sorted(registered["command"])
    assert all("should_escape" in one for one in manifest["features"]["slash_commands"])


def test_it_subscribes_to_exactly_the_events_the_code_handles(
    manifest: dict[str, Any], registered: dict[str, list[str]]
) -> None:
    """An event that nobody handles is never acknowledged, so Slack would send it again and again."""
    assert sorted(manifest["settings"]["event_subscriptions"]["bot_events"]) == sorted(registered["event"])


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


def test_it_registers_every_button_and_form_once(registered: dict[str, list[str]]) -> None:
    actions = registered["action"] + registered["opens"]
    every = {value for name, value in vars(ids).items() if name.isupper() and isinstance(value, str)}
    assert len(actions) == len(set(actions))
    assert {ids.CALL, ids.UNDO, ids.RELEASE_FORM, ids.CALLBACK_FORM, ids.OUTCOME_FORM} <= set(actions)
    known = every | {ids.outcome_button(one) for one in Outcome} | {*ids.OWN_BUTTONS, *ids.DIGEST_DAYS}
    assert set(actions) | set(registered["submits"]) <= known


def test_it_answers_every_button_and_menu_that_a_screen_shows(registered: dict[str, list[str]]) -> None:
    shown = set(_shown())
    assert {ids.CALL, ids.OUTCOME_MORE, ids.ADMIN_TEAM} <= shown
    assert shown <= {*registered["action"], *registered["opens"]}, "a press that nobody handles spins in Slack"


def _shown() -> Iterator[str]:
    """Ids of the buttons and menus in the code that draws screens. An input of a form is read when the form is sent."""
    for path in (ROOT / "bot" / "slack" / "blocks").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and ast.unparse(call.func).rpartition(".")[2] in MADE_WITH:
                for part in call.args:
                    if isinstance(part, ast.Attribute) and ast.unparse(part.value) == "ids" and part.attr != "INPUT":
                        yield getattr(ids, part.attr)


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
