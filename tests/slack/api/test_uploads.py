"""Uploads: a file from disk arrives in its thread, and never stands in memory as a whole."""

import tracemalloc
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest

from bot.sandbox import Person, SandboxServer, Workspace
from bot.slack.api.client import background_client
from bot.slack.api.files import upload

LARGE = 64 << 20


class Swallower(BaseHTTPRequestHandler):
    """Counts what is sent, and answers with the server's status."""

    def do_POST(self) -> None:
        left = int(self.headers["Content-Length"])
        while left and (part := self.rfile.read(min(left, 1 << 16))):
            left -= len(part)
            self.server.got += len(part)  # type: ignore[attr-defined]
        self.send_response(self.server.status)  # type: ignore[attr-defined]
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def host() -> Iterator[Any]:
    server: Any = HTTPServer(("127.0.0.1", 0), Swallower)
    server.got, server.status = 0, 200
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def _client(host: Any, completed: list[object]) -> Any:
    url = f"http://127.0.0.1:{host.server_port}/upload"
    return SimpleNamespace(
        files_getUploadURLExternal=lambda **_: {"upload_url": url, "file_id": "F1"},
        files_completeUploadExternal=lambda **given: completed.append(given),
    )


def _sparse(folder: Path, size: int) -> Path:
    path = folder / "leads-rejects.csv"
    with path.open("wb") as file:
        file.truncate(size)
    return path


def test_a_large_file_is_sent_a_part_at_a_time(host: Any, tmp_path: Path) -> None:
    completed: list[object] = []
    path = _sparse(tmp_path, LARGE)
    tracemalloc.start()
    try:
        upload(_client(host, completed), path, "D1", "1.2")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (host.got, len(completed)) == (LARGE, 1)
    assert peak < LARGE // 8


def test_an_upload_that_is_refused_is_not_completed(host: Any, tmp_path: Path) -> None:
    completed: list[object] = []
    host.status = 500
    with pytest.raises(OSError, match="status 500"):
        upload(_client(host, completed), _sparse(tmp_path, 10), "D1", "1.2")
    assert completed == []


def test_an_upload_that_breaks_off_is_a_network_fault(host: Any, tmp_path: Path) -> None:
    client = _client(host, [])
    client.files_getUploadURLExternal = lambda **_: {"upload_url": "http://127.0.0.1:1/", "file_id": "F1"}
    with pytest.raises(OSError, match="broke off"):
        upload(client, _sparse(tmp_path, 10), "D1", "1.2")


def test_the_file_stands_in_the_thread(tmp_path: Path) -> None:
    path = tmp_path / "leads-rejects.csv"
    path.write_bytes(b"Name,Phone\nAnn,12\n")
    with SandboxServer(Workspace(people=[Person("U0DANA", "dana", "Dana")])) as server:
        client = background_client(server.workspace.bot_token, server.api_url)
        said = client.chat_postMessage(channel="U0DANA", text="The rejects are in the thread.")
        upload(client, path, str(said["channel"]), str(said["ts"]))
        (file,) = server.workspace.files.every.values()
        assert (file.name, file.title, file.content) == (path.name, path.name, path.read_bytes())
        assert file.channels == [said["channel"]]
