"""What admins can do."""

from bot.slack.listeners.admin import campaign, house_rules, organisation, people_called

__all__ = ["ACTIONS"]

ACTIONS = (*organisation.ACTIONS, *campaign.ACTIONS, *house_rules.ACTIONS, *people_called.ACTIONS)
