"""Audits a team's calls, independently of the hand-out."""

from bot.services.audit.auditing import CHECKS, Span, audit

__all__ = ["CHECKS", "Span", "audit"]
