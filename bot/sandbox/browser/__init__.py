"""The page: one user's screen as JSON, and its protection from other pages."""

from bot.sandbox.browser.page_api import PageApi
from bot.sandbox.browser.page_guard import own_origin_only

__all__ = ["PageApi", "own_origin_only"]
