"""Sentences of what managers read: digests, and reports of what was done in a span."""

from bot.slack.wording.reporting import activity, digests
from bot.slack.wording.reporting.digests import audit_verdict, audit_what

__all__ = ["activity", "audit_verdict", "audit_what", "digests"]
