"""Slack's HTTP mode: Bolt's WSGI adapter on waitress, with a liveness and a readiness route beside it."""

import json
import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from threading import Event
from typing import TYPE_CHECKING, Any

import waitress  # type: ignore[import-untyped]  # ships no types
from slack_bolt import App
from slack_bolt.adapter.wsgi import SlackRequestHandler
from waitress import wasyncore

from bot.slack import ack_first

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

EVENTS = "/slack/events"  # commands, interactions and events alike
ALIVE = "/alive"
READY = "/ready"
THREADS = 16
FINISH_WITHIN = 3.0  # seconds: Slack has given up on an answer by then
_STEP = 0.1
Faults = Callable[[], tuple[str, ...]]  # what keeps this process from answering; nothing: ready


class Wsgi:
    """The WSGI application. Slack's requests are checked by their signature; the two routes say nothing of content."""

    def __init__(self, faults: Faults) -> None:
        self._slack: SlackRequestHandler | None = None
        self._faults = faults

    def admit(self, app: App) -> None:
        self._slack = SlackRequestHandler(app, path=EVENTS)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == ALIVE:
            return _json(start_response, "200 OK", {"is_alive": True})
        if path == READY:
            faults = self._faults()
            status = "503 Service Unavailable" if faults else "200 OK"
            return _json(start_response, status, {"is_ready": not faults, "faults": list(faults)})
        if self._slack is None:
            return _json(start_response, "503 Service Unavailable", {"is_ready": False})
        return self._answered(self._slack, environ, start_response)

    def _answered(
        self, slack: SlackRequestHandler, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Written here and now: an ack is empty, and an empty answer would not go out until all is over."""
        heads: list[Any] = []
        with ack_first.held_back() as work:
            try:
                answer = b"".join(slack(environ, lambda *head: heads.append(head)))  # type: ignore[arg-type]
                start_response(*heads[0])(answer)
            finally:
                ack_first.begin(work)
        return ()


class HttpMode:
    """`run()` serves until `stop()`, which may be called from any thread. OSError if the port is taken.

    Without an app it tells of itself and nothing more, until it is to `admit` one.
    """

    def __init__(self, app: App | None, port: int, faults: Faults, host: str = "0.0.0.0") -> None:  # noqa: S104 - Slack must reach it
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # it warns whenever two requests meet
        self._open: dict[int, Any] = {}
        self._wsgi = Wsgi(faults)
        if app is not None:
            self.admit(app)
        self._server = waitress.create_server(
            self._wsgi, map=self._open, host=host, port=port, threads=THREADS, ident="nextcall"
        )
        self._stopping, self._over = Event(), Event()

    def admit(self, app: App) -> None:
        """Answer Slack's requests from here on."""
        self._wsgi.admit(app)

    @property
    def port(self) -> int:
        return int(self._server.effective_port)

    def run(self) -> None:
        """waitress's own loop ends only when every kept-alive connection has: this one ends when asked."""
        try:
            while not self._stopping.is_set():
                wasyncore.loop(timeout=1.0, map=self._open, count=1)
            self._finish_answers()
        finally:
            self._server.task_dispatcher.shutdown(timeout=FINISH_WITHIN)
            wasyncore.close_all(self._open, ignore_all=True)
            self._over.set()

    def stop(self) -> None:
        """Accept nothing new, finish the answers under way, close."""
        self._stopping.set()
        if not self._over.is_set():
            with suppress(OSError):  # it has ended by itself meanwhile
                self._server.pull_trigger()
            self._over.wait(2 * FINISH_WITHIN)

    def _finish_answers(self) -> None:
        self._server.accepting = False
        for _ in range(int(FINISH_WITHIN / _STEP)):
            channels = self._server.active_channels.values()
            if not any(one.requests or one.total_outbufs_len for one in channels):
                return
            wasyncore.loop(timeout=_STEP, map=self._open, count=1)


def _json(start_response: "StartResponse", status: str, body: dict[str, Any]) -> Iterable[bytes]:
    content = json.dumps(body).encode()
    start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(content)))])
    return [content]
