"""HTTP mode against strangers: requests that Slack has not signed are not read, kept or handled."""

import hashlib
import hmac
import http.client
import json
import logging
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from bot.clock import system_clock
from bot.slack.connection.http import EVENTS, MOST_BYTES, HttpMode
from storage.models import Lease
from tests.slack.scenarios.town import Town

MEGABYTE = 1 << 20
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def port(town: Town) -> Iterator[int]:
    mode = HttpMode(town.app, 0, {}, town.server.workspace.signing_secret, host="127.0.0.1")
    serving = Thread(target=mode.run, daemon=True)
    serving.start()
    yield mode.port
    mode.stop()
    serving.join(5)


def signed(town: Town, body: bytes, at: str = "") -> dict[str, str]:
    at = at or str(int(system_clock().timestamp()))
    secret = town.server.workspace.signing_secret.encode()
    signature = hmac.new(secret, f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={signature}"}


def post(port: int, body: bytes, kind: str = FORM, **headers: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("POST", EVENTS, body, {"Content-Type": kind, **named})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [one.getMessage() for one in caplog.records if one.levelno >= logging.INFO]


COMMAND = b"command=%2Fnextcall&user_id=U0ALICE&text=3&trigger_id=1&team_id=T1&channel_id=C0ENERGY001"


def test_an_unsigned_request_is_refused_in_one_line(town: Town, port: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    now = str(int(system_clock().timestamp()))
    good = signed(town, COMMAND)
    for headers in (
        {},
        {"X-Slack-Signature": good["X-Slack-Signature"]},
        {"X-Slack-Request-Timestamp": now},
        {**good, "X-Slack-Signature": "v0=" + "0" * 64},
        {**good, "X-Slack-Signature": good["X-Slack-Signature"][:-1]},
        {**good, "X-Slack-Signature": "v0=\xfc"},
        {**good, "X-Slack-Request-Timestamp": "soon"},
        {**good, "X-Slack-Request-Timestamp": "9" * 5000},
        {**good, "X-Slack-Request-Timestamp": "\xb2"},
        signed(town, COMMAND, str(int(now) - 400)),
        signed(town, COMMAND, str(int(now) + 400)),
    ):
        caplog.clear()
        status, answer = post(port, COMMAND, **headers)
        assert (status, b"Traceback" in answer) == (401, False), headers
        assert len(lines(caplog)) == 1, lines(caplog)
        assert "status=401" in lines(caplog)[0]
        assert caplog.records[0].exc_info is None
        assert "U0ALICE" not in lines(caplog)[0]
    assert not town.acme.all(Lease)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xff\xfe\x00", FORM),
        (b"\xff{", "application/json"),
        (b"{", "application/json"),
        (b"{]}", FORM),
        (b"payload=%7B", FORM),
        (b"payload=[]", FORM),
        (b"[]", "application/json"),
        (b"5", "application/json"),
        (b'"text"', "application/json"),
        (b"null", "application/json"),
        (b"[" * 200_000, "application/json"),
        (b'{"a":' * 100_000, "application/json"),
        (b"payload=" + b"[" * 200_000, FORM),
        (b'{"authorizations": 5}', "application/json"),
        (b'{"team": [], "user": 7, "event": "x"}', "application/json"),
        (b'{"n": ' + b"9" * 5000 + b"}", "application/json"),
    ],
)
def test_a_signed_but_unreadable_request_gets_a_400(
    town: Town, port: int, caplog: pytest.LogCaptureFixture, body: bytes, kind: str
) -> None:
    assert post(port, body, kind)[0] == 401, "unsigned, nobody looks into it"
    caplog.clear()
    status, answer = post(port, body, kind, **signed(town, body))
    assert (status, b"Traceback" in answer) == (400, False)
    assert len(lines(caplog)) == 1, lines(caplog)
    assert "status=400" in lines(caplog)[0]
    assert "Traceback" not in caplog.text


def test_the_largest_allowed_body_is_answered_and_one_byte_more_is_not(
    town: Town, port: int, caplog: pytest.LogCaptureFixture
) -> None:
    body = b"command=%2Fnobody&text=" + b"x" * (MOST_BYTES - 23)
    assert len(body) == MOST_BYTES
    assert post(port, body, **signed(town, body))[0] == 404, "read, and no command of ours"
    for is_chunked in (False, True):
        caplog.clear()
        assert b" 413 " in _flood(port, 2, is_chunked=is_chunked)
        [line] = lines(caplog)
        assert "status=413" in line
        assert "Traceback" not in caplog.text


def test_a_request_signed_by_slack_is_answered(town: Town, port: int) -> None:
    town.server.use_http(f"http://127.0.0.1:{port}{EVENTS}")
    town.acme.add_contact("Grace")
    town.alice.command("/nextcall 1")
    town.alice.wait_for(lambda seen: any("Grace" in one.words for one in seen.messages))
    town.server.use_socket_mode()


def test_only_posts_to_the_one_path_are_read(town: Town, port: int) -> None:
    for method, path in (("GET", EVENTS), ("PUT", EVENTS), ("POST", "/"), ("POST", "/live/x")):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request(method, path, COMMAND, signed(town, COMMAND))
        assert connection.getresponse().status == 404
        connection.close()


# -- memory


def _resident(pid: int, field: str = "VmHWM") -> int:
    """Megabytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith(field)).split()[1]) // 1024


def _flood(port: int, megabytes: int, *, is_chunked: bool) -> bytes:
    """Sends an unsigned body until the server closes; returns its answer."""
    head = f"POST {EVENTS} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    size = "Transfer-Encoding: chunked" if is_chunked else f"Content-Length: {megabytes * MEGABYTE}"
    block = b"x" * MEGABYTE
    part = b"%x\r\n%s\r\n" % (len(block), block) if is_chunked else block
    with socket.create_connection(("127.0.0.1", port), timeout=60) as sent:
        sent.sendall(f"{head}{size}\r\n\r\n".encode())
        try:
            for _ in range(megabytes):
                sent.sendall(part)
        except OSError:
            pass
        try:
            return sent.recv(4096)
        except OSError:
            return b""


@pytest.mark.long
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads /proc")
@pytest.mark.parametrize("is_chunked", [False, True])
def test_three_hundred_megabytes_unsigned_take_no_memory(is_chunked: bool) -> None:
    """Runs the server in its own process, so that its memory can be measured."""
    program = (
        "import sys; from bot.slack.connection.http import HttpMode; from slack_bolt import App\n"
        "app = App(token='xoxb-1', signing_secret='s' * 32, token_verification_enabled=False)\n"
        "mode = HttpMode(app, 0, {}, 's' * 32, host='127.0.0.1')\n"
        "print(mode.port, flush=True); mode.run()\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            port = int(process.stdout.readline())
            before = _resident(process.pid)
            threads = [Thread(target=_flood, args=(port, 300), kwargs={"is_chunked": is_chunked}) for _ in range(4)]
            for one in threads:
                one.start()
            for one in threads:
                one.join(60)
            answer = _flood(port, 2, is_chunked=is_chunked)
            grown = _resident(process.pid) - before
        finally:
            process.kill()
    print(f"grown by {grown} MB: {answer[:60]!r}")
    assert grown < 16


def test_a_slow_sender_holds_up_nobody(town: Town, port: int) -> None:
    open_ones = [socket.create_connection(("127.0.0.1", port)) for _ in range(40)]
    for one in open_ones:
        one.sendall(f"POST {EVENTS} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nx".encode())
    began = time.monotonic()
    assert post(port, json.dumps({}).encode(), "application/json")[0] == 401
    assert time.monotonic() - began < 10
    for one in open_ones:
        one.close()
