"""Which token and scopes each method needs."""

import json
import urllib.request
from dataclasses import replace

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox import SandboxServer, Workspace
from tests.sandbox.conftest import TEAM, refusal


def _error(client: WebClient, method: str, **args: object) -> str:
    return refusal(lambda: client.api_call(method, json=args))


def test_auth_test_names_the_bot(client: WebClient, workspace: Workspace) -> None:
    answer = client.auth_test()
    assert answer["user_id"] == workspace.bot_user_id
    assert answer["bot_id"] == workspace.bot_id
    assert set(answer.headers["X-OAuth-Scopes"].split(",")) == workspace.manifest.scopes
    assert workspace.calls_of("auth.test")[0].token == "bot"


def test_it_refuses_a_missing_and_an_unknown_token(server: SandboxServer) -> None:
    assert _error(WebClient(base_url=server.api_url), "auth.test") == "not_authed"
    assert _error(WebClient(token="xoxb-stranger", base_url=server.api_url), "auth.test") == "invalid_auth"


def test_it_opens_connections_for_the_app_level_token_only(client: WebClient, workspace: Workspace) -> None:
    assert _error(client, "apps.connections.open") == "not_allowed_token_type"
    assert client.apps_connections_open(app_token=workspace.app_token)["url"].startswith("ws://127.0.0.1:")


def test_other_methods_refuse_the_app_level_token(server: SandboxServer, workspace: Workspace) -> None:
    assert (
        _error(WebClient(token=workspace.app_token, base_url=server.api_url), "auth.test") == "not_allowed_token_type"
    )


def test_it_says_which_scope_is_missing(client: WebClient, workspace: Workspace) -> None:
    workspace.manifest = replace(workspace.manifest, scopes=frozenset({"commands"}))
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=TEAM, text="hello")
    assert caught.value.response["error"] == "missing_scope"
    assert caught.value.response["needed"] == "chat:write"
    assert caught.value.response["provided"] == "commands"


def test_an_unknown_method_is_refused(client: WebClient) -> None:
    assert _error(client, "chat.teleport") == "unknown_method"


def test_it_names_a_missing_argument(client: WebClient) -> None:
    with pytest.raises(SlackApiError) as caught:
        client.api_call("chat.postMessage", json={"text": "to nobody"})
    assert caught.value.response["error"] == "invalid_arguments"
    assert "missing required field: channel" in caught.value.response["response_metadata"]["messages"][0]


def test_it_refuses_a_body_that_is_not_json(server: SandboxServer, workspace: Workspace) -> None:
    request = urllib.request.Request(
        f"{server.api_url}chat.postMessage",
        data=b"{",
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {workspace.bot_token}"},
    )
    with urllib.request.urlopen(request) as response:
        assert json.load(response)["error"] == "invalid_json"


def test_it_takes_forms_as_well_as_json(client: WebClient) -> None:
    blocks = [{"type": "divider"}]
    answer = client.api_call("chat.postMessage", data={"channel": TEAM, "text": "form", "blocks": json.dumps(blocks)})
    assert answer["message"]["blocks"][0]["type"] == "divider"


def test_it_keeps_tokens_out_of_the_record(client: WebClient, workspace: Workspace) -> None:
    client.api_call("auth.test", params={"token": workspace.bot_token, "foo": "bar"})
    assert workspace.calls_of("auth.test")[0].args == {"foo": "bar"}


def test_it_listens_on_loopback_only(server: SandboxServer) -> None:
    assert server.url.startswith("http://127.0.0.1:")
    assert server._runner is not None
    assert {address[0] for address in server._runner.addresses} == {"127.0.0.1"}
