"""Digests of a day, a week or a month: counts, audits, draws and posts them."""

from bot.services.reports import archive, digests

__all__ = ["archive", "digests"]
