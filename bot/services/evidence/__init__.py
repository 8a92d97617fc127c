"""What is shown of the record to managers and to those who ask from outside: audits of any days."""

from bot.services.evidence.span_audit import MOST_DAYS, audit_days

__all__ = ["MOST_DAYS", "audit_days"]
