"""What admins read before agents can work: the checklist and house rules."""

from bot.slack.wording.setting_up import checklist, house_rules, memberships, mistaken_stops

__all__ = ["checklist", "house_rules", "memberships", "mistaken_stops"]
