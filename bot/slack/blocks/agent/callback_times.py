"""*Call back…* on a calling card: the times that people mostly agree, on the contact's clock, at one choice."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Final

from bot.services.answers.calls import OfferCard
from bot.slack import ids
from bot.slack.blocks.kit import Element, grouped_select, option
from bot.slack.ids import LOCAL
from bot.slack.wording import labels, times, zone_of
from policy.vocabulary import Outcome

SOONEST: Final = timedelta(minutes=15)
BEGIN, END = time(9), time(20)
DAYS: Final = 3  # today and the next two, without Sundays
_HALF_HOUR, _HOUR, _DAY = timedelta(minutes=30), timedelta(hours=1), timedelta(days=1)
_SUNDAY = 6


def callback_menu(attempt_id: int, offer: OfferCard, now: datetime) -> Element:
    """The menu of times. Its first choice opens the form, which takes any day and time."""
    groups = [(labels.other_times(), [option(labels.another_time(), str(attempt_id))])]
    for local in _days(offer.zone, now):
        is_today = local[0].date() == _there(offer.zone, now).date()
        day = labels.today_there() if is_today else times.short_day(local[0])
        groups.append((day, [option(f"{at:%H:%M}", f"{attempt_id}@{at.strftime(LOCAL)}") for at in local]))
    return grouped_select(ids.CALLBACK_AT, labels.label(Outcome.CALLBACK_AGREED), groups)


def _days(zone: str, now: datetime) -> Iterator[list[datetime]]:
    """Local times of each day that has any: of today each half hour from soon on, of the others each hour."""
    if zone_of(zone) is None:
        return
    there, found = _there(zone, now), 0
    for ahead in range(2 * DAYS):
        day = datetime.combine(there.date() + ahead * _DAY, BEGIN)
        found += day.weekday() != _SUNDAY
        step = _HOUR if ahead else _HALF_HOUR
        local = [] if day.weekday() == _SUNDAY else list(_times(day, step, there + SOONEST))
        if local:
            yield local
        if found == DAYS:
            return


def _times(day: datetime, step: timedelta, after: datetime) -> Iterator[datetime]:
    at = day
    while at.time() < END:
        if at >= after:
            yield at
        at += step


def _there(zone: str, now: datetime) -> datetime:
    """The clock on the contact's wall."""
    return now.astimezone(zone_of(zone)).replace(tzinfo=None)
