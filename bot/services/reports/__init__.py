"""Digests of a day, a week or a month: counts, audits, draws and posts them. And reports of what was done in a span."""

from bot.services.reports import archive, digests
from bot.services.reports.spans import activity, activity_files

__all__ = ["activity", "activity_files", "archive", "digests"]
