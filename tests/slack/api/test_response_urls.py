"""Replies share a connection, survive a closed one, and report if Slack cannot be reached."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from bot.slack.boundary import answers


class Slack(ThreadingHTTPServer):
    """Accepts replies over kept connections; `hangs_up`: closes each connection after one answer."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.connections, self.bodies, self.hangs_up, self.status = 0, list[Any](), False, 200
        self.asked, self.types, self.answer, self.retry_after = list[str](), list[str | None](), b"ok", ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/reply"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Slack

    def setup(self) -> None:
        super().setup()
        self.server.connections += 1
        self.answered = 0

    def do_POST(self) -> None:
        if self.server.hangs_up and self.answered:
            self.close_connection = True
            return
        self.answered += 1
        self.server.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.server.asked.append(self.path)
        self.server.types.append(self.headers["Content-Type"])
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(self.server.answer)))
        if self.server.retry_after:
            self.send_header("Retry-After", self.server.retry_after)
        self.end_headers()
        self.wfile.write(self.server.answer)

    def log_message(self, *_: Any) -> None: ...


@pytest.fixture
def slack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Slack]:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    answers._connections.cache_clear()
    answers._proxy.cache_clear()
    with Slack() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join(10)


def test_it_keeps_the_connection_for_the_next_reply(slack: Slack) -> None:
    said = [answers.post(slack.url, {"text": f"Ätsch {one}"}) for one in range(3)]
    assert said == [(200, "ok", 0)] * 3
    assert slack.bodies == [{"text": f"Ätsch {one}"} for one in range(3)]
    assert slack.connections == 1


def test_a_reply_is_sent_again_if_the_kept_connection_was_closed(slack: Slack) -> None:
    slack.hangs_up = True
    said = [answers.post(slack.url, {"text": str(one)}) for one in range(5)]
    assert said == [(200, "ok", 0)] * 5
    assert [body["text"] for body in slack.bodies] == list("01234")


def test_it_returns_slacks_answer_for_an_expired_url(slack: Slack) -> None:
    slack.status = 404
    assert answers.post(slack.url, {"text": "late"}) == (404, "ok", 0)


@pytest.mark.parametrize(("said", "seconds"), [("30", 30.0), ("", 0.0), ("soon", 0.0), ("-1", 0.0), ("٣", 0.0)])
def test_it_returns_how_long_slack_asks_to_wait(slack: Slack, said: str, seconds: float) -> None:
    slack.status, slack.retry_after = 429, said.encode().decode("latin-1")
    assert answers.post(slack.url, {"text": "now"}) == (429, "ok", seconds)


def test_it_posts_json_to_the_whole_url_and_reads_broken_words(slack: Slack) -> None:
    slack.answer = b"\xff ok"
    assert answers.post(f"{slack.url}/a/b?c=d&e=f", {"text": "x"}).said == "\ufffd ok"
    answers.post(slack.url, {"text": "y"})
    assert slack.asked == ["/reply/a/b?c=d&e=f", "/reply"]
    assert set(slack.types) == {"application/json"}


def test_it_keeps_a_replys_secret_url_out_of_what_it_raises(slack: Slack) -> None:
    slack.shutdown()
    slack.server_close()
    with pytest.raises(OSError, match="NewConnectionError") as raised:
        answers.post(f"{slack.url}/secret", {"text": "lost"})
    assert "secret" not in repr(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__


def test_it_raises_if_no_server_listens(slack: Slack) -> None:
    slack.shutdown()
    slack.server_close()
    with pytest.raises(OSError, match="NewConnectionError"):
        answers.post(slack.url, {"text": "lost"})


def test_it_uses_the_proxy_of_the_environment(slack: Slack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", slack.url.removesuffix("/reply"))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    assert answers.post("http://hooks.slack.test/reply", {"text": "through"}) == (200, "ok", 0)
    assert answers.post(slack.url, {"text": "around"}) == (200, "ok", 0)
    assert [body["text"] for body in slack.bodies] == ["through", "around"]
    assert slack.asked == ["http://hooks.slack.test/reply", "/reply"]


def test_it_waits_ten_seconds_for_an_answer_and_no_longer(slack: Slack) -> None:
    timeout = answers._connections("", "http", "127.0.0.1", slack.server_port).timeout
    assert timeout is not None
    assert timeout.total == 10
