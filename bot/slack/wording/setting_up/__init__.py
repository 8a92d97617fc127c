"""What admins read before agents can work: the checklist, the card on trial, house rules."""

from bot.slack.wording.setting_up import checklist, house_rules, memberships, mistaken_stops, trials

__all__ = ["checklist", "house_rules", "memberships", "mistaken_stops", "trials"]
