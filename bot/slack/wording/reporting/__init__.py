"""Sentences of what managers read: digests, and reports of what was done in a span."""

from bot.slack.wording.reporting import activity, call_files, digests, span_audits
from bot.slack.wording.reporting.call_records import call_records, findings
from bot.slack.wording.reporting.digests import audit_verdict, audit_what
from bot.slack.wording.reporting.people_rung import people_rung
from bot.slack.wording.reporting.posted_digests import posted_otherwise

__all__ = [
    "activity",
    "audit_verdict",
    "audit_what",
    "call_files",
    "call_records",
    "digests",
    "findings",
    "people_rung",
    "posted_otherwise",
    "span_audits",
]
