"""Bars calls outside a campaign's first and last day. The days are the organisation's own, so no pack holds them.

Each day begins and ends at midnight where the person is. If that may be in several time zones, the first day begins
when all have reached it, and the last one ends where it ends first.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from policy.calendar import FOREVER, ZoneClock, day_of
from policy.engine.whereabouts import rule_of_the_engine
from policy.facts import CallFacts
from policy.rules import Bar
from policy.templates import DATE, phrase, template
from policy.vocabulary import Effect

STARTS = template("The campaign starts on {day}", day=DATE)
ENDED = template("The campaign's last day was {day}", day=DATE)
A_LATER_DAY = phrase("a later last day of the campaign")

CAMPAIGN_DAYS = rule_of_the_engine(
    "base.campaign_days",
    "campaign_days",
    phrase("A campaign's first and last day"),
    phrase("The organisation's own choice of days"),
)


def campaign_bars(call: CallFacts, clocks: Sequence[ZoneClock]) -> Iterator[Bar]:
    """A lock until the first day, and a hold after the last one: only a later last day opens the campaign again."""
    if call.starts_on is not None:
        begins = max(clock.day_start(day_of(call.starts_on)) for clock in clocks)
        yield Bar(-FOREVER, begins, Effect.LOCK, STARTS.says(day=call.starts_on))
    if call.ends_on is not None:
        after = day_of(call.ends_on + timedelta(days=1))
        over = min(clock.day_start(after) for clock in clocks)
        yield Bar(over, FOREVER, Effect.HOLD, ENDED.says(day=call.ends_on), A_LATER_DAY)
