"""A team's digest of a day, week or month, and the report of a span."""

from bot.slack.blocks.report import activity, digest

__all__ = ["activity", "digest"]
