"""A minimal Slack for apps, fast enough not to be what is measured: a socket of each, and URLs to reply to.

The local workspace keeps, validates and shows everything, which costs more than the app itself. This one keeps nothing
and has no rate limits. Everything is on loopback; an act without an answer ends the run.
"""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from time import perf_counter, time
from typing import Any, Self
from urllib.parse import urlencode

from aiohttp import ClientSession, TCPConnector, WSMsgType, web

from bot.sandbox.delivery.transports import sign

HOST = "127.0.0.1"
TEAM, SECRET = "T0ACME0001", "0123456789abcdef0123456789abcdef"
_PATIENCE_S = 30.0
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Act:
    """What a person does: a command, or a press."""

    kind: str  # slash_commands | interactive
    payload: Json


@dataclass(frozen=True, slots=True)
class Done:
    """Milliseconds until the ack, and until the reply if one was waited for."""

    acked: float
    replied: float
    reply: Json


class SlackServer:
    """`async with SlackServer() as slack:` serves. Use it from that one event loop."""

    def __init__(self) -> None:
        self._serial = count(1)
        self._acks: dict[str, asyncio.Future[float]] = {}
        self._replies: dict[str, asyncio.Future[tuple[float, Json]]] = {}
        self._sockets: list[web.WebSocketResponse] = []
        self.asked = 0  # calls of the Web API, and replies
        self._http_port = 0

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/api/{method}", self._call)
        app.router.add_get("/link", self._serve)
        app.router.add_post("/reply/{key}", self._reply)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, 0).start()
        self._port = int(self._runner.addresses[0][1])
        self._session = ClientSession(connector=TCPConnector(limit=0))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()
        await self._runner.cleanup()

    @property
    def api_url(self) -> str:
        return f"http://{HOST}:{self._port}/api/"

    @property
    def connections(self) -> int:
        return len(self._sockets)

    async def connected(self, apps: int = 1) -> None:
        async with asyncio.timeout(_PATIENCE_S):
            while len(self._sockets) < apps:
                await asyncio.sleep(0.01)

    def use_http(self, port: int) -> None:
        """Send signed requests to this port from now on; 0: use the socket."""
        self._http_port = port

    # -- what the app calls

    async def _call(self, request: web.Request) -> web.Response:
        self.asked += 1
        method = request.match_info["method"]
        if method == "apps.connections.open":
            return web.json_response({"ok": True, "url": f"ws://{HOST}:{self._port}/link"})
        return web.json_response(
            {"ok": True, "user_id": "U0BOT", "bot_id": "B0BOT", "team_id": TEAM, "user": "nextcall", "team": "Acme"}
        )

    async def _serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": 1 + len(self._sockets)})
        self._sockets.append(socket)
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    waiting = self._acks.pop(json.loads(message.data).get("envelope_id", ""), None)
                    if waiting is not None and not waiting.done():
                        waiting.set_result(perf_counter())
        finally:
            self._sockets.remove(socket)
        return socket

    async def _reply(self, request: web.Request) -> web.Response:
        self.asked += 1
        at, body = perf_counter(), await request.json()
        waiting = self._replies.pop(request.match_info["key"], None)
        if waiting is not None and not waiting.done():
            waiting.set_result((at, body))
        return web.Response(text="ok")

    # -- what people do

    def command(self, name: str, user: str, text: str = "") -> Act:
        actor = {"user_id": user, "user_name": user.lower(), "team_id": TEAM, "channel_id": "D0", "token": "t"}
        return Act("slash_commands", {"command": name, "text": text, "trigger_id": "1.2.3", **actor})

    def press(self, action_id: str, value: str, user: str) -> Act:
        action = {"type": "button", "action_id": action_id, "block_id": "b", "value": value}
        payload: Json = {"type": "block_actions", "team": {"id": TEAM, "domain": "acme"}, "actions": [action]}
        payload |= {"user": {"id": user, "team_id": TEAM}, "container": {"type": "message", "is_ephemeral": True}}
        return Act("interactive", payload | {"token": "t", "trigger_id": "1.2.3"})

    async def do(self, act: Act, *, waits_for_reply: bool = False) -> Done:
        """Do it, and wait for the ack and perhaps the reply. Raises TimeoutError where the app does not answer."""
        key, loop = str(next(self._serial)), asyncio.get_running_loop()
        payload = act.payload | {"response_url": f"http://{HOST}:{self._port}/reply/{key}"}
        replied: asyncio.Future[tuple[float, Json]] = loop.create_future()
        if waits_for_reply:
            self._replies[key] = replied
        before = perf_counter()
        acked = await asyncio.wait_for(self._send(act.kind, key, payload), _PATIENCE_S)
        at, reply = await asyncio.wait_for(replied, _PATIENCE_S) if waits_for_reply else (acked, {})
        return Done((acked - before) * 1000, (at - before) * 1000, reply)

    async def _send(self, kind: str, key: str, payload: Json) -> float:
        if self._http_port:
            return await self._post(kind, payload)
        waiting: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._acks[key] = waiting
        envelope = {"envelope_id": key, "type": kind, "payload": payload, "accepts_response_payload": True}
        await self._sockets[int(key) % len(self._sockets)].send_json(envelope)
        return await waiting

    async def _post(self, kind: str, payload: Json) -> float:
        body = urlencode(payload if kind == "slash_commands" else {"payload": json.dumps(payload)})
        stamp = str(int(time()))
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": sign(SECRET, stamp, body),
        }
        url = f"http://{HOST}:{self._http_port}/slack/events"
        async with self._session.post(url, data=body, headers=headers) as response:
            assert response.status == 200, response.status
            await response.read()
            return perf_counter()


async def at_once(do: Callable[[], Any], in_flight: int, seconds: float, rest: float = 0.0) -> tuple[float, list[Done]]:
    """Keep `in_flight` going for `seconds`, each resting before its next. Returns the seconds it took and the
    results."""
    done: list[Done] = []
    before = perf_counter()

    async def keep_on() -> None:
        while perf_counter() - before < seconds:
            done.append(await do())
            await asyncio.sleep(rest)

    await asyncio.gather(*(keep_on() for _ in range(in_flight)))
    return perf_counter() - before, done


def value_of(reply: Json, action_id: str) -> str:
    """The value of the first such button; empty: the reply has none."""
    elements = (one for block in reply.get("blocks", ()) for one in block.get("elements", ()))
    return str(next((one["value"] for one in elements if one.get("action_id") == action_id), ""))
