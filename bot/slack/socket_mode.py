"""Socket Mode: the built-in client, and whether it really hears."""

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler

# The client stays deaf for six intervals after a connection that ended without a word; ten seconds would be a minute.
PING_EVERY = 5.0
CONCURRENCY = 20


class SocketMode:
    """`start()` returns once connected and works in threads of its own until `stop()`."""

    def __init__(self, app: App, app_token: str, ping_every: float = PING_EVERY) -> None:
        self._handler = SocketModeHandler(app, app_token, ping_interval=ping_every, concurrency=CONCURRENCY)

    def start(self) -> None:
        """SlackApiError for a token that Slack refuses."""
        self._handler.client.connect()

    def stop(self) -> None:
        self._handler.client.close()

    @property
    def is_ready(self) -> bool:
        """Connected, as far as the last ping tells."""
        return bool(self._handler.client.is_connected())
