"""Queries: functions of a session that never commit. Those that only ask change nothing."""

from storage.queries import (
    agents,
    alerts,
    attempts,
    callback_trouble,
    callbacks,
    compliance,
    contacts,
    data_complaints,
    erased_proofs,
    list_imports,
    lists,
    outcome_requests,
    proofs,
    redecide_runs,
    reminders,
    retention,
    setup,
    shown_numbers,
    states,
)
from storage.queries.agents import AgentRow, admins, campaigns_of_team
from storage.queries.callbacks import DueSoon
from storage.queries.contacts import by_ids
from storage.queries.reminders import DueAgent, Standing, Taken, Wanted
from storage.queries.reports import CONNECTED, CONTACTS, DayAttempt, audit, audit_runs, digests, expiring, status

# fmt: off
__all__ = [
    "CONNECTED", "CONTACTS", "AgentRow", "DayAttempt", "DueAgent", "DueSoon", "Standing", "Taken", "Wanted", "admins",
    "agents", "alerts", "attempts", "audit", "audit_runs", "by_ids", "callback_trouble", "callbacks",
    "campaigns_of_team", "compliance", "contacts", "data_complaints", "digests", "erased_proofs", "expiring",
    "list_imports", "lists", "outcome_requests", "proofs", "redecide_runs", "reminders", "retention", "setup",
    "shown_numbers", "states", "status",
]
