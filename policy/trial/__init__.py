"""Tests of packs: the worked cases, and the small changes to a pack that no case detects."""

from policy.trial.coverage import Change, Judge, changes
from policy.trial.worked import worked_cases

__all__ = ["Change", "Judge", "changes", "worked_cases"]
