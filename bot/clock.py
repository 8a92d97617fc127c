"""The only place where the time is read. Everything else is handed a moment, or a Clock to ask."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]  # answers an aware moment in UTC


def system_clock() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)
