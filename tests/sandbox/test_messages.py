"""Posting, editing, deleting and scheduling messages; who sees which; and the events they cause."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox import Member, SandboxClock, SandboxServer, Workspace
from tests.sandbox.conftest import ELSEWHERE, OLD, PRIVATE, TEAM, Connect, refusal, section


def test_it_posts_where_the_bot_is_a_member_and_members_see_it(
    client: WebClient, alice: Member, charlie: Member, workspace: Workspace
) -> None:
    answer = client.chat_postMessage(channel=TEAM, text="hello")
    assert answer["channel"] == TEAM
    assert answer["message"]["bot_id"] == workspace.bot_id
    assert [(one.text, one.author_name, one.ts) for one in alice.messages()] == [("hello", "Nextcall", answer["ts"])]
    assert charlie.messages() == ()
    assert client.chat_postMessage(channel="#energy-team", text="by name")["channel"] == TEAM


def test_it_refuses_channels_as_slack_does(client: WebClient) -> None:
    assert refusal(lambda: client.chat_postMessage(channel=ELSEWHERE, text="x")) == "not_in_channel"
    assert refusal(lambda: client.chat_postMessage(channel=PRIVATE, text="x")) == "channel_not_found"
    assert refusal(lambda: client.chat_postMessage(channel="C0NOWHERE01", text="x")) == "channel_not_found"
    assert refusal(lambda: client.chat_postMessage(channel=OLD, text="x")) == "is_archived"
    assert refusal(lambda: client.chat_postMessage(channel="U0GONE0001", text="x")) == "channel_not_found"


def test_it_posts_to_a_person_by_their_id(client: WebClient, alice: Member, bob: Member) -> None:
    assert client.chat_postMessage(channel=alice.user_id, text="for you")["channel"].startswith("D")
    assert alice.direct_messages[-1].text == "for you"
    assert bob.direct_messages == ()


def test_it_refuses_direct_messages_when_the_tab_is_off(client: WebClient, workspace: Workspace) -> None:
    workspace.manifest = replace(workspace.manifest, messages_tab=False)
    assert refusal(lambda: client.chat_postMessage(channel="U0ALICE001", text="x")) == "messages_tab_disabled"


def test_it_shows_an_ephemeral_message_to_one_member(
    client: WebClient, alice: Member, bob: Member, workspace: Workspace
) -> None:
    with workspace.changing():
        ts = workspace.post_as_app(workspace.channels[TEAM], "psst", [], only_for=alice.user_id).ts
    assert alice.messages()[-1].is_ephemeral
    assert bob.messages() == ()
    assert refusal(lambda: client.chat_update(channel=TEAM, ts=ts, text="x")) == "message_not_found"


def test_it_edits_and_deletes_its_own_messages_and_keeps_their_versions(
    client: WebClient, alice: Member, workspace: Workspace
) -> None:
    ts = client.chat_postMessage(channel=TEAM, text="one", blocks=[section("one")])["ts"]
    client.chat_update(channel=TEAM, ts=ts, text="two")
    shown = alice.messages()[-1]
    assert (shown.text, shown.blocks, shown.is_edited) == ("two", (), True)
    assert workspace.messages[-1].versions[0][0] == "one"
    assert refusal(lambda: client.chat_update(channel=TEAM, ts=ts, text="x" * 4001)) == "msg_too_long"
    client.chat_delete(channel=TEAM, ts=ts)
    assert alice.messages() == ()
    assert workspace.messages[-1].is_deleted
    assert refusal(lambda: client.chat_delete(channel=TEAM, ts=ts)) == "message_not_found"
    said = alice.say("mine", TEAM)
    assert refusal(lambda: client.chat_update(channel=TEAM, ts=said.ts, text="x")) == "cant_update_message"
    assert refusal(lambda: client.chat_delete(channel=TEAM, ts=said.ts)) == "cant_delete_message"


def test_it_refuses_empty_and_wrong_content(client: WebClient) -> None:
    assert refusal(lambda: client.api_call("chat.postMessage", json={"channel": TEAM, "text": " "})) == "no_text"
    assert refusal(lambda: client.chat_postMessage(channel=TEAM, text="x", blocks="no")) == "invalid_blocks_format"
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=TEAM, text="x", blocks=[{"type": "header"}])
    assert caught.value.response["error"] == "invalid_blocks"
    messages = caught.value.response["response_metadata"]["messages"]
    assert messages == ["[ERROR] missing required field: text [json-pointer:/blocks/0]"]
    long = [section("x" * 3000)] * 5
    assert refusal(lambda: client.chat_postMessage(channel=TEAM, text="x", blocks=long)) == "msg_blocks_too_long"


def test_it_cuts_a_text_over_40000(client: WebClient) -> None:
    assert len(client.chat_postMessage(channel=TEAM, text="x" * 40_010)["message"]["text"]) == 40_000


def test_it_posts_scheduled_messages_when_the_clock_passes_them(
    client: WebClient, alice: Member, clock: SandboxClock, workspace: Workspace
) -> None:
    at = int(clock.now().timestamp()) + 3600
    client.chat_scheduleMessage(channel=TEAM, post_at=at, text="in an hour")
    kept = client.chat_scheduleMessage(channel=TEAM, post_at=at, text="cancelled")["scheduled_message_id"]
    assert len(workspace.scheduled) == 2
    client.chat_deleteScheduledMessage(channel=TEAM, scheduled_message_id=kept)
    clock.advance(timedelta(minutes=59))
    assert alice.messages() == ()
    clock.advance(timedelta(minutes=2))
    assert [one.text for one in alice.messages()] == ["in an hour"]
    assert workspace.scheduled == []


def test_it_posts_a_scheduled_message_as_real_time_passes(
    client: WebClient, alice: Member, clock: SandboxClock
) -> None:
    client.chat_scheduleMessage(channel=TEAM, post_at=int(clock.now().timestamp()) + 3, text="soon")
    assert alice.wait_for(lambda seen: seen.messages)[0].text == "soon"


def test_scheduling_is_limited_in_time_and_number(client: WebClient, clock: SandboxClock) -> None:
    now = int(clock.now().timestamp())
    assert refusal(lambda: client.chat_scheduleMessage(channel=TEAM, post_at=now - 5, text="x")) == "time_in_past"
    far = now + 121 * 86400
    assert refusal(lambda: client.chat_scheduleMessage(channel=TEAM, post_at=far, text="x")) == "time_too_far"
    for number in range(30):
        client.chat_scheduleMessage(channel=TEAM, post_at=now + 1000 + number, text="x")
    crowd = now + 1100
    assert refusal(lambda: client.chat_scheduleMessage(channel=TEAM, post_at=crowd, text="x")) == "restricted_too_many"
    assert client.chat_scheduleMessage(channel=TEAM, post_at=now + 5000, text="x")["ok"]


def test_it_sends_the_apps_own_messages_as_events_if_subscribed(
    app: App, connect: Connect, client: WebClient, server: SandboxServer, alice: Member, workspace: Workspace
) -> None:
    heard: list[dict[str, Any]] = []

    @app.event("message")
    def message(event: dict[str, Any]) -> None:
        heard.append(event)

    connect()
    ts = client.chat_postMessage(channel=TEAM, text="echo")["ts"]
    alice.wait_for(lambda _: server.delivered)
    assert server.delivered[0].envelope.payload["event"]["bot_id"] == workspace.bot_id
    assert heard == [], "Bolt drops the bot's own messages"
    alice.say("good morning", TEAM)
    alice.wait_for(lambda _: heard)
    assert (heard[0]["user"], heard[0]["channel_type"], heard[0]["text"]) == (alice.user_id, "channel", "good morning")
    client.chat_update(channel=TEAM, ts=ts, text="changed")
    alice.wait_for(lambda _: len(workspace.events) == 3)
    assert workspace.events[-1]["subtype"] == "message_changed"
    alice.say("private", None)
    assert workspace.events[-1]["channel_type"] == "im"


def test_it_sends_no_event_without_subscription_or_scope(alice: Member, workspace: Workspace) -> None:
    workspace.manifest = replace(workspace.manifest, events=frozenset())
    alice.say("x", TEAM)
    workspace.manifest = replace(workspace.manifest, events=frozenset({"message.channels"}), scopes=frozenset())
    alice.say("x", TEAM)
    assert workspace.events == []


def test_it_records_every_call(client: WebClient, workspace: Workspace, clock: SandboxClock) -> None:
    client.chat_postMessage(channel=TEAM, text="x", blocks=[section("x")])
    call = workspace.calls_of("chat.postMessage")[0]
    assert (call.token, call.error, call.args["blocks"][0]["type"]) == ("bot", None, "section")
    assert abs(call.at - clock.now()) < timedelta(seconds=5)
    refusal(lambda: client.chat_postMessage(channel="C0NOWHERE01", text="x"))
    assert [one.error for one in workspace.refusals] == ["channel_not_found"]
