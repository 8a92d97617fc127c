"""The Web API: the methods that the app calls, in one table."""

from bot.sandbox.api import chat, views

__all__ = ["chat", "views"]  # their methods join the table
