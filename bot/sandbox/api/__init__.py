"""The Web API: all methods of the sandbox, in one table."""

from bot.sandbox.api import apps, chat, conversations, files, people, scheduling, views
from bot.sandbox.api.registry import METHODS, Method, Request

__all__ = ["METHODS", "Method", "Request", "apps", "chat", "conversations", "files", "people", "scheduling", "views"]
