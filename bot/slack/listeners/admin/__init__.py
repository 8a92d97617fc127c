"""An admin's forms and pages."""

from bot.slack.boundary import Boundary
from bot.slack.listeners.admin import (
    campaign,
    campaign_card,
    lists,
    organisation,
    pages,
    people,
    person,
    subject,
    team,
)

__all__ = ["register"]


def register(boundary: Boundary) -> None:
    for listener in (campaign, campaign_card, lists, organisation, pages, people, person, subject, team):
        listener.register(boundary)
