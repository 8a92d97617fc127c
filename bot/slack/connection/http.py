"""Slack's HTTP mode: Bolt on waitress, which checks the signature on the raw bytes first; and pages beside it."""

import hashlib
import hmac
import json
import logging
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple

import waitress  # type: ignore[import-untyped]  # ships no types
from slack_bolt import App, BoltRequest
from slack_bolt.adapter.wsgi.http_request import WsgiHttpRequest
from slack_bolt.adapter.wsgi.http_response import WsgiHttpResponse
from waitress import wasyncore
from waitress.channel import HTTPChannel  # type: ignore[import-untyped]
from waitress.task import ErrorTask  # type: ignore[import-untyped]

from bot import request_context
from bot.clock import system_clock

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

log = logging.getLogger("nextcall")
EVENTS = "/slack/events"  # commands, interactions and events
THREADS = 16
FINISH_WITHIN = 3.0  # seconds, after which Slack gives up on an answer
ADMITTED_WITHIN = 2.0  # seconds that a request waits for a bot that starts
_STEP = 0.02  # seconds


class Page(NamedTuple):
    """An answer to a GET."""

    status: str
    content: bytes
    kind: str = "application/json"


Pages = Mapping[str, Callable[[], Page]]  # by path


class Wsgi:
    """The WSGI application. Checks the signature of Slack's requests. Anybody who reaches it may read the pages."""

    def __init__(self, pages: Pages, signing_secret: str) -> None:
        self._app: App | None = None
        self._is_admitted = Event()
        self._pages = pages
        self._secret = signing_secret

    def admit(self, app: App) -> None:
        self._app = app
        self._is_admitted.set()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path in self._pages:
            return _answer(start_response, self._pages[path]())
        if path != EVENTS or environ.get("REQUEST_METHOD") != "POST":
            return _json(start_response, "404 Not Found", {"error": "not found"})
        try:
            asked = read_request(environ, self._secret)
        except NotTaken as fault:
            _log_refused(fault.status, fault.because, environ.get("REMOTE_ADDR", ""))
            return _json(start_response, fault.status, {"error": fault.because})
        # A bot that starts is ready a moment before Slack has answered it.
        if not self._is_admitted.wait(ADMITTED_WITHIN) or self._app is None:
            return _json(start_response, "503 Service Unavailable", {"error": "starting"})
        # Answers at once: waitress would hold back an empty answer, such as an ack, until the work is done.
        with request_context.held_back() as work:
            try:
                found = self._app.dispatch(asked)
                answer = WsgiHttpResponse(status=found.status, headers=found.headers, body=found.body)
                start_response(answer.status, answer.get_headers())(b"".join(answer.get_body()))
            finally:
                request_context.begin(work)
        return ()


class _Refused(ErrorTask):  # type: ignore[misc]
    """Logs the requests that waitress refuses unread, such as a body that is too large."""

    def execute(self) -> None:
        error = self.request.error
        _log_refused(f"{error.code} {error.reason}", error.body, self.channel.addr[0])
        super().execute()


class _Channel(HTTPChannel):  # type: ignore[misc]
    error_task_class = _Refused


def _log_refused(status: str, because: str, sender: str) -> None:
    log.warning('event=request_refused status=%s from=%s because="%s"', status[:3], sender, because)


class HttpMode:
    """The HTTP server. `run()` serves until `stop()`, from any thread. Raises OSError if the port is taken.

    Without an app only the pages answer, until `admit`.
    """

    def __init__(
        self,
        app: App | None,
        port: int,
        pages: Pages,
        signing_secret: str,
        host: str = "0.0.0.0",  # noqa: S104 - Slack must reach it
    ) -> None:
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # it warns whenever two requests meet
        self._open: dict[int, Any] = {}
        self._wsgi = Wsgi(pages, signing_secret)
        if app is not None:
            self.admit(app)
        self._server = waitress.create_server(
            self._wsgi,
            map=self._open,
            host=host,
            port=port,
            threads=THREADS,
            ident="nextcall",
            max_request_body_size=MOST_BYTES + 1,  # the first size refused, before reading
            log_socket_errors=False,  # senders may hang up
        )
        self._server.channel_class = _Channel
        self._stopping, self._over = Event(), Event()

    def admit(self, app: App) -> None:
        """Answers Slack's requests from now on."""
        self._wsgi.admit(app)

    @property
    def port(self) -> int:
        return int(self._server.effective_port)

    def run(self) -> None:
        """Serves until `stop()`. waitress's own loop would end only after every kept-alive connection."""
        try:
            while not self._stopping.is_set():
                wasyncore.loop(timeout=1.0, map=self._open, count=1)
            # Serve until no answer is open and a whole step brings nothing. One step takes one connection at most.
            until, is_over = monotonic() + FINISH_WITHIN, False
            while not is_over and monotonic() < until:
                began = monotonic()
                wasyncore.loop(timeout=_STEP, map=self._open, count=1)
                channels = self._server.active_channels.values()
                is_answering = any(one.requests or one.total_outbufs_len for one in channels)
                is_over = not is_answering and monotonic() - began > _STEP / 2
        finally:
            self._server.task_dispatcher.shutdown(timeout=FINISH_WITHIN)
            wasyncore.close_all(self._open, ignore_all=True)
            self._over.set()

    def stop(self) -> None:
        """Answers what was sent before, then closes."""
        self._stopping.set()
        if not self._over.is_set():
            with suppress(OSError):  # already ended
                self._server.pull_trigger()
            self._over.wait(2 * FINISH_WITHIN)


def _json(start_response: "StartResponse", status: str, body: dict[str, Any]) -> Iterable[bytes]:
    return _answer(start_response, Page(status, json.dumps(body).encode()))


def _answer(start_response: "StartResponse", page: Page) -> Iterable[bytes]:
    start_response(page.status, [("Content-Type", page.kind), ("Content-Length", str(len(page.content)))])
    return [page.content]


MOST_BYTES = 1 << 20  # Slack's own have a few kilobytes
_FRESH_FOR_S = 300  # Slack's advice: an older request may be a replay


class NotTaken(Exception):
    """A refused request: HTTP status and a short reason."""

    def __init__(self, status: str, because: str) -> None:
        super().__init__(because)
        self.status = status
        self.because = because


def read_request(environ: "WSGIEnvironment", secret: str) -> BoltRequest:
    """Reads a request after checking its signature. Raises NotTaken.

    slack_sdk's own check decodes the body first, so it takes only UTF-8.
    """
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if length > MOST_BYTES:
        raise NotTaken("413 Request Entity Too Large", f"more than {MOST_BYTES} bytes")
    body = environ["wsgi.input"].read(length)
    at, signature = (environ.get(f"HTTP_X_SLACK_{name}", "") for name in ("REQUEST_TIMESTAMP", "SIGNATURE"))
    if not is_signed(secret, body, at, signature):
        raise NotTaken("401 Unauthorized", "not signed by Slack")
    came = WsgiHttpRequest(environ)
    try:
        asked = BoltRequest(body=body.decode(), query=came.query_string, headers=came.get_headers())
    except Exception as error:  # Bolt could not read it, so Slack did not send it
        raise NotTaken("400 Bad Request", f"not what Slack sends ({type(error).__name__})") from error
    return asked


def is_signed(secret: str, body: bytes, at: str, signature: str) -> bool:
    """Whether Slack signed the request: https://docs.slack.dev/authentication/verifying-requests-from-slack/"""
    if not (at.isascii() and at.isdigit() and len(at) <= 12):
        return False
    if abs(system_clock().timestamp() - int(at)) > _FRESH_FOR_S:
        return False
    wanted = hmac.new(secret.encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(f"v0={wanted}".encode(), signature.encode("latin-1", "replace"))
