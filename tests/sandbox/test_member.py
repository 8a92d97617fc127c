"""A user can do what Slack's client lets them do, and no more."""

from typing import Any

import pytest
from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.sandbox import CannotDo, Member, NeverSeen, Workspace
from tests.sandbox.conftest import TEAM, Connect, actions, button, option, section

BUTTONS = [button(f"go_{n}", f"Go {n}", value=str(n)) for n in (1, 2)]
MENU = {"type": "static_select", "action_id": "menu", "options": [option("one"), option("two")]}
CARD: list[dict[str, Any]] = [section("*Card*", block_id="top"), actions(*BUTTONS, MENU, block_id="row")]


@pytest.fixture
def pressed(app: App, connect: Connect) -> list[dict[str, Any]]:
    """Every press that reaches the app."""
    bodies: list[dict[str, Any]] = []

    def hear(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        bodies.append(body)

    for name in ("go_1", "go_2", "menu"):
        app.action(name)(hear)
    connect()
    return bodies


def test_a_press_carries_its_message(pressed: list[dict[str, Any]], client: WebClient, alice: Member) -> None:
    ts = client.chat_postMessage(channel=TEAM, text="card", blocks=CARD)["ts"]
    card = alice.messages(TEAM)[-1]
    assert card.words.startswith("*Card*")
    assert [one.label for one in card.buttons] == ["Go 1", "Go 2"]
    assert not alice.press(card, label="Go 2").failed
    body = pressed[0]
    assert body["container"] == {"type": "message", "message_ts": ts, "channel_id": TEAM, "is_ephemeral": False}
    assert (body["channel"], body["user"]["id"]) == ({"id": TEAM, "name": "energy-team"}, alice.user_id)
    assert body["message"]["ts"] == ts
    action = body["actions"][0]
    assert (action["action_id"], action["block_id"], action["value"], action["type"]) == ("go_2", "row", "2", "button")
    assert action["text"] == {"type": "plain_text", "text": "Go 2", "emoji": True}
    assert body["state"]["values"] == {"row": {"menu": {"type": "static_select", "selected_option": None}}}
    assert body["response_url"].startswith("http://127.0.0.1:")


def test_choices_are_kept_for_each_user(
    pressed: list[dict[str, Any]], client: WebClient, alice: Member, bob: Member
) -> None:
    client.chat_postMessage(channel=TEAM, text="card", blocks=CARD)
    alice.press(alice.messages()[-1], "menu", selected="two")
    alice.press(alice.messages()[-1], "go_1")
    bob.press(bob.messages()[-1], "go_1")
    chosen = [one["state"]["values"]["row"]["menu"]["selected_option"] for one in pressed]
    assert [one and one["value"] for one in chosen] == ["two", "two", None]
    assert pressed[0]["actions"][0]["selected_option"]["value"] == "two"


def test_an_element_that_is_not_on_screen_cannot_be_pressed(
    client: WebClient, alice: Member, bob: Member, workspace: Workspace
) -> None:
    ts = client.chat_postMessage(channel=TEAM, text="card", blocks=CARD)["ts"]
    card = alice.messages()[-1]
    with pytest.raises(CannotDo, match=r"only: go_1\[Go 1\]"):
        alice.press(card, "stop")
    client.chat_update(channel=TEAM, ts=ts, text="done")
    with pytest.raises(CannotDo, match="go_1"):
        alice.press(card, "go_1")
    client.chat_delete(channel=TEAM, ts=ts)
    with pytest.raises(CannotDo, match="gone"):
        alice.press(card, "go_1")
    with workspace.changing():
        workspace.post_as_app(workspace.channels[TEAM], "card", CARD, only_for=alice.user_id)
    with pytest.raises(CannotDo, match="gone"):
        bob.press(alice.messages()[-1], "go_1")


def test_a_stale_copy_of_a_message_can_be_pressed(
    pressed: list[dict[str, Any]], client: WebClient, alice: Member
) -> None:
    ts = client.chat_postMessage(channel=TEAM, text="card", blocks=CARD)["ts"]
    card = alice.messages()[-1]
    client.chat_update(channel=TEAM, ts=ts, text="done")
    assert not alice.press(card, "go_1", stale=True).failed
    client.chat_delete(channel=TEAM, ts=ts)
    assert not alice.press(card, "go_2", stale=True).failed
    assert [one["actions"][0]["action_id"] for one in pressed] == ["go_1", "go_2"]


@pytest.mark.parametrize("ack_within", [1.0])
def test_it_warns_the_person_when_a_press_is_not_acknowledged(
    connect: Connect, client: WebClient, alice: Member
) -> None:
    connect()
    client.chat_postMessage(channel=TEAM, text="card", blocks=CARD)
    delivery = alice.press(alice.messages()[-1], "go_1")
    assert (delivery.failed, delivery.reason) == (True, "operation_timeout")
    assert "trouble" in alice.seen.notices[-1].text


def test_a_user_cannot_post_where_they_are_not_a_member(charlie: Member) -> None:
    with pytest.raises(CannotDo, match="Charlie is not in"):
        charlie.command("/nextcall", TEAM)
    with pytest.raises(CannotDo, match="Charlie is not in"):
        charlie.say("hello", TEAM)


def test_the_error_shows_the_screen_if_the_awaited_content_never_appears(client: WebClient, alice: Member) -> None:
    client.chat_postMessage(channel=TEAM, text="something else")
    with pytest.raises(NeverSeen, match="something else"):
        alice.wait_for(lambda seen: "wanted" in str(seen), within=0.1)


def test_a_change_is_seen_as_soon_as_it_is_made(client: WebClient, alice: Member) -> None:
    client.chat_postMessage(channel=TEAM, text="already there")
    assert alice.wait_for(lambda seen: seen.messages, within=0.1)[0].text == "already there"


def test_a_screen_seen_earlier_does_not_change(client: WebClient, alice: Member) -> None:
    ts = client.chat_postMessage(channel=TEAM, text="card", blocks=CARD)["ts"]
    kept = alice.messages()[-1]
    client.chat_update(channel=TEAM, ts=ts, text="done", blocks=CARD[:1])
    assert len(kept.buttons) == 2
    assert alice.messages()[-1].buttons == ()
