"""Socket Mode stops when told to, whatever it was doing."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread, current_thread
from time import sleep

import pytest
from slack_bolt import App
from slack_sdk.socket_mode.builtin import SocketModeClient

from bot.sandbox import SandboxClock, SandboxServer
from bot.slack.api.client import listener_client
from bot.slack.connection.socket_mode import SocketMode
from tests.fakes import TUESDAY
from tests.slack.scenarios.town import workspace


@pytest.mark.night
def test_stopping_leaves_no_half_made_connection_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack announces the end of a connection, the client asks for another, and is told to stop at that moment."""
    is_asking, ask = Event(), SocketModeClient.issue_new_wss_url

    def ask_late(client: SocketModeClient) -> str:
        is_asking.set()
        while not client.closed:
            is_asking.wait(0.01)
        return ask(client)

    with _connected() as (server, mode):
        monkeypatch.setattr(SocketModeClient, "issue_new_wss_url", ask_late)
        server.disconnect_all("warning")
        assert is_asking.wait(60)
        mode.stop()
        assert not mode.is_ready
        server.wait_for_connections(0)


def test_it_stops_although_slack_asks_it_to_reconnect(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise the client would wait for the new connection, which was never told to end."""
    disconnect = SocketModeClient.disconnect

    def disconnect_and_connect(client: SocketModeClient) -> None:
        disconnect(client)
        with suppress(ConnectionError):
            client.connect_to_new_endpoint(force=True)
        sleep(0.5)

    with _connected() as (server, mode):
        monkeypatch.setattr(SocketModeClient, "disconnect", disconnect_and_connect)
        stopping = Thread(target=mode.stop, daemon=True)
        stopping.start()
        stopping.join(20)
        assert not stopping.is_alive()
        server.wait_for_connections(0)


def test_it_stops_although_its_reader_had_only_just_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise the reader would overlook that it was told to end, and the stop would wait for it for ever."""
    begins, session_id = Event(), SocketModeClient.session_id

    def begin_late(client: SocketModeClient) -> str | None:
        if current_thread() is client.current_session_runner.thread and not client.closed:
            begins.set()
            while not client.closed:
                sleep(0.01)
            sleep(0.3)  # the connection is closed meanwhile
        return session_id(client)

    monkeypatch.setattr(SocketModeClient, "session_id", begin_late)
    with _connected() as (server, mode):
        assert begins.wait(60)
        stopping = Thread(target=mode.stop, daemon=True)
        stopping.start()
        stopping.join(20)
        assert not stopping.is_alive()
        server.wait_for_connections(0)


@contextmanager
def _connected() -> Iterator[tuple[SandboxServer, SocketMode]]:
    with SandboxServer(workspace(SandboxClock(TUESDAY, frozen=True))) as server:
        client = listener_client(server.workspace.bot_token, server.api_url)
        mode = SocketMode(App(name="of a test", client=client, signing_secret="secret"), server.workspace.app_token)
        mode.start()
        server.wait_for_connections(1)
        yield server, mode
