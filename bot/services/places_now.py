"""Local time of a contact with several candidate zones: the latest of them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def latest_zone(zones: Sequence[str], at: datetime) -> str:
    """The candidate zone in which it is latest at `at`; empty if none is known."""
    known = [(zone_offset(zone, at), zone) for zone in zones]
    return max(((offset, zone) for offset, zone in known if offset is not None), default=(None, ""))[1]


def zone_offset(zone: str, at: datetime) -> timedelta | None:
    """A zone's offset from UTC at a moment; None for a zone that does not exist."""
    try:
        return at.astimezone(ZoneInfo(zone)).utcoffset()
    except (ZoneInfoNotFoundError, ValueError):
        return None
