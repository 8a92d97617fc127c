"""Packs: reads, checks and freezes them, and lists the days when their rules change."""

from policy.rulebook.likeness import SHIPPED, table_of
from policy.rulebook.loading import load_rulebook, pack_of_table, pack_with_rule, shipped_packs
from policy.rulebook.rulebook import BY_PLACE, KnownWords, Pack, Rulebook, house_choice, house_pack_in
from policy.rulebook.versions import (
    READING_LASTS,
    VersionDay,
    next_version_day,
    old_readings,
    readings_of,
    version_days,
)

# fmt: off
__all__ = [
    "BY_PLACE", "READING_LASTS", "SHIPPED", "KnownWords", "Pack", "Rulebook", "VersionDay", "house_choice",
    "house_pack_in", "load_rulebook", "next_version_day", "old_readings", "pack_of_table", "pack_with_rule",
    "readings_of", "shipped_packs", "table_of", "version_days",
]
