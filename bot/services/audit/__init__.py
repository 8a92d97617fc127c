"""Audits a team's calls, independently of the hand-out."""

from bot.services.audit.auditing import Span, audit, audit_again, audit_calls
from bot.services.audit.checks import CHECKS, LATE_OPT_OUTS, ONLY_RECORDS
from bot.services.audit.judging import Judged, forbidden, judge
from bot.services.audit.lines import Found, dated
from bot.services.audit.people_rung import people_rung, person_of
from bot.services.audit.stops import beginning, stands_at

# fmt: off
__all__ = [
    "CHECKS", "LATE_OPT_OUTS", "ONLY_RECORDS", "Found", "Judged", "Span", "audit", "audit_again", "audit_calls",
    "beginning", "dated", "forbidden", "judge", "people_rung", "person_of", "stands_at",
]
