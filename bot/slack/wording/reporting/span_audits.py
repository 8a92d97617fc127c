"""The audit of any days: its form, how far it is, its answer, and the file of its findings."""

from datetime import date

from bot.slack.wording.say import Markup, say
from bot.slack.wording.times import long_day, short_day


def heading(first: date, last: date) -> Markup:
    if first == last:
        return say("span_audits.heading_day", day=long_day(first))
    return say("span_audits.heading", first=long_day(first), last=long_day(last))


def under_way(first: date, last: date, done: int, total: int) -> Markup:
    """`done` of `total`: days, each counted once for each team."""
    said = say("span_audits.under_way", first=short_day(first), last=short_day(last))
    progress = say("span_audits.under_way_days", done=done, total=total)
    return Markup(f"{said} {progress}") if total else said


def broken_off(first: date, last: date) -> Markup:
    return say("span_audits.broken_off", first=short_day(first), last=short_day(last))


def stopped(first: date, last: date) -> Markup:
    return say("span_audits.stopped", first=short_day(first), last=short_day(last))


def columns() -> list[str]:
    return [say("span_audits.columns", str(place)) for place in range(4)]
