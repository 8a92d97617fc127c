"""What agents can do."""

from bot.slack.listeners.agent import callbacks, cards, my_day, outcomes

__all__ = ["ACTIONS"]

ACTIONS = (*cards.ACTIONS, *outcomes.ACTIONS, *callbacks.ACTIONS, *my_day.ACTIONS)
