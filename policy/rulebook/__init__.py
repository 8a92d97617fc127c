"""Packs: reads, checks and freezes them, and lists the days when their rules change."""

from policy.rulebook.known_words import KnownWords
from policy.rulebook.loading import SHIPPED, load_rulebook, pack_of_table, shipped_packs
from policy.rulebook.readings import READING_LASTS, old_readings, readings_of
from policy.rulebook.rulebook import Pack, Rulebook
from policy.rulebook.versions import Flip, flips, last_flip, next_flip

# fmt: off
__all__ = [
    "READING_LASTS", "SHIPPED", "Flip", "KnownWords", "Pack", "Rulebook", "flips", "last_flip", "load_rulebook",
    "next_flip", "old_readings", "pack_of_table", "readings_of", "shipped_packs",
]
