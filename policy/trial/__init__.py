"""Packs on trial: the worked cases, and what no case notices when a pack is changed."""

from policy.trial.coverage import Change, Judge, changes
from policy.trial.worked import worked_cases

__all__ = ["Change", "Judge", "changes", "worked_cases"]
