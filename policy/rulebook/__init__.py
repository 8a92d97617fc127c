"""Packs: reads, checks and freezes them, and lists the days when their rules change."""
