"""Packs: read, checked, frozen, and the days on which their rules change."""
