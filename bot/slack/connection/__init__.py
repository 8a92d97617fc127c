"""Connects Slack to the app, by Socket Mode or HTTP. Every ack leaves in time."""

from bot.slack.connection import ack_first
from bot.slack.connection.await_slack import Patience, StopAsked, Unanswered
from bot.slack.connection.http import HttpMode
from bot.slack.connection.socket_mode import SocketMode

__all__ = ["HttpMode", "Patience", "SocketMode", "StopAsked", "Unanswered", "ack_first"]
