"""Connects Slack to the app, by Socket Mode or HTTP. Every ack leaves in time."""
