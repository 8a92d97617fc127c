"""Faults and rate limits on request."""

import time

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import (
    ConnectionErrorRetryHandler,
    RateLimitErrorRetryHandler,
    ServerErrorRetryHandler,
)
from slack_sdk.webhook import WebhookClient

from bot.sandbox import Member, SandboxServer, Workspace
from tests.sandbox.conftest import TEAM, refusal


def test_it_answers_429_with_retry_after_and_handlers_get_through(
    client: WebClient, server: SandboxServer, alice: Member
) -> None:
    server.fail_next("chat.postMessage", with_="ratelimited", times=1, retry_after=1)
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=TEAM, text="x")
    assert (caught.value.response.status_code, caught.value.response.headers["Retry-After"]) == (429, "1")
    server.fail_next("chat.postMessage", with_="ratelimited", times=1, retry_after=1)
    client.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=2))
    client.chat_postMessage(channel=TEAM, text="through")
    assert [one.text for one in alice.messages()] == ["through"]


def test_any_error_code_can_be_requested(client: WebClient, server: SandboxServer) -> None:
    server.fail_next("chat.postMessage", with_="fatal_error", times=2)
    assert refusal(lambda: client.chat_postMessage(channel=TEAM, text="x")) == "fatal_error"
    assert refusal(lambda: client.chat_postMessage(channel=TEAM, text="x")) == "fatal_error"
    assert client.chat_postMessage(channel=TEAM, text="x")["ok"]


def test_server_and_network_faults_can_be_requested(client: WebClient, server: SandboxServer, alice: Member) -> None:
    client.retry_handlers = [ServerErrorRetryHandler(max_retry_count=1), ConnectionErrorRetryHandler(max_retry_count=1)]
    server.fail_next("chat.postMessage", with_="http_503")
    assert client.chat_postMessage(channel=TEAM, text="after 503")["ok"]
    server.fail_next("*", with_="reset")
    assert client.chat_postMessage(channel=TEAM, text="after a reset")["ok"]
    assert [one.text for one in alice.messages()] == ["after 503", "after a reset"]


def test_a_call_can_take_effect_and_lose_its_answer(client: WebClient, server: SandboxServer, alice: Member) -> None:
    client.retry_handlers = []
    server.fail_next("chat.postMessage", with_="lost_reply")
    with pytest.raises(OSError):
        client.chat_postMessage(channel=TEAM, text="done all the same")
    assert alice.messages()[-1].text == "done all the same"


def test_it_can_leave_a_call_hanging(server: SandboxServer, workspace: Workspace, alice: Member) -> None:
    client = WebClient(token=workspace.bot_token, base_url=server.api_url, timeout=1)
    client.retry_handlers = []
    server.fail_next("chat.postMessage", with_="timeout", hangs_for=30)
    started = time.monotonic()
    with pytest.raises(TimeoutError):
        client.chat_postMessage(channel=TEAM, text="x")
    assert 0.8 < time.monotonic() - started < 25
    assert alice.messages() == ()


def test_response_urls_can_fail_too(server: SandboxServer, workspace: Workspace, alice: Member) -> None:
    path = workspace.response_urls.make("commands", alice.user_id, TEAM, workspace.clock.now())
    server.fail_next("response_url", with_="http_500")
    url = WebhookClient(workspace.base_url + path, retry_handlers=[])
    assert url.send(text="x").status_code == 500
    assert url.send(text="y").status_code == 200
    assert [one.text for one in alice.messages()] == ["y"]


def test_it_limits_rates_only_when_switched_on(client: WebClient, workspace: Workspace) -> None:
    for _ in range(3):
        client.chat_postMessage(channel=TEAM, text="x")
    workspace.rate_limits.is_on = True
    client.chat_postMessage(channel=TEAM, text="x")
    assert refusal(lambda: client.chat_postMessage(channel=TEAM, text="x")) == "ratelimited"
    assert client.chat_postMessage(channel="U0ALICE001", text="another channel")["ok"]


def test_it_counts_calls_by_tier(client: WebClient, workspace: Workspace) -> None:
    workspace.rate_limits.is_on = True
    for _ in range(20):
        client.usergroups_list()
    with pytest.raises(SlackApiError) as caught:
        client.usergroups_list()
    assert 50 < int(caught.value.response.headers["Retry-After"]) <= 60
    assert client.users_info(user="U0ALICE001")["ok"]
