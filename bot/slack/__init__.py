"""The Slack surface. Each listener parses a request, calls one service and renders the answer."""
