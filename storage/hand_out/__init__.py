"""The path that every agent waits for: search, claim, leases."""

from storage.hand_out import claims, closed_windows, leases, rights
from storage.hand_out.agent_state import Opening, Worked, opening
from storage.hand_out.ready import Asking, NextUp, next_up
from storage.hand_out.resume import ResumePoints
from storage.hand_out.search import NOT_AGAIN, NOT_AGAIN_FOR, OVERDUE_AFTER, PRIORITIES, Candidate

# fmt: off
__all__ = [
    "NOT_AGAIN", "NOT_AGAIN_FOR", "OVERDUE_AFTER", "PRIORITIES", "Asking", "Candidate", "NextUp", "Opening",
    "ResumePoints", "Worked", "claims", "closed_windows", "leases", "next_up", "opening", "rights",
]
