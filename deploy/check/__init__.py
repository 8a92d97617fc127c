"""Lints what Nextcall is run by, builds its container without a daemon, and uses, stops, upgrades and restores it."""
