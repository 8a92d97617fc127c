"""How many more attempts the tightest cap allows, and in which span: `1 left` needs `today` or `in 7 days`."""

from datetime import datetime
from typing import NamedTuple

from policy import Prepared, Rulebook, allowance
from policy.rules.kinds.cap import Cap
from policy.templates import NOTHING, WITHIN, Said, phrase, template

_OF_THE_CALENDAR = {
    "cal_day": phrase("today"),
    "cal_week": phrase("this week"),
    "cal_month": phrase("this month"),
    "ever": phrase("in all"),
}
_ROLLING = template("{span}", span=WITHIN)


class Left(NamedTuple):
    """Attempts left, and the span in words: `today`, `in 7 days`."""

    attempts: int
    within: Said


def attempts_left(facts: Prepared, rulebook: Rulebook, at: datetime, house_pack: str) -> Left | None:
    """The attempts left by the cap that now leaves the fewest; None if no cap applies."""
    tightest = allowance(facts, rulebook, at, house_pack=house_pack)
    if tightest is None:
        return None
    cap = tightest.rule.parameters
    return Left(tightest.left, span_phrase(cap) if isinstance(cap, Cap) else NOTHING)


def span_phrase(cap: Cap) -> Said:
    """The span of a cap, as said after `1 attempt left`."""
    if cap.window == "roll_days" and cap.length == 1:
        return _OF_THE_CALENDAR["cal_day"]
    return _OF_THE_CALENDAR.get(cap.window) or _ROLLING.says(span=cap.span())
