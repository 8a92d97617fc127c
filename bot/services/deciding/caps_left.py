"""How many more attempts the tightest cap allows, and in which span: `1 left` needs `today` or `in 7 days`."""

from datetime import datetime
from typing import NamedTuple

from policy import Prepared, Rulebook, allowance
from policy.rules.kinds import Cap
from policy.templates import count

_OF_THE_CALENDAR = {"cal_day": "today", "cal_week": "this week", "cal_month": "this month", "ever": "in all"}


class Left(NamedTuple):
    """Attempts left, and the span in words: `today`, `in 7 days`."""

    attempts: int
    within: str


def attempts_left(facts: Prepared, rulebook: Rulebook, at: datetime, house_pack: str) -> Left | None:
    """The attempts left by the cap that now leaves the fewest; None if no cap applies."""
    tightest = allowance(facts, rulebook, at, house_pack=house_pack)
    if tightest is None:
        return None
    cap = tightest.rule.parameters
    return Left(tightest.left, span_phrase(cap) if isinstance(cap, Cap) else "")


def span_phrase(cap: Cap) -> str:
    """The span of a cap, as said after `1 attempt left`."""
    if cap.window == "roll_days" and cap.length == 1:
        return "today"
    return _OF_THE_CALENDAR.get(cap.window) or f"in {count(*cap.span())}"
