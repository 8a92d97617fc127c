"""The Slack surface: listeners that parse, call one service and render. No law, no rows."""
