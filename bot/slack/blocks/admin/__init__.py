"""Admin screens: forms, overview pages and first steps."""

from bot.slack.blocks.admin import (
    admin_forms,
    admin_pages,
    campaign_form,
    checklist,
    first_steps,
    house_rules,
    list_forms,
    outcome_forms,
    subject_forms,
)
from bot.slack.blocks.admin.admin_forms import NEW_TEAM, Groups
from bot.slack.blocks.admin.campaign_form import Meaning, Offer, card_form
from bot.slack.blocks.admin.first_steps import step_groups

# fmt: off
__all__ = [
    "NEW_TEAM", "Groups", "Meaning", "Offer", "admin_forms", "admin_pages", "campaign_form", "card_form", "checklist",
    "first_steps", "house_rules", "list_forms", "outcome_forms", "step_groups", "subject_forms",
]
