"""Audits a team's calls, independently of the hand-out."""

from bot.services.audit.auditing import CHECKS, Found, Span, audit, audit_calls, forbidden

__all__ = ["CHECKS", "Found", "Span", "audit", "audit_calls", "forbidden"]
