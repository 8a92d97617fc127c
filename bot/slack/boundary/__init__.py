"""Between Slack and the services: turns presses, commands and forms into requests, and results into screens."""
