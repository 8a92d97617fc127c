"""What was done in a span of days, and what came of it: as figures, charts, a page and a workbook."""

from bot.services.reports.spans import activity, activity_files

__all__ = ["activity", "activity_files"]
