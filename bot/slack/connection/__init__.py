"""How Slack reaches the app: Socket Mode or HTTP, with every ack in time."""

from bot.slack.connection import ack_first
from bot.slack.connection.http import HttpMode
from bot.slack.connection.socket_mode import SocketMode

__all__ = ["HttpMode", "SocketMode", "ack_first"]
