"""Answers about the record itself: an audit of many days, a stored decision decided again."""

from bot.services.answers.evidence.replays import Decided, Difference, Replayed, StoredDecision
from bot.services.answers.evidence.span_audits import SpanAudit, TeamAudit

__all__ = ["Decided", "Difference", "Replayed", "SpanAudit", "StoredDecision", "TeamAudit"]
