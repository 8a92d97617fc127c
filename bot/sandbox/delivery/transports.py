"""Socket Mode, and HTTP mode's signed requests.

Socket Mode has single-use URLs, up to 10 connections, and each envelope goes to one of them and is acknowledged
within 3 s.
"""

import asyncio
import contextlib
import hashlib
import hmac
import json
from dataclasses import dataclass
from urllib.parse import urlencode

import aiohttp
from aiohttp import WSCloseCode, WSMsgType, web

from bot.sandbox.delivery.envelopes import Answer, Envelope
from bot.sandbox.state.workspace import Workspace
from bot.sandbox.wire import Json

MOST_CONNECTIONS = 10
# Slack closes with 1009 above this (github.com/revelrylabs/slax/pull/614). aiohttp refuses from its limit on.
LARGEST_FRAME_BYTES = 20_480
PING_EVERY = 10.0
_FORM = "application/x-www-form-urlencoded"


@dataclass(eq=False, slots=True)
class Connection:
    socket: web.WebSocketResponse
    request: web.Request
    is_leaving: bool = False
    refused_with: int | None = None


@dataclass(slots=True)
class _Waiting:
    envelope: Envelope
    answer: asyncio.Future[Answer]
    connection: Connection | None


class SocketHub:
    """The server's end of all connections. Runs on the server's event loop."""

    def __init__(self, workspace: Workspace, ack_within: float) -> None:
        self._workspace = workspace
        self._ack_within = ack_within
        self._connections: list[Connection] = []
        self._waiting: dict[str, _Waiting] = {}
        self._turn = 0
        self._resending: asyncio.Task[None] | None = None
        self.close_codes: list[int | None] = []

    @property
    def count(self) -> int:
        return len(self._connections)

    # -- one connection's life

    async def handle(self, request: web.Request) -> web.StreamResponse:
        with self._workspace.lock:
            ticket = request.query.get("ticket", "")
            if ticket not in self._workspace.tickets:
                return web.json_response({"ok": False, "error": "invalid_ticket"}, status=404)
            self._workspace.tickets.remove(ticket)
        socket = web.WebSocketResponse(max_msg_size=LARGEST_FRAME_BYTES + 1, heartbeat=PING_EVERY)
        await socket.prepare(request)
        if self.count >= MOST_CONNECTIONS:
            await socket.send_json(self._disconnect_message("too_many_websockets"))
            await socket.close()
            return socket
        connection = Connection(socket, request)
        with self._workspace.changing():  # wakes who waits for connections
            self._connections.append(connection)
        try:
            debug = {"host": "sandbox", "build_number": 1, "approximate_connection_time": 18060}
            info = {"connection_info": {"app_id": self._workspace.app_id}, "debug_info": debug}
            await socket.send_json({"type": "hello", "num_connections": self.count, **info})
            await self._send_again(connection)
            async for message in socket:
                if message.type is WSMsgType.ERROR and isinstance(message.data, aiohttp.WebSocketError):
                    connection.refused_with = message.data.code
                self._receive(message)
        finally:
            self._lose(connection)
        return socket

    def _receive(self, message: aiohttp.WSMessage) -> None:
        """Handles an acknowledgement. Ignores any other message, as Slack does."""
        if message.type is not WSMsgType.TEXT:
            return
        with contextlib.suppress(ValueError):
            said = json.loads(message.data)
            if isinstance(said, dict) and "envelope_id" in said:
                payload = said.get("payload")
                waiting = self._waiting.pop(str(said["envelope_id"]), None)
                if waiting is not None and not waiting.answer.done():
                    waiting.answer.set_result(Answer(True, payload if isinstance(payload, dict) else {}))

    def _lose(self, connection: Connection) -> None:
        with self._workspace.changing():
            self._connections.remove(connection)
            self.close_codes.append(connection.refused_with or connection.socket.close_code)
        for waiting in tuple(self._waiting.values()):
            if waiting.connection is connection:
                # Keeps a command for redelivery (github.com/revelrylabs/slax/pull/614); fails any other envelope.
                waiting.connection = None
                if waiting.envelope.kind != "slash_commands":
                    del self._waiting[waiting.envelope.envelope_id]
                    if not waiting.answer.done():
                        waiting.answer.set_result(Answer(False, reason="connection_failed", is_heard=False))
        other = self._choose()
        if other is not None:
            self._resending = asyncio.get_running_loop().create_task(self._send_again(other))

    async def _send_again(self, connection: Connection) -> None:
        for waiting in tuple(self._waiting.values()):
            if waiting.connection is None:
                waiting.connection = connection
                with contextlib.suppress(ConnectionError):
                    await connection.socket.send_json(waiting.envelope.as_json())

    # -- delivering

    async def send(self, envelope: Envelope) -> Answer:
        connection = self._choose()
        if connection is None:
            return Answer(False, reason="connection_failed", is_heard=False)
        waiting = _Waiting(envelope, asyncio.get_running_loop().create_future(), connection)
        self._waiting[envelope.envelope_id] = waiting
        try:
            await connection.socket.send_json(envelope.as_json())
            return await asyncio.wait_for(waiting.answer, self._ack_within)
        except TimeoutError:
            return self._give_up(waiting, "timeout")
        except ConnectionError:
            return self._give_up(waiting, "connection_failed")

    def _give_up(self, waiting: _Waiting, reason: str) -> Answer:
        """Fails the delivery. Keeps a command, because Slack sends it once more on the next connection."""
        if waiting.envelope.kind != "slash_commands":
            self._waiting.pop(waiting.envelope.envelope_id, None)
        return Answer(False, reason=reason, is_heard=reason != "connection_failed")

    def _choose(self) -> Connection | None:
        """The next connection, in turn: Slack documents no order. One told to leave comes last."""
        staying = [one for one in self._connections if not one.is_leaving] or self._connections
        if not staying:
            return None
        self._turn += 1
        return staying[self._turn % len(staying)]

    # -- ending connections

    async def disconnect(self, reason: str, linger: float) -> None:
        """Asks every client to leave. The sockets close after ``linger`` seconds, so late acks still arrive."""
        leaving = tuple(self._connections)
        for connection in leaving:
            connection.is_leaving = reason != "warning"
            await connection.socket.send_json(self._disconnect_message(reason))
        if reason == "warning":
            return
        await asyncio.sleep(linger)
        for connection in leaving:
            await connection.socket.close(code=WSCloseCode.OK)

    async def drop(self) -> None:
        """Cuts every TCP connection."""
        for connection in tuple(self._connections):
            if connection.request.transport is not None:
                connection.request.transport.abort()

    async def close(self) -> None:
        for connection in tuple(self._connections):
            await connection.socket.close(code=WSCloseCode.GOING_AWAY)

    def _disconnect_message(self, reason: str) -> Json:
        return {"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}}


@dataclass(frozen=True, slots=True)
class RequestUrls:
    """The app's URLs. Slack allows one URL for each command; the sandbox sends all commands to one."""

    commands: str
    interactions: str
    events: str | None = None


def sign(secret: str, timestamp: str, body: str) -> str:
    """The signature: docs.slack.dev/authentication/verifying-requests-from-slack"""
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return f"v0={digest}"


class HttpSender:
    """Sends envelopes as HTTP requests. Runs on the server's event loop."""

    def __init__(self, workspace: Workspace, urls: RequestUrls, ack_within: float) -> None:
        self._workspace = workspace
        self._urls = urls
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ack_within))

    async def send(self, envelope: Envelope) -> Answer:
        if envelope.kind == "slash_commands":
            url, body = self._urls.commands, urlencode(envelope.payload)
        elif envelope.kind == "interactive":
            url, body = self._urls.interactions, urlencode({"payload": json.dumps(envelope.payload)})
        else:
            url, body = self._urls.events or self._urls.interactions, json.dumps(envelope.payload)
        headers = {"Content-Type": "application/json" if envelope.kind == "events_api" else _FORM}
        if envelope.retry_attempt:
            headers |= {"X-Slack-Retry-Num": str(envelope.retry_attempt), "X-Slack-Retry-Reason": envelope.retry_reason}
        return await self._post(url, body, headers)

    async def verify(self) -> None:
        """Checks that the events URL repeats the challenge, as Slack requires."""
        if self._urls.events is None:
            return
        challenge = {"token": self._workspace.verification_token, "challenge": "sandbox", "type": "url_verification"}
        answer = await self._post(self._urls.events, json.dumps(challenge), {"Content-Type": "application/json"})
        if not answer.is_acked or "sandbox" not in (answer.payload.get("challenge"), answer.payload.get("text")):
            raise ConnectionError(
                f"{self._urls.events} did not repeat the challenge: {answer.reason or answer.payload}"
            )

    async def close(self) -> None:
        await self._session.close()

    async def _post(self, url: str, body: str, headers: dict[str, str]) -> Answer:
        # Real time: the app compares it with its machine's clock and allows 5 minutes either way.
        timestamp = str(int(self._workspace.clock.real_now().timestamp()))
        signed = {
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": sign(self._workspace.signing_secret, timestamp, body),
        }
        try:
            async with self._session.post(url, data=body.encode(), headers=headers | signed) as response:
                text = await response.text()
                if not 200 <= response.status < 300:
                    stops = response.headers.get("x-slack-no-retry") == "1"
                    return Answer(False, reason="http_error", may_retry=not stops)
                return Answer(True, _payload(text))
        except TimeoutError:
            return Answer(False, reason="http_timeout")
        except aiohttp.ClientConnectorError:
            return Answer(False, reason="connection_failed", is_heard=False)
        except aiohttp.ClientError:
            return Answer(False, reason="connection_failed")


def _payload(text: str) -> dict[str, object]:
    """A JSON object, or plain text as the text of a reply."""
    try:
        value = json.loads(text)
    except ValueError:
        return {"text": text} if text.strip() else {}
    return value if isinstance(value, dict) else {"text": text}
