"""Rows of lists that became one person: recorded with why, seen, and parted again with a reason."""
