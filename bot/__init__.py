"""The bot: its command line, its surfaces, its clockwork, and the services behind them."""
