"""What admins can do."""

from bot.slack.listeners.admin import campaign, house_rules, lists, organisation, outcomes, people_called

__all__ = ["ACTIONS"]

ACTIONS = (
    *organisation.ACTIONS,
    *campaign.ACTIONS,
    *outcomes.ACTIONS,
    *lists.ACTIONS,
    *house_rules.ACTIONS,
    *people_called.ACTIONS,
)
