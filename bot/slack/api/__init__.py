"""Slack's Web API: clients, profiles, channels, and the meaning of each refusal."""
