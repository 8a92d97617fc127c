"""A team's digest of a day, week or month."""

from bot.slack.blocks.report import digest

__all__ = ["digest"]
