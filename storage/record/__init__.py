"""Reads everything on record about contacts in one query."""
