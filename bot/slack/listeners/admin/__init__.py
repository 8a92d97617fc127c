"""What admins can do."""

from bot.slack.listeners.admin import (
    campaign,
    campaign_card,
    house_rules,
    lists,
    organisation,
    outcomes,
    pages,
    people,
    people_called,
    person,
    team,
)

__all__ = ["ACTIONS"]

ACTIONS = (
    *pages.ACTIONS,
    *organisation.ACTIONS,
    *team.ACTIONS,
    *people.ACTIONS,
    *person.ACTIONS,
    *campaign.ACTIONS,
    *campaign_card.ACTIONS,
    *outcomes.ACTIONS,
    *lists.ACTIONS,
    *house_rules.ACTIONS,
    *people_called.ACTIONS,
)
