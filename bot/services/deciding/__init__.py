"""Turns stored rows into facts and facts into a verdict; caches it on the contact, and refreshes it after a change."""
