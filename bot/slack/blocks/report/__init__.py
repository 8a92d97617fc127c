"""A team's digest of a day, week or month, the report of a span, and its audit; the log's checkpoint."""

from bot.slack.blocks.report import activity, checkpoint, digest, span_audit

__all__ = ["activity", "checkpoint", "digest", "span_audit"]
