"""Digests of a day, a week or a month: counted, audited, drawn and posted."""

from bot.services.reports import archive, digests

__all__ = ["archive", "digests"]
