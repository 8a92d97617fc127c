"""The words of a report's files and charts, in one language."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from bot.services.answers.activity import Span, Tally, Wanted
from policy.vocabulary import Outcome


def _short_day(on: date) -> str:
    return f"{on:%a} {on.day} {on:%b}"


def _outcome(outcome: Outcome) -> str:
    return outcome.meaning.label.rstrip("…")


@dataclass(frozen=True, slots=True)
class ActivityWords:
    """English unless the caller gives others."""

    title: str = "Calls"
    everything: str = "all teams, campaigns and lists"
    days: str = "{first} to {last}"
    compared: str = "compared with {days}"
    summary: str = "Summary"
    figure: str = "Figure"
    day: str = "Day"
    hour: str = "Hour"
    week: str = "Hours of the week"
    agent: str = "Agent"
    listed: str = "List"
    campaign: str = "Campaign"
    off_list: str = "Off the list"
    attempts: str = "Attempts"
    contacts: str = "Contacts"
    contact_rate: str = "Contact rate"
    successes: str = "Successes"
    success_rate: str = "Success rate"
    attempts_to_a_contact: str = "Attempts to a contact"
    opt_outs: str = "Opt-outs"
    opt_outs_per_thousand: str = "Opt-outs per 1,000"
    complaints: str = "Complaints"
    complaints_per_thousand: str = "Complaints per 1,000"
    without_outcome: str = "Without an outcome"
    by_day: str = "Attempts and contacts by day"
    by_hour: str = "Contacts of 100 attempts, on the clock of the person called"
    by_agent: str = "By agent"
    by_list: str = "By list"
    by_campaign: str = "By campaign"
    by_own: str = "Own outcomes"
    own_outcome: str = "Own outcome"
    counts_as: str = "Counts as"
    calls: str = "Calls"
    calls_before: str = "Calls before"
    answers: str = "Answers"
    when: str = "When"
    question: str = "Question"
    answer: str = "Answer"
    yes: str = "Yes"
    no: str = "No"
    meaning: str = (
        "A contact is a conversation with the right person. Contact rate: contacts of attempts. "
        "Success rate: successes of contacts."
    )
    was: str = "before: {figure}"
    few: str = "A dot: fewer than 5 attempts."
    and_more: str = "and {count} more: see the workbook"
    weekdays: tuple[str, ...] = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    short_day: Callable[[date], str] = _short_day
    outcome: Callable[[Outcome], str] = _outcome
    whole: Callable[[int], str] = "{:,}".format
    decimals: Callable[[float], str] = "{:,.1f}".format

    def scope(self, wanted: Wanted) -> str:
        """What the report covers: the team, campaign and list asked for."""
        return " · ".join(name for name in (wanted.team, wanted.campaign, wanted.listed) if name) or self.everything

    def span(self, span: Span) -> str:
        """Its days; one alone is named once."""
        first, last = self.short_day(span.first), self.short_day(span.last)
        return first if span.first == span.last else self.days.format(first=first, last=last)

    def span_compared(self, span: Span) -> str:
        return self.compared.format(days=self.span(span))

    def written(self, column: "Column") -> str:
        """A figure as people read it: 1,234, 12.3 % or 4.5; a dash where there is none."""
        if column.value is None:
            return "–"
        if column.kind == "count":
            return self.whole(int(column.value))
        return f"{self.decimals(100 * column.value)} %" if column.kind == "share" else self.decimals(column.value)


@dataclass(frozen=True, slots=True)
class Column:
    """One figure of a tally."""

    heading: str
    value: float | None
    kind: str  # count | share | rate


def columns(words: ActivityWords, tally: Tally) -> tuple[Column, ...]:
    """A tally's figures in the order in which every table shows them."""
    return (
        Column(words.attempts, tally.attempts, "count"),
        Column(words.contacts, tally.contacts, "count"),
        Column(words.contact_rate, tally.contact_rate, "share"),
        Column(words.successes, tally.successes, "count"),
        Column(words.success_rate, tally.success_rate, "share"),
        Column(words.attempts_to_a_contact, tally.attempts_to_a_contact, "rate"),
        Column(words.opt_outs, tally.opt_outs, "count"),
        Column(words.opt_outs_per_thousand, tally.opt_outs_per_thousand, "rate"),
        Column(words.complaints, tally.complaints, "count"),
        Column(words.complaints_per_thousand, tally.complaints_per_thousand, "rate"),
        Column(words.without_outcome, tally.without_outcome, "count"),
    )
