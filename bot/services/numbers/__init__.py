"""Telephone numbers, and the places and time zones that they and addresses point to."""
