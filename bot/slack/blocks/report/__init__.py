"""A team's digest of a day, week or month, the report of a span, and its audit."""

from bot.slack.blocks.report import activity, digest, span_audit

__all__ = ["activity", "digest", "span_audit"]
