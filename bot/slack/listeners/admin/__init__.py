"""What admins can do."""

from bot.slack.listeners.admin import (
    campaign,
    house_rules,
    lists,
    organisation,
    outcomes,
    pages,
    people,
    people_called,
)

__all__ = ["ACTIONS"]

ACTIONS = (
    *pages.ACTIONS,
    *organisation.ACTIONS,
    *people.ACTIONS,
    *campaign.ACTIONS,
    *outcomes.ACTIONS,
    *lists.ACTIONS,
    *house_rules.ACTIONS,
    *people_called.ACTIONS,
)
