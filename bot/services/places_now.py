"""The clock on a person's wall, where several places are possible: the one that is furthest on."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def latest_zone(zones: Sequence[str], at: datetime) -> str:
    """Of the candidate zones, the one in which it is latest at `at`; empty where none is known."""
    known = [(zone_offset(zone, at), zone) for zone in zones]
    return max(((offset, zone) for offset, zone in known if offset is not None), default=(None, ""))[1]


def zone_offset(zone: str, at: datetime) -> timedelta | None:
    """How far ahead of UTC a zone is at a moment; None for a zone that does not exist."""
    try:
        return at.astimezone(ZoneInfo(zone)).utcoffset()
    except (ZoneInfoNotFoundError, ValueError):
        return None
