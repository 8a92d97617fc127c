"""Socket Mode: the built-in client, and whether it still receives."""

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.clock import system_clock
from bot.slack.connection import ack_first
from bot.slack.connection.await_slack import Patience

# After a connection ends silently, the client notices only after six intervals: half a minute at its own 5 s.
PING_EVERY = 2.0
CONCURRENCY = 20
MOST_SILENT = 4  # pings
_CONNECTS_WITHIN_S = 4.0


class _AckFirst(SocketModeHandler):
    """Sends the ack before the work begins. The work also begins if the connection, and with it the ack, was lost."""

    def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]  # as Bolt
        with ack_first.held_back() as work:
            try:
                super().handle(client, req)
            finally:
                ack_first.begin(work)


class SocketMode:
    """The Socket Mode connection. `start()` returns once connected; threads serve until `stop()`."""

    def __init__(self, app: App, app_token: str, ping_every: float = PING_EVERY) -> None:
        self._ping_every = ping_every
        self._handler = _AckFirst(app, app_token, ping_interval=ping_every, concurrency=CONCURRENCY)

    def start(self, patience: Patience | None = None) -> None:
        """Connects. Raises SlackApiError if Slack refuses the token, and whatever `patience` raises."""
        (patience or Patience()).ask("apps.connections.open", self._connect)

    def _connect(self) -> None:
        """Connects once.

        The client's own method waits out a rate limit unseen and unstoppable, and uses a single-use address twice.
        """
        client = self._handler.client
        with client.connect_operation_lock:  # its monitor thread also connects, once running
            opened = client.web_client.apps_connections_open(app_token=client.app_token)
            client.wss_uri = str(opened["url"])
            client.connect()
        if not client.is_connected():
            raise ConnectionError("socket not open")

    def stop(self) -> None:
        """Stops. Nothing is received after it returns."""
        close_for_good(self._handler.client)

    @property
    def is_ready(self) -> bool:
        """Connected, and heard from lately: the client reports a silently lost connection as connected."""
        session = self._handler.client.current_session
        if session is None or not self._handler.client.is_connected():
            return False
        heard_at = session.last_ping_pong_time
        return heard_at is None or system_clock().timestamp() - heard_at < MOST_SILENT * self._ping_every


def close_for_good(client: SocketModeClient) -> None:
    """Closes the client and blocks reconnection.

    If Slack asks it to reconnect while it closes, the client would leave that connection open or wait for its end for
    ever.
    """
    client.connect = _refuse  # type: ignore[method-assign]
    is_idle = client.connect_operation_lock.acquire(timeout=_CONNECTS_WITHIN_S)  # waits for a connection being made
    if is_idle:
        client.connect_operation_lock.release()
    client.closed, client.auto_reconnect_enabled = True, False
    client.message_queue.put(None)  # otherwise its reader of messages waits up to a second for the next
    # Order it to end until it has: a reader that is just starting on a connection overwrites the order.
    reader = client.current_session_runner
    reader.event.set()
    while reader.is_alive():
        client.current_session_state.terminated = True
        reader.thread.join(0.05)
    client.close()
    client.disconnect()


def _refuse() -> None:
    raise ConnectionError("it is stopping")
