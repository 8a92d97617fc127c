"""An organisation's own limits: values that become dated rules of its house packs, and what the packs already ask."""

from policy.house.already import Already, Asked, NotTighter, already_asked
from policy.house.limits import CAPS, DAYS, MOST, WAITS, HouseLimits, Windows
from policy.house.overlay import OwnRules, figure, with_own_rules

# fmt: off
__all__ = [
    "CAPS",
    "DAYS",
    "MOST",
    "WAITS",
    "Already",
    "Asked",
    "HouseLimits", "NotTighter",
    "OwnRules",
    "Windows",
    "already_asked",
    "figure",
    "with_own_rules",
]
