"""Answers of the services as Block Kit: pure functions, no Slack client, nothing over Slack's limits for any data."""
