"""Slack or the database fails for a while."""
