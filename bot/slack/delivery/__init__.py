"""Sends messages one after another, at Slack's pace, with retries."""
