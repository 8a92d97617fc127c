"""The only place that reads the time. All other code takes a moment or a Clock."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]  # returns an aware moment in UTC


def system_clock() -> datetime:
    """The current moment, aware, in UTC."""
    return datetime.now(UTC)
