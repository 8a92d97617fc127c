"""Delivers users' actions to the app, over Socket Mode or HTTP, and applies its answers."""

from bot.sandbox.delivery.dispatch import Dispatcher
from bot.sandbox.delivery.envelopes import (
    Answer,
    Delivered,
    Delivery,
    Envelope,
    home_opened,
    message_action,
    slash_command,
    view_action,
    view_closed,
    view_submission,
)
from bot.sandbox.delivery.http_mode import HttpSender, RequestUrls, sign
from bot.sandbox.delivery.socket_mode import SocketHub

# fmt: off
__all__ = [
    "Answer", "Delivered", "Delivery", "Dispatcher", "Envelope", "HttpSender", "RequestUrls", "SocketHub",
    "home_opened", "message_action", "sign", "slash_command", "view_action", "view_closed", "view_submission",
]
