"""S1 to S5: from Slack's request to the reply, at work and while the bot starts."""
