"""The bot: command line, Slack surface, scheduler, and the services behind them."""
