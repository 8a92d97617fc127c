"""An organisation's own limits: values that become dated rules of its house packs, and what the packs already ask."""

from policy.house.limits import (
    CAPS,
    DAYS,
    FOR_EVER,
    LIMITS,
    MOST,
    WAITS,
    Asked,
    HouseLimits,
    Limit,
    Origin,
    Windows,
    already_asked,
)
from policy.house.overlay import OwnRules, figure, with_own_rules

# fmt: off
__all__ = [
    "CAPS", "DAYS", "FOR_EVER", "LIMITS", "MOST", "WAITS", "Asked", "HouseLimits", "Limit", "Origin", "OwnRules",
    "Windows", "already_asked", "figure", "with_own_rules",
]
