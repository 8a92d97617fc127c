"""Socket Mode: the built-in client, and whether it really hears."""

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.clock import system_clock
from bot.slack.api import Patience
from bot.slack.connection import ack_first

# The client stays deaf for six intervals after a connection that ended without a word; ten seconds would be a minute.
PING_EVERY = 5.0
CONCURRENCY = 20
MOST_SILENT = 4  # pings
_CONNECTS_WITHIN_S = 4.0


class _AckFirst(SocketModeHandler):
    """Sends the ack, then lets the work begin; also where the connection was lost and the ack with it."""

    def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]  # as Bolt's own
        with ack_first.held_back() as work:
            try:
                super().handle(client, req)
            finally:
                ack_first.begin(work)


class SocketMode:
    """`start()` returns once connected and works in threads of its own until `stop()`."""

    def __init__(self, app: App, app_token: str, ping_every: float = PING_EVERY) -> None:
        self._ping_every = ping_every
        self._handler = _AckFirst(app, app_token, ping_interval=ping_every, concurrency=CONCURRENCY)

    def start(self, patience: Patience | None = None) -> None:
        """Returns once connected. SlackApiError for a token that Slack refuses; what else `patience` raises."""
        (patience or Patience()).ask("apps.connections.open", self._connect)

    def _connect(self) -> None:
        """The client's own way waits out a limit where nobody can see or stop it, and takes an address twice that works
        only once."""
        client = self._handler.client
        with client.connect_operation_lock:  # its monitor connects as well, once it has begun
            opened = client.web_client.apps_connections_open(app_token=client.app_token)
            client.wss_uri = str(opened["url"])
            client.connect()
        if not client.is_connected():
            raise ConnectionError("socket not open")

    def stop(self) -> None:
        """Returns once nothing is heard any more."""
        close_for_good(self._handler.client)

    @property
    def is_ready(self) -> bool:
        """Connected, and heard from lately: a connection that was cut without a word still calls itself connected."""
        session = self._handler.client.current_session
        if session is None or not self._handler.client.is_connected():
            return False
        heard_at = session.last_ping_pong_time
        return heard_at is None or system_clock().timestamp() - heard_at < MOST_SILENT * self._ping_every


def close_for_good(client: SocketModeClient) -> None:
    """Close it, and let it connect no more. Asked by Slack to connect anew while it closes, it would do so, and then either
    leave that connection open or wait for its end for ever."""
    client.connect = _refuse  # type: ignore[method-assign]
    is_idle = client.connect_operation_lock.acquire(timeout=_CONNECTS_WITHIN_S)  # a connection that is being made
    if is_idle:
        client.connect_operation_lock.release()
    client.close()
    client.disconnect()


def _refuse() -> None:
    raise ConnectionError("it is stopping")
