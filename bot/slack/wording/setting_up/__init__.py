"""What admins read before agents can work: the checklist, and the card on trial."""

from bot.slack.wording.setting_up import checklist, memberships, trials

__all__ = ["checklist", "memberships", "trials"]
