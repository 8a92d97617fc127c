"""Audits a team's calls, independently of the hand-out."""

from bot.services.audit.auditing import (
    CHECKS,
    LATE_OPT_OUTS,
    Found,
    Span,
    audit,
    audit_again,
    audit_calls,
    forbidden,
    gravest,
    gravity_of,
)

# fmt: off
__all__ = [
    "CHECKS", "LATE_OPT_OUTS", "Found", "Span", "audit", "audit_again", "audit_calls", "forbidden", "gravest",
    "gravity_of",
]
