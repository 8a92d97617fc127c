"""The page: one user's screen as JSON, and its protection from other pages."""

from bot.sandbox.browser.page_api import PageApi, own_origin_only
from bot.sandbox.browser.page_tools import RETRY_AFTER, Jump, PageTools, Step

__all__ = ["RETRY_AFTER", "Jump", "PageApi", "PageTools", "Step", "own_origin_only"]
