"""What is said of the organisation's own outcomes: on cards, in their forms, and where an admin sets them up."""

from bot.slack.wording.outcomes import admin_outcomes, own_outcomes

__all__ = ["admin_outcomes", "own_outcomes"]
