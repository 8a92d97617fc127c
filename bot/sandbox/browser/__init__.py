"""The page: what one person sees as JSON, and who may ask for it."""

from bot.sandbox.browser.page_api import PageApi
from bot.sandbox.browser.page_guard import own_origin_only

__all__ = ["PageApi", "own_origin_only"]
