"""What agents can do."""

from bot.slack.listeners.agent import cards, outcomes

__all__ = ["ACTIONS"]

ACTIONS = (*cards.ACTIONS, *outcomes.ACTIONS)
