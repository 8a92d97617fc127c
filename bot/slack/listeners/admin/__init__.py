"""Forms and pages of an admin."""

from bot.slack.listeners.admin import campaign, campaign_card, lists, organisation, pages, people, person, team

__all__ = ["campaign", "campaign_card", "lists", "organisation", "pages", "people", "person", "team"]
