"""The independent audit: decides calls again from the raw record. It shares only the engine with the hand-out."""

from bot.services.audit.auditing import Span, audit

__all__ = ["Span", "audit"]
