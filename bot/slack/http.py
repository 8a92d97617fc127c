"""Slack's HTTP mode: Bolt's WSGI adapter on waitress, with a liveness and a readiness route beside it."""

import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import waitress  # type: ignore[import-untyped]  # ships no types
from slack_bolt import App
from slack_bolt.adapter.wsgi import SlackRequestHandler

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

EVENTS = "/slack/events"  # commands, interactions and events alike
ALIVE = "/alive"
READY = "/ready"
THREADS = 16
Faults = Callable[[], tuple[str, ...]]  # what keeps this process from answering; nothing: ready


class Wsgi:
    """The WSGI application. Slack's requests are checked by their signature; the two routes say nothing of content."""

    def __init__(self, app: App, faults: Faults) -> None:
        self._slack = SlackRequestHandler(app, path=EVENTS)
        self._faults = faults

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == ALIVE:
            return _json(start_response, "200 OK", {"is_alive": True})
        if path == READY:
            faults = self._faults()
            status = "503 Service Unavailable" if faults else "200 OK"
            return _json(start_response, status, {"is_ready": not faults, "faults": list(faults)})
        return self._slack(environ, start_response)


class HttpMode:
    """`run()` serves until `stop()`, from any thread. OSError if the port is taken."""

    def __init__(self, app: App, port: int, faults: Faults, host: str = "0.0.0.0") -> None:  # noqa: S104 - Slack must reach it
        self._server = waitress.create_server(
            Wsgi(app, faults), host=host, port=port, threads=THREADS, ident="nextcall"
        )

    @property
    def port(self) -> int:
        return int(self._server.effective_port)

    def run(self) -> None:
        self._server.run()

    def stop(self) -> None:
        self._server.close()


def _json(start_response: "StartResponse", status: str, body: dict[str, Any]) -> Iterable[bytes]:
    content = json.dumps(body).encode()
    start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(content)))])
    return [content]
