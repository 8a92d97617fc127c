"""HTTP mode: the same app, behind Bolt's WSGI adapter on waitress."""

import http.server
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
import waitress.server  # type: ignore[import-untyped]  # no stubs
import waitress.wasyncore  # type: ignore[import-untyped]  # no stubs for this one
from slack_bolt import Ack, App
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier

from bot.sandbox import Member, RequestUrls, SandboxServer, Workspace
from tests.sandbox.conftest import TEAM, actions, button, modal

BUTTON = button(value="1")


@pytest.fixture
def http_app(app: App, server: SandboxServer) -> Iterator[App]:
    """The app on a free loopback port, with the sandbox set to its URL."""
    wsgi = waitress.server.create_server(SlackRequestHandler(app), host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=wsgi.run)
    thread.start()
    try:
        server.use_http(f"http://127.0.0.1:{wsgi.effective_port}/slack/events")
        yield app
        server.use_socket_mode()
    finally:
        # waitress has no stop: its loop ends when nothing is left to watch, and only its own thread may close that.
        with suppress(OSError):  # the loop woke by itself, took the order and has closed everything
            wsgi.trigger.pull_trigger(lambda: waitress.wasyncore.close_all(wsgi._map, ignore_all=True))
        thread.join(60)
        wsgi.task_dispatcher.shutdown()


def test_it_delivers_commands_presses_and_submissions(http_app: App, client: WebClient, alice: Member) -> None:
    @http_app.command("/nextcall")
    def nextcall(ack: Ack, command: dict[str, str], respond: Any) -> None:
        ack(f"you said {command['text']}")
        respond(text="card", blocks=[actions(BUTTON)])

    @http_app.action("go")
    def go(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=modal())

    @http_app.view("form")
    def form(ack: Ack) -> None:
        ack(response_action="clear")

    delivery = alice.command("/nextcall 3 & more", TEAM)
    assert (delivery.failed, delivery.text) == (False, "you said 3 & more")
    card = alice.wait_for(lambda seen: [one for one in seen.messages if one.buttons])[0]
    assert not alice.press(card, "go").failed
    opened = alice.wait_for(lambda seen: seen.modal)
    assert alice.submit(opened).payload == {"response_action": "clear"}
    assert alice.seen.modal is None


def test_it_delivers_events(http_app: App, alice: Member) -> None:
    heard: list[str] = []

    @http_app.event("app_home_opened")
    def opened(event: dict[str, Any]) -> None:
        heard.append(event["user"])

    alice.open_home()
    alice.wait_for(lambda _: heard)
    assert heard == ["U0ALICE001"]


def test_it_shows_an_unhandled_command_as_a_failure(http_app: App, alice: Member) -> None:
    delivery = alice.command("/outcome")
    assert (delivery.failed, delivery.reason) == (True, "dispatch_failed")


@dataclass
class Recorder:
    """An HTTP server that gives set answers and records the requests."""

    port: int = 0
    status: int = 200
    delay: float = 0.0
    headers: dict[str, str] = field(default_factory=dict)
    echo_challenge: bool = True
    seen: list[tuple[dict[str, str], str]] = field(default_factory=list)


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    record = Recorder()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            is_challenge = '"url_verification"' in body
            if not is_challenge:
                record.seen.append(({name.lower(): value for name, value in self.headers.items()}, body))
                time.sleep(record.delay)
            answer = body.encode() if is_challenge and record.echo_challenge else b""
            self.send_response(200 if is_challenge else record.status)
            for name, value in record.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            """Keep the test output clean."""

    httpd = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    record.port = httpd.server_address[1]
    thread = threading.Thread(target=httpd.serve_forever)
    thread.start()
    yield record
    httpd.shutdown()
    thread.join(60)
    httpd.server_close()


@pytest.fixture
def told(recorder: Recorder, server: SandboxServer) -> Callable[[], None]:
    return lambda: server.use_http(f"http://127.0.0.1:{recorder.port}/")


def test_it_signs_what_it_sends_with_the_real_time(
    recorder: Recorder, told: Callable[[], None], alice: Member, workspace: Workspace
) -> None:
    told()
    alice.command("/nextcall a=b & ü")
    headers, body = recorder.seen[0]
    assert headers["content-type"] == "application/x-www-form-urlencoded"
    assert dict(urllib.parse.parse_qsl(body))["text"] == "a=b & ü"
    assert SignatureVerifier(workspace.signing_secret).is_valid_request(body, headers)
    assert not SignatureVerifier("another secret").is_valid_request(body, headers)


def test_it_counts_any_answer_but_2xx_as_a_failure(recorder: Recorder, told: Callable[[], None], alice: Member) -> None:
    told()
    recorder.status = 500
    assert alice.command("/nextcall").reason == "dispatch_failed"
    recorder.status = 302
    assert alice.command("/nextcall").reason == "dispatch_failed"


@pytest.mark.parametrize("ack_within", [1.0])
def test_it_gives_up_at_the_deadline(recorder: Recorder, told: Callable[[], None], alice: Member) -> None:
    told()
    recorder.delay = 1.3
    assert alice.command("/nextcall").reason == "operation_timeout"


def test_it_awaits_the_answers_to_what_it_told_and_tells_nothing_more(
    recorder: Recorder, told: Callable[[], None], alice: Member, server: SandboxServer
) -> None:
    told()
    recorder.delay = 0.2
    alice.open_home()
    server.end_events(within=10)
    assert [one.answer.is_acked for one in server.delivered] == [True]
    alice.open_home()
    server.end_events(within=10)
    assert len(recorder.seen) == 1


def test_it_redelivers_events_with_the_reason(recorder: Recorder, told: Callable[[], None], alice: Member) -> None:
    told()
    recorder.status = 503
    alice.open_home()
    alice.wait_for(lambda _: len(recorder.seen) == 4)
    retries = [(one.get("x-slack-retry-num"), one.get("x-slack-retry-reason")) for one, _ in recorder.seen]
    assert retries == [(None, None), ("1", "http_error"), ("2", "http_error"), ("3", "http_error")]


def test_it_stops_redelivering_if_the_app_says_so(
    recorder: Recorder, told: Callable[[], None], server: SandboxServer, alice: Member
) -> None:
    told()
    recorder.status, recorder.headers = 503, {"x-slack-no-retry": "1"}
    alice.open_home()
    alice.wait_for(lambda _: server.delivered)
    recorder.status = 200
    alice.open_home()
    alice.wait_for(lambda _: len(server.delivered) == 2)
    assert len(recorder.seen) == 2


def test_it_accepts_an_events_url_only_if_it_repeats_the_challenge(
    recorder: Recorder, told: Callable[[], None]
) -> None:
    recorder.echo_challenge = False
    with pytest.raises(ConnectionError, match="challenge"):
        told()


def test_it_needs_no_events_url(recorder: Recorder, server: SandboxServer, alice: Member) -> None:
    recorder.echo_challenge = False
    url = f"http://127.0.0.1:{recorder.port}/"
    server.use_http(RequestUrls(commands=url, interactions=url))
    assert not alice.command("/nextcall").failed
