"""The HTTP server answers what reached it before it was told to stop, and before it knew its app."""

import hashlib
import hmac
import socket
from threading import Thread
from time import sleep

import pytest
from slack_bolt import App

from bot.clock import system_clock
from bot.slack.connection import http
from bot.slack.connection.http import HttpMode
from bot.watching.pages import LIVE, probes

CALLERS = 60


def test_it_answers_everything_that_was_sent_before_it_stopped() -> None:
    """Also what waits in the machine's queue, unread, and connections that it has not taken yet."""
    mode = HttpMode(None, 0, probes(tuple), "s" * 32, host="127.0.0.1")
    stopping = Thread(target=mode.stop, daemon=True)
    callers = [socket.create_connection(("127.0.0.1", mode.port), timeout=60) for _ in range(CALLERS)]
    try:
        for one in callers:
            one.sendall(f"GET {LIVE} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        stopping.start()
        sleep(0.1)
        mode.run()
        assert [_first_line(one) for one in callers] == ["HTTP/1.1 200 OK"] * CALLERS
    finally:
        stopping.join(10)
        for one in callers:
            one.close()


@pytest.mark.parametrize("is_admitted", [True, False])
def test_a_request_to_a_bot_that_starts_waits_until_slack_has_answered_the_bot(
    monkeypatch: pytest.MonkeyPatch, is_admitted: bool
) -> None:
    """Without an app it is told to come again; with one Bolt answers."""
    monkeypatch.setattr(http, "ADMITTED_WITHIN", 60.0 if is_admitted else 0.01)
    secret, at, body = "s" * 32, str(int(system_clock().timestamp())), b"ssl_check=1&token=x"
    signature = hmac.new(secret.encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
    mode = HttpMode(None, 0, {}, secret, host="127.0.0.1")
    Thread(target=mode.run, daemon=True).start()
    try:
        with socket.create_connection(("127.0.0.1", mode.port), timeout=60) as caller:
            named = (
                f"X-Slack-Request-Timestamp: {at}\r\nX-Slack-Signature: v0={signature}\r\nContent-Length: {len(body)}"
            )
            caller.sendall(f"POST {http.EVENTS} HTTP/1.1\r\nHost: x\r\n{named}\r\n\r\n".encode() + body)
            if is_admitted:
                sleep(0.1)
                mode.admit(App(token="xoxb-1", signing_secret=secret, token_verification_enabled=False))
            assert _first_line(caller).split()[1] == ("200" if is_admitted else "503")
    finally:
        mode.stop()


def _first_line(caller: socket.socket) -> str:
    """Empty if the connection was cut without an answer."""
    try:
        return caller.recv(4096).decode().partition("\r\n")[0]
    except ConnectionError:
        return ""
