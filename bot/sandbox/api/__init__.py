"""The Web API: the methods that the app calls, in one table."""

from bot.sandbox.api import chat, files, people, views
from bot.sandbox.api.registry import METHODS, Method, Request

__all__ = ["METHODS", "Method", "Request", "chat", "files", "people", "views"]
