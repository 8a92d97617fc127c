"""*Call back…* on a calling card: the times that people mostly agree, on the contact's clock, at one choice."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Final

from bot.services.answers.calls import CallingCard
from bot.slack.blocks.kit.kit import Element, grouped_select, option
from bot.slack.ids import LOCAL
from bot.slack.wording import labels, say, times, zone_of
from policy.vocabulary import Outcome

SOONEST: Final = timedelta(minutes=15)
BEGIN, END = time(9), time(20)
DAYS: Final = 3  # today and the next two, without Sundays
_HALF_HOUR, _HOUR, _DAY = timedelta(minutes=30), timedelta(hours=1), timedelta(days=1)
_SUNDAY = 6


def callback_menu(card: CallingCard, now: datetime) -> Element:
    """The menu of times, without those that the rules refuse. Its first choice opens the form, which takes any time."""
    attempt_id, offer = card.attempt_id, card.offer
    groups = [(say("labels.other_times"), [option(say("labels.another_time"), str(attempt_id))])]
    for day in _days(offer.zone, now):
        local = [at for at in day if _is_lawful(card, at)]
        if not local:
            continue
        is_today = local[0].date() == _there(offer.zone, now).date()
        label = say("labels.today_there") if is_today else times.short_day(local[0])
        groups.append((label, [option(f"{at:%H:%M}", f"{attempt_id}@{at.strftime(LOCAL)}") for at in local]))
    return grouped_select("callback_at", labels.label(Outcome.CALLBACK_AGREED), groups)


def _is_lawful(card: CallingCard, local: datetime) -> bool:
    """Whether a callback may be made then, on the contact's clock, as far as that was looked at."""
    if card.callback_spans is None:
        return True
    at = local.replace(tzinfo=zone_of(card.offer.zone))
    return any(since <= at < until for since, until in card.callback_spans)


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
