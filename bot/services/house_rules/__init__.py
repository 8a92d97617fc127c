"""An organisation's own limits: proposed with what they mean, approved by a second admin, in force from their day
on."""

from bot.services.house_rules.proposals import (
    OnCommandLine,
    approve,
    campaign_of,
    decline,
    draft,
    overview,
    propose,
    view_of,
    withdraw,
)
from bot.services.house_rules.rehearsals import rehearse_due
from bot.services.house_rules.rulebook import APPROVED_BEFORE, HouseRulebook, follow, not_tighter, today, with_wait

# fmt: off
__all__ = [
    "APPROVED_BEFORE", "HouseRulebook", "OnCommandLine", "approve", "campaign_of", "decline", "draft", "follow",
    "not_tighter", "overview", "propose", "rehearse_due", "today", "view_of", "with_wait", "withdraw",
]
