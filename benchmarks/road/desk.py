"""Agents at the shipped app, in this process: they ask for contacts, press Call, record what came of it, and undo it.

Requests are handed to the app as its socket does; its replies go to an HTTP server on loopback.
"""

import gc
import json
from collections import deque
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from queue import Queue
from threading import Thread
from types import TracebackType
from typing import Any, Self

from slack_bolt import BoltRequest
from sqlalchemy import text

from benchmarks.harness.make_contacts import AT
from bot.services.deps import Deps
from bot.slack.api.client import listener_client
from bot.slack.app import build_app
from policy import load_rulebook
from policy.vocabulary import Outcome
from storage.database import engine as engines
from storage.database.unit_of_work import UnitsOfWork

_TEAM, _WANTED, _PATIENCE_S = "T0ACME0001", 3, 30
_CALL_LASTS = timedelta(seconds=95.25)
Json = dict[str, Any]


class Desk:
    """`with Desk(url) as desk:`; each agent of the database is asked for once."""

    def __init__(self, url: str) -> None:
        self._now, self._users, self._replies = AT, count(1), Queue[Json]()
        self._engine = engines.create(url)
        with self._engine.begin() as connection:
            connection.execute(text("UPDATE agent SET language = 'en'"))  # none is looked up at Slack
        rulebook = load_rulebook()
        units = UnitsOfWork(self._engine)
        self.deps = Deps(lambda: self._now, units, lambda: rulebook, None)  # type: ignore[arg-type]
        self._offered, self._calling, self._recorded = deque[Json](), deque[Json](), deque[Json]()

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        Thread(target=self._server.serve_forever, daemon=True).start()
        self._url = f"http://127.0.0.1:{self._server.server_port}"
        client = listener_client("xoxb-1", f"{self._url}/api/")
        self._app = build_app(self.deps, client, workers=1)  # so that what is submitted later is done later
        gc.collect()
        gc.freeze()  # as `nextcall run` does
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._engine.dispose()

    def work(self, times: int) -> None:
        """The whole road, so often."""
        self.ask(times)
        self.call()
        self.record()

    def ask(self, times: int, wanted: int = _WANTED) -> None:
        """`/nextcall` by so many agents, one after the other."""
        for _ in range(times):
            user = f"U{next(self._users):07}"
            self._offered.append(self._command(user, "/nextcall", str(wanted)) | {"user": user})

    def call(self) -> None:
        """Call, on the first card of everybody who asked."""
        self._on_each(self._offered, "call", self._calling)

    def record(self, outcome: Outcome = Outcome.NO_ANSWER) -> None:
        """An outcome, on every open call, a minute and a half later."""
        self._now += _CALL_LASTS
        self._recorded.clear()
        self._on_each(self._calling, f"outcome_{outcome}", self._recorded)

    def undo(self) -> None:
        """*Undo*, of every outcome just recorded: each call is open again."""
        self._on_each(self._recorded, "undo", self._calling)

    def give_back(self) -> None:
        """*Give back*, on the first card of everybody who asked."""
        self._on_each(self._offered, "give_back", deque())

    def _on_each(self, shown: deque[Json], action_id: str, then: deque[Json]) -> None:
        """Press a button on every message; `then` gets what is shown afterwards."""
        while shown:
            message = shown.popleft()
            user = message["user"]
            then.append(self._press(user, _button(message, action_id)) | {"user": user})

    def _command(self, user: str, name: str, words: str) -> Json:
        return self._send({"command": name, "text": words, "user_id": user, "team_id": _TEAM, "channel_id": "D0"})

    def _press(self, user: str, button: Json) -> Json:
        action = {"type": "button", "block_id": "b"} | {key: button[key] for key in ("action_id", "value")}
        who: Json = {"user": {"id": user, "team_id": _TEAM}, "team": {"id": _TEAM, "domain": "acme"}}
        container = {"type": "message", "is_ephemeral": True}
        return self._send({"type": "block_actions", "actions": [action], "container": container, **who})

    def _send(self, payload: Json) -> Json:
        """The reply, once all work is done. Raises queue.Empty where none comes."""
        body = payload | {"token": "t", "trigger_id": "1.2.3", "response_url": f"{self._url}/reply"}
        self._app.dispatch(BoltRequest(body=body, mode="socket_mode"))
        self._app.listener_runner.listener_executor.submit(int).result(_PATIENCE_S)  # what follows the reply, too
        return self._replies.get(timeout=_PATIENCE_S)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        replies = self._replies

        class Slack(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # else the bot waits 40 ms for the second half of an answer

            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers["Content-Length"] or 0))
                answer: Json = {"ok": True, "user_id": "U0BOT", "bot_id": "B0BOT", "team_id": _TEAM}
                if self.path == "/reply":
                    replies.put(json.loads(content))
                written = json.dumps(answer).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(written)))
                self.end_headers()
                self.wfile.write(written)

            def log_message(self, *_: object) -> None: ...

        return Slack


def _button(shown: Json, action_id: str) -> Json:
    elements = (one for block in shown["blocks"] for one in (*block.get("elements", ()), block.get("accessory", {})))
    return next(one for one in elements if one.get("action_id") == action_id)
