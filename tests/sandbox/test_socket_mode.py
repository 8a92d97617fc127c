"""Socket Mode, with the real Bolt app and with a plain websocket."""

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any, TypeVar

import aiohttp
import pytest
from aiohttp import WSCloseCode
from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox import Member, SandboxServer, Workspace
from tests.sandbox.conftest import TEAM, Connect, actions, button

T = TypeVar("T")


def _url(client: WebClient, workspace: Workspace) -> str:
    return str(client.apps_connections_open(app_token=workspace.app_token)["url"])


async def _bare(url: str, act: Callable[[aiohttp.ClientWebSocketResponse], Awaitable[T]]) -> T:
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
        assert (await socket.receive_json(timeout=60))["type"] == "hello"
        return await act(socket)


def test_it_delivers_a_command_and_shows_the_reply_in_the_acknowledgement(
    app: App, connect: Connect, alice: Member
) -> None:
    @app.command("/nextcall")
    def nextcall(ack: Ack, command: dict[str, str]) -> None:
        ack(f"you said {command['text']}")

    connect()
    delivery = alice.command("/nextcall 3", TEAM)
    assert not delivery.failed
    assert delivery.text == "you said 3"
    message = alice.messages(TEAM)[-1]
    assert (message.text, message.is_ephemeral, message.is_from_app) == ("you said 3", True, True)


def test_it_sends_every_field_of_a_command_as_a_string(app: App, connect: Connect, alice: Member) -> None:
    seen: dict[str, Any] = {}

    @app.command("/nextcall")
    def nextcall(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        seen.update(body)

    connect()
    alice.command("/nextcall   2 energy ", TEAM)
    assert all(isinstance(value, str) for value in seen.values())
    assert seen["is_enterprise_install"] == "false"
    assert (seen["command"], seen["text"], seen["channel_name"]) == ("/nextcall", "2 energy", "energy-team")
    assert {"token", "team_id", "team_domain", "user_name", "api_app_id", "response_url", "trigger_id"} <= set(seen)


def test_it_says_dispatch_failed_when_no_app_is_connected(server: SandboxServer, alice: Member) -> None:
    delivery = alice.command("/nextcall")
    assert (delivery.failed, delivery.reason) == (True, "dispatch_failed")
    assert "dispatch_failed" in alice.seen.notices[-1].text


@pytest.mark.parametrize("ack_within", [1.0])
def test_it_says_operation_timeout_when_the_app_never_acknowledges(app: App, connect: Connect, alice: Member) -> None:
    @app.command("/nextcall")
    def nextcall(ack: Ack) -> None:
        """Says nothing at all."""

    connect()
    delivery = alice.command("/nextcall")
    assert (delivery.failed, delivery.reason) == (True, "operation_timeout")


def test_it_does_not_know_a_command_that_the_manifest_lacks(connect: Connect, alice: Member) -> None:
    connect()
    delivery = alice.command("/dance")
    assert (delivery.failed, delivery.is_sent) == (True, False)
    assert alice.seen.notices[-1].text == "/dance is not a valid command."


def test_it_accepts_a_url_once(server: SandboxServer, client: WebClient, workspace: Workspace) -> None:
    url = _url(client, workspace)

    async def twice() -> int:
        async def look(socket: aiohttp.ClientWebSocketResponse) -> None:
            assert not socket.closed

        await _bare(url, look)
        try:
            await _bare(url, look)
        except aiohttp.WSServerHandshakeError as refused:
            return refused.status
        return 200

    assert asyncio.run(twice()) == 404


def test_hello_gives_the_number_of_connections_and_the_eleventh_is_refused(
    server: SandboxServer, client: WebClient, workspace: Workspace
) -> None:
    urls = [_url(client, workspace) for _ in range(11)]

    async def everyone() -> list[dict[str, Any]]:
        async with aiohttp.ClientSession() as session:
            sockets = [await session.ws_connect(url) for url in urls]
            greetings = [await socket.receive_json(timeout=60) for socket in sockets]
            for socket in sockets:
                await socket.close()
        return greetings

    said = asyncio.run(everyone())
    assert [one["num_connections"] for one in said[:10]] == list(range(1, 11))
    assert said[10] == {"type": "disconnect", "reason": "too_many_websockets", "debug_info": {"host": "sandbox"}}


def test_it_gives_each_envelope_to_one_connection(app: App, connect: Connect, alice: Member) -> None:
    heard: list[str] = []

    @app.command("/nextcall")
    def nextcall(ack: Ack, command: dict[str, str]) -> None:
        ack()
        heard.append(command["text"])

    connect()
    connect()
    for number in range(6):
        alice.command(f"/nextcall {number}")
    assert sorted(heard) == [str(number) for number in range(6)]


@pytest.mark.parametrize("ack_within", [1.0])
def test_it_redelivers_an_event_until_it_is_acknowledged(
    app: App, connect: Connect, server: SandboxServer, alice: Member
) -> None:
    attempts: list[tuple[str, str]] = []
    done = threading.Event()

    def first(headers: dict[str, list[str]], name: str) -> str:
        return headers.get(name, ["-"])[0]

    @app.middleware
    def count(request: Any, next_: Any) -> Any:
        attempts.append((first(request.headers, "x-slack-retry-num"), first(request.headers, "x-slack-retry-reason")))
        if len(attempts) == 3:
            done.set()
            return next_()
        raise RuntimeError("not ready")

    @app.event("app_home_opened")
    def opened() -> None:
        """Acknowledged by being handled."""

    connect()
    alice.open_home()
    assert done.wait(60)
    assert attempts[0][0] in ("0", "-")
    assert attempts[1:] == [("1", "timeout"), ("2", "timeout")]
    ids = {one.envelope.payload["event_id"] for one in server.delivered}
    assert len(ids) == 1


@pytest.mark.parametrize("ack_within", [1.0])
def test_it_sends_an_unacknowledged_command_again_after_a_reconnect(
    app: App, connect: Connect, server: SandboxServer, alice: Member
) -> None:
    heard: list[str] = []
    again = threading.Event()

    @app.command("/nextcall")
    def nextcall(ack: Ack, command: dict[str, str]) -> None:
        heard.append(command["trigger_id"])
        if len(heard) == 2:
            ack()
            again.set()

    connect()
    assert alice.command("/nextcall").reason == "operation_timeout"
    server.disconnect_all("refresh_requested", linger=0.2)
    assert again.wait(60)
    assert heard[0] == heard[1]


def test_it_lets_an_acknowledgement_in_flight_arrive_during_a_refresh(
    app: App, connect: Connect, server: SandboxServer, alice: Member
) -> None:
    started, go_on = threading.Event(), threading.Event()

    @app.command("/nextcall")
    def nextcall(ack: Ack) -> None:
        started.set()
        go_on.wait(3)
        ack("late but here")

    connect()
    results: list[str] = []
    typing = threading.Thread(target=lambda: results.append(alice.command("/nextcall").text))
    typing.start()
    assert started.wait(60)
    refresh = threading.Thread(target=lambda: server.disconnect_all("refresh_requested", linger=0.5))
    refresh.start()
    go_on.set()
    typing.join(60)
    refresh.join(60)
    assert results == ["late but here"]


def test_the_app_reconnects_after_a_refresh_and_a_warning_closes_nothing(
    app: App, connect: Connect, server: SandboxServer, alice: Member
) -> None:
    @app.command("/nextcall")
    def nextcall(ack: Ack) -> None:
        ack("here")

    connect()
    server.disconnect_all("warning")
    assert WSCloseCode.OK not in server.close_codes  # the app may end the old connection itself, once it has another
    server.disconnect_all("refresh_requested", linger=0.1)
    until = monotonic() + 20
    while alice.command("/nextcall").text != "here":  # a command sent to the one that is just ending is lost
        assert monotonic() < until


@pytest.mark.parametrize("ack_within", [1.0])
def test_it_closes_with_1009_when_a_frame_is_too_large(
    app: App, connect: Connect, server: SandboxServer, alice: Member
) -> None:
    @app.command("/nextcall")
    def nextcall(ack: Ack) -> None:
        ack("x" * 21_000)

    connect()
    assert alice.command("/nextcall").failed
    assert server.close_codes[0] == 1009


def test_the_limit_of_a_frame_is_20480_bytes(server: SandboxServer, client: WebClient, workspace: Workspace) -> None:
    def frame(size: int) -> str:
        empty = json.dumps({"envelope_id": "none", "pad": ""})
        return empty[:-2] + "x" * (size - len(empty)) + empty[-2:]

    async def send(size: int) -> int | None:
        async def act(socket: aiohttp.ClientWebSocketResponse) -> int | None:
            await socket.send_str(frame(size))
            await socket.ping(b"still there?")
            message = await socket.receive(timeout=60) if size > 20_480 else None
            return socket.close_code if message else None

        return await _bare(_url(client, workspace), act)

    assert len(frame(20_480).encode()) == 20_480
    assert asyncio.run(send(20_480)) is None
    assert asyncio.run(send(20_481)) == 1009


def test_it_answers_pings(server: SandboxServer, client: WebClient, workspace: Workspace) -> None:
    async def act(socket: aiohttp.ClientWebSocketResponse) -> aiohttp.WSMessage:
        await socket.ping(b"are you there")
        return await socket.receive(timeout=60)

    async def ask() -> aiohttp.WSMessage:
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(_url(client, workspace), autoping=False) as socket,
        ):
            await socket.receive_json(timeout=60)
            return await act(socket)

    answer = asyncio.run(ask())
    assert (answer.type, bytes(answer.data)) == (aiohttp.WSMsgType.PONG, b"are you there")


def test_it_fails_a_press_whose_connection_is_cut(
    app: App, connect: Connect, server: SandboxServer, alice: Member, client: WebClient
) -> None:
    pressed = threading.Event()

    @app.action("go")
    def go(ack: Ack) -> None:
        pressed.set()

    connect()
    client.chat_postMessage(channel="U0ALICE001", text="go", blocks=[actions(button())])

    def cut() -> None:
        pressed.wait(3)
        server.drop_connections()

    cutter = threading.Thread(target=cut)
    cutter.start()
    delivery = alice.press(alice.direct_messages[-1], "go")
    cutter.join(60)
    assert (delivery.failed, delivery.reason) == (True, "dispatch_failed")


def test_it_refuses_connections_while_socket_mode_is_off(client: WebClient, workspace: Workspace) -> None:
    workspace.is_socket_mode_on = False
    with pytest.raises(SlackApiError, match="socket_mode_not_enabled"):
        client.apps_connections_open(app_token=workspace.app_token)
