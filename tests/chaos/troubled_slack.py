"""A minimal Slack that fails on request, for more agents than the local workspace could draw for.

It keeps no screens: an agent reads the reply to what they did. It counts the messages that it took.
"""

import asyncio
from collections import Counter
from itertools import count
from random import Random
from typing import Any

from aiohttp import web

from benchmarks.slack.server import HOST, TEAM, Act, Json, SlackServer

ACK_WITHIN_S = 3.0  # then Slack tells the person that the app did not answer
_SLOW_S = 2.5
_FAILING = 500
_LIMITED = 429


class TroubledSlack(SlackServer):
    """`trouble`: slow | limited | failing | resetting | dropping | repeating; empty: none."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.trouble = ""
        self.taken: Counter[str] = Counter()  # messages, by the conversation they went to
        self._random = Random(seed)
        self._stamps = count(1)

    async def drop(self) -> None:
        """Cut every connection, as a failing network does."""
        for socket in list(self._sockets):
            if socket._req is not None and socket._req.transport is not None:
                socket._req.transport.abort()

    async def send(self, act: Act, key: str) -> bool:
        """Whether an app acknowledged it in time. It goes to any of the connections, as Slack's requests do."""
        payload = act.payload | {"response_url": f"http://{HOST}:{self._port}/reply/{key}"}
        envelope = {"envelope_id": key, "type": act.kind, "payload": payload, "accepts_response_payload": True}
        heard: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._acks[key] = heard
        try:
            for _ in range(1 + (self.trouble == "repeating")):
                await self._random.choice(self._sockets).send_json(envelope)
            await asyncio.wait_for(heard, ACK_WITHIN_S)
        except (IndexError, TimeoutError, ConnectionError):
            return False
        finally:
            self._acks.pop(key, None)
        return True

    def reply_to(self, key: str) -> "asyncio.Future[tuple[float, Json]]":
        """The first reply to what is done with this key, and when it came."""
        self._replies[key] = asyncio.get_running_loop().create_future()
        return self._replies[key]

    def forget(self, key: str) -> None:
        self._replies.pop(key, None)

    async def _reply(self, request: web.Request) -> web.Response:
        return await self._troubled(request) or await super()._reply(request)

    async def _call(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        if failed := await self._troubled(request):
            return failed
        if method == "chat.postMessage":
            given = await self._given(request)
            channel = str(given["channel"])
            self.taken[channel] += 1
            stamp = f"1764000000.{next(self._stamps):06}"
            return web.json_response({"ok": True, "channel": f"D{channel}", "ts": stamp, "message": {}})
        if method == "users.info":
            user = (await self._given(request)).get("user", "U0")
            person = {"id": user, "team_id": TEAM, "name": user, "deleted": False, "is_bot": False, "locale": "en-GB"}
            zone = {"tz": "Europe/London", "tz_offset": 0, "profile": {"real_name": user, "display_name": user}}
            return web.json_response({"ok": True, "user": person | zone})
        return await super()._call(request)

    async def _given(self, request: web.Request) -> dict[str, Any]:
        if request.content_type == "application/json":
            return dict(await request.json())
        return {**request.query, **await request.post()}

    async def _troubled(self, request: web.Request) -> web.Response | None:
        """The answer to a call that fails; every second one does, at random, but slowness meets all."""
        if self.trouble == "slow":
            await asyncio.sleep(_SLOW_S)
        elif self._random.random() < 0.5:
            if self.trouble == "limited":
                return web.Response(status=_LIMITED, headers={"Retry-After": "1"})
            if self.trouble == "failing":
                return web.Response(status=_FAILING, text="upstream error")
            if self.trouble == "resetting" and request.transport is not None:
                request.transport.abort()
                return web.Response()
        return None
