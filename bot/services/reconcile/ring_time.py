"""How long the house lets a number ring before it counts as no answer."""

from datetime import datetime

from policy import Rulebook
from policy.house import figure


class RingTimes:
    """The house packs' ring times, those of the organisation's own rules among them."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._rulebook = rulebook

    def least(self, house_pack: str, at: datetime, campaign_id: int | None = None) -> float:
        """In seconds; 0 if nothing names one at that time."""
        campaign = "" if campaign_id is None else str(campaign_id)
        return max(figure(self._rulebook, house_pack, "ring_seconds", at, campaign), default=0.0)
