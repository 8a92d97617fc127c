"""Rehearses a change of rules: what it means for live contacts, recent calls and supply, before it applies. Reads
only."""

from bot.services.rehearsal.changing import Change
from bot.services.rehearsal.rehearsing import DAYS_AHEAD, Moved, rehearse

__all__ = ["DAYS_AHEAD", "Change", "Moved", "rehearse"]
