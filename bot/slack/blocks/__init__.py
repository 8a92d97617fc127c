"""The services' answers as Block Kit: pure functions without a Slack client, always within Slack's limits."""
