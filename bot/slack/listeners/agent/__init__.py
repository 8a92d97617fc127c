"""What agents can do."""

from bot.slack.listeners.agent import cards, my_day, outcomes

__all__ = ["ACTIONS"]

ACTIONS = (*cards.ACTIONS, *outcomes.ACTIONS, *my_day.ACTIONS)
