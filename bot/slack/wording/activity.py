"""The report of a span: what it covers, its figures and its best hours, as people read them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.services.answers.activity import ActivityReport, BestHour, Span, Tally, Wanted
from bot.slack.wording.labels import decimals, short_day, weekday
from bot.slack.wording.say import Markup, figure, forms_of, say

_A_MONDAY = date(2026, 11, 23)
_COLUMNS = (
    ("attempts", "count"),
    ("contacts", "count"),
    ("contact_rate", "share"),
    ("successes", "count"),
    ("success_rate", "share"),
    ("attempts_to_a_contact", "rate"),
    ("opt_outs", "count"),
    ("opt_outs_per_thousand", "rate"),
    ("complaints", "count"),
    ("complaints_per_thousand", "rate"),
    ("without_outcome", "count"),
)


@dataclass(frozen=True, slots=True)
class Column:
    """One figure of a tally."""

    heading: str
    value: float | None
    kind: str  # count | share | rate

    @property
    def written(self) -> str:
        """As people read it: 1,234, 12.3% or 4.5; a dash where there is none."""
        if self.value is None:
            return "–"
        if self.kind == "count":
            return figure(int(self.value))
        return (
            say("activity.share", share=Markup(decimals(100 * self.value)))
            if self.kind == "share"
            else decimals(self.value)
        )


def words() -> Mapping[str, str]:
    """The words of the report and its files, by name such as `by_day`."""
    return forms_of("activity.words")


def columns(tally: Tally) -> tuple[Column, ...]:
    """A tally's figures in the order in which every table shows them."""
    known = words()
    return tuple(Column(known[name], getattr(tally, name), kind) for name, kind in _COLUMNS)


def weekdays() -> tuple[str, ...]:
    """From Monday on."""
    return tuple(weekday(_A_MONDAY + timedelta(days=place)) for place in range(7))


def scope(wanted: Wanted) -> str:
    """What the report covers: the team, campaign and list asked for."""
    return " · ".join(filter(None, (wanted.team, wanted.campaign, wanted.listed))) or words()["everything"]


def days(span: Span) -> str:
    """Its days, with the year; one alone is named once."""
    first, last = short_day(span.first, span.last), f"{short_day(span.last)} {span.last.year}"
    return last if span.first == span.last else words()["days"].format(first=first, last=last)


def heading(report: ActivityReport) -> Markup:
    return Markup(f"{words()['title']}: {scope(report.wanted)}")


def spans(report: ActivityReport) -> Markup:
    compared = words()["compared"].format(days=days(report.before))
    return Markup(f"{days(report.span)} ({report.span.zone}), {compared}")


def best_hours(found: tuple[BestHour, ...]) -> Markup:
    """The hours in which people are reached most often, on their clock."""
    if not found:
        return say("activity.few_calls")
    each = []
    for one in found:
        day, rate = weekday(_A_MONDAY + timedelta(days=one.weekday)), f"{100 * (one.tally.contact_rate or 0):.0f}"
        each.append(say("activity.best_hour", day=day, hour=one.hour, until=one.hour + 1, rate=Markup(rate)))
    return say("activity.best_hours", hours=Markup(", ".join(each)))
