"""Packs: reads, checks and freezes them, and lists the days when their rules change."""

from policy.rulebook.house_choice import BY_PLACE, house_choice, house_pack_in
from policy.rulebook.likeness import SHIPPED, table_of
from policy.rulebook.loading import load_rulebook, pack_of_table, pack_with_rule, shipped_packs
from policy.rulebook.readings import READING_LASTS, old_readings, readings_of
from policy.rulebook.rulebook import KnownWords, Pack, Rulebook
from policy.rulebook.versions import VersionDay, next_version_day, version_days

# fmt: off
__all__ = [
    "BY_PLACE",
    "READING_LASTS",
    "SHIPPED",
    "KnownWords",
    "Pack",
    "Rulebook",
    "VersionDay",
    "house_choice",
    "house_pack_in",
    "load_rulebook",
    "next_version_day",
    "old_readings",
    "pack_of_table",
    "pack_with_rule",
    "readings_of",
    "shipped_packs",
    "table_of",
    "version_days",
]
