"""A team's day, week or month for its channel."""

from bot.slack.blocks.report import digest

__all__ = ["digest"]
