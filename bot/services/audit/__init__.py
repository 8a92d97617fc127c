"""Audits a team's calls, independently of the hand-out."""

from bot.services.audit.auditing import Span, audit

__all__ = ["Span", "audit"]
