"""Building blocks of every screen, each cut to Slack's limits."""
