"""What is counted and checked of the record: a team's status, its digest, an audit's raw rows, what expires soon."""

from storage.queries.reports import audit, audit_runs, digests, expiring, status
from storage.queries.reports.digests import DayAttempt
from storage.queries.reports.status import (
    CONNECTED,
    CONTACTS,
    REACHED,
    WaitingAttempt,
    state_at,
    waiting_attempts,
    waits_for_outcome,
)

# fmt: off
__all__ = [
    "CONNECTED", "CONTACTS", "REACHED", "DayAttempt", "WaitingAttempt", "audit", "audit_runs", "digests", "expiring",
    "state_at", "status", "waiting_attempts", "waits_for_outcome",
]
