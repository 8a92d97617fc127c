"""The report of a span: its form, its message, and the words of its files."""

from datetime import date, timedelta

from bot.services.answers.activity import ActivityReport, ActivityWords, BestHour
from bot.slack.wording.labels import outcome_name
from bot.slack.wording.language import decimals, figure
from bot.slack.wording.say import Markup, forms_of, say, short_day, weekday

_A_MONDAY = date(2026, 11, 23)


def heading(report: ActivityReport) -> Markup:
    return Markup(f"{words()['title']}: {words().scope(report.wanted)}")


def spans(report: ActivityReport) -> Markup:
    return Markup(f"{words().span(report.span)} ({report.span.zone}), {words().span_compared(report.before)}")


def best_hours(found: tuple[BestHour, ...]) -> Markup:
    """The hours in which people are reached most often, on their clock."""
    if not found:
        return say("activity.few_calls")
    each = []
    for one in found:
        day, rate = weekday(_A_MONDAY + timedelta(days=one.weekday)), f"{100 * (one.tally.contact_rate or 0):.0f}"
        each.append(say("activity.best_hour", day=day, hour=one.hour, until=one.hour + 1, rate=Markup(rate)))
    return say("activity.best_hours", hours=Markup(", ".join(each)))


def words() -> ActivityWords:
    """The words of the report's files in the reader's language."""
    return ActivityWords(
        texts=forms_of("activity.words"),
        weekdays=tuple(weekday(_A_MONDAY + timedelta(days=place)) for place in range(7)),
        short_day=short_day,
        outcome=outcome_name,
        whole=figure,
        decimals=decimals,
    )
