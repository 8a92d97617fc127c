"""Trigger ids and response URLs."""

from datetime import timedelta
from typing import Any

import pytest
from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient

from bot.sandbox import Member, SandboxClock, Workspace
from tests.sandbox.conftest import TEAM, Connect, actions, button, modal, plain, refusal, section

MODAL = modal()
CARD: list[dict[str, Any]] = [section("*Card*", block_id="card"), actions(button(value="1"), block_id="row")]


@pytest.fixture
def body(app: App, connect: Connect, alice: Member) -> dict[str, Any]:
    """The body of a command Alice has just sent from the team channel."""
    seen: dict[str, Any] = {}

    @app.command("/nextcall")
    def nextcall(ack: Ack, body: dict[str, Any]) -> None:
        seen.update(body)
        ack()

    connect()
    alice.command("/nextcall", TEAM)
    return seen


def _refused(client: WebClient, **args: object) -> str:
    return refusal(lambda: client.api_call("views.open", json={"view": MODAL, **args}))


def test_it_exchanges_a_trigger_once(body: dict[str, Any], client: WebClient) -> None:
    assert client.views_open(trigger_id=body["trigger_id"], view=MODAL)["view"]["type"] == "modal"
    assert _refused(client, trigger_id=body["trigger_id"]) == "exchanged_trigger_id"


def test_it_lets_a_trigger_expire_after_three_seconds(
    body: dict[str, Any], client: WebClient, clock: SandboxClock
) -> None:
    clock.advance(timedelta(seconds=4))
    assert _refused(client, trigger_id=body["trigger_id"]) == "expired_trigger_id"


def test_an_unknown_trigger_is_refused(client: WebClient) -> None:
    assert _refused(client, trigger_id="1.2.abc") == "invalid_trigger_id"
    assert _refused(client) == "invalid_arguments"


def test_it_keeps_the_trigger_when_the_view_is_wrong(body: dict[str, Any], client: WebClient) -> None:
    wrong = {**MODAL, "title": plain("x" * 25)}
    assert _refused(client, trigger_id=body["trigger_id"], view=wrong) == "invalid_arguments"
    assert client.views_open(trigger_id=body["trigger_id"], view=MODAL)["ok"]


def test_it_answers_a_response_url_five_times(body: dict[str, Any], alice: Member, workspace: Workspace) -> None:
    url = WebhookClient(body["response_url"])
    statuses = [url.send(text=f"answer {number}").status_code for number in range(6)]
    assert statuses == [200] * 5 + [404]
    assert [one.text for one in alice.messages(TEAM)] == [f"answer {number}" for number in range(5)]
    assert workspace.refusals[-1].error == "used_url"


def test_it_lets_a_response_url_expire_after_thirty_minutes(body: dict[str, Any], clock: SandboxClock) -> None:
    url = WebhookClient(body["response_url"])
    clock.advance(timedelta(minutes=29, seconds=50))
    assert url.send(text="just in time").status_code == 200
    clock.advance(timedelta(seconds=20))
    answer = url.send(text="too late")
    assert (answer.status_code, "expired_url" in answer.body) == (404, True)


def test_an_answer_is_shown_to_one_user_unless_the_app_asks_otherwise(
    body: dict[str, Any], alice: Member, bob: Member
) -> None:
    url = WebhookClient(body["response_url"])
    url.send(text="for you")
    assert (alice.messages()[-1].is_ephemeral, len(bob.messages())) == (True, 0)
    url.send(text="for all", response_type="in_channel")
    assert bob.messages()[-1].text == "for all"
    assert not bob.messages()[-1].is_ephemeral


def test_it_refuses_wrong_blocks_on_a_response_url(body: dict[str, Any], alice: Member) -> None:
    answer = WebhookClient(body["response_url"]).send(blocks=[{"type": "header"}])
    assert answer.status_code == 400
    assert "invalid_blocks" in answer.body
    assert not alice.messages()


def test_a_response_url_works_where_the_bot_is_not_a_member(app: App, connect: Connect, charlie: Member) -> None:
    @app.command("/nextcall")
    def nextcall(ack: Ack, respond: Any) -> None:
        ack()
        respond("private answer")

    connect()
    charlie.command("/nextcall", "C0ELSEWHERE")
    seen = charlie.wait_for(lambda seen: seen.messages)
    assert (seen[-1].text, seen[-1].channel_id) == ("private answer", "C0ELSEWHERE")


def test_it_replaces_and_deletes_the_message_whose_button_was_pressed(
    app: App, connect: Connect, body: dict[str, Any], alice: Member
) -> None:
    urls: list[str] = []
    payloads: list[dict[str, Any]] = []

    @app.action("go")
    def go(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        urls.append(body["response_url"])
        payloads.append(body)

    WebhookClient(body["response_url"]).send(text="card", blocks=CARD)
    card = alice.messages()[-1]
    alice.press(card, "go")
    alice.wait_for(lambda _: urls)
    assert payloads[0]["container"] == {
        "type": "message",
        "message_ts": card.ts,
        "channel_id": TEAM,
        "is_ephemeral": True,
    }
    assert "message" not in payloads[0]
    url = WebhookClient(urls[0])
    url.send(text="done", replace_original=True)
    assert [(one.text, one.ts, one.is_edited) for one in alice.messages()] == [("done", card.ts, True)]
    url.send_dict({"delete_original": "true"})
    assert alice.messages() == ()
    assert url.send(text="again", replace_original=True).status_code == 400


def test_it_gives_a_new_message_when_a_command_asks_to_replace(body: dict[str, Any], alice: Member) -> None:
    url = WebhookClient(body["response_url"])
    url.send(text="one")
    url.send(text="two", replace_original=True)
    assert [one.text for one in alice.messages()] == ["one", "two"]
