"""The values within a rule's sentence in the current language: amounts, dates and clock times."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from bot.services.numbers import place_name
from bot.slack.wording.language import _, counted, figure, spoken
from bot.slack.wording.lead_work import reason
from bot.slack.wording.times import full_date
from policy.templates import (
    AMOUNT,
    CLOCK,
    DATE,
    FIGURE,
    NAME,
    NUMBER,
    PLACE,
    REASON,
    WINDOWS,
    WITHIN,
    WRITTEN,
    Amount,
    Clocks,
    Parameter,
    clock_phrase,
)


def amount(one: Amount) -> str:
    """`3 days`."""
    match one.unit:
        case "attempt":
            return counted("{count} attempt", "{count} attempts", one.number)
        case "contact":
            return counted("{count} contact", "{count} contacts", one.number)
        case "conversation":
            return counted("{count} conversation", "{count} conversations", one.number)
        case "communication":
            return counted("{count} communication", "{count} communications", one.number)
        case "call":
            return counted("{count} call", "{count} calls", one.number)
        case "minute":
            return counted("{count} minute", "{count} minutes", one.number)
        case "hour":
            return counted("{count} hour", "{count} hours", one.number)
        case "day":
            return counted("{count} day", "{count} days", one.number)
        case "month":
            return counted("{count} month", "{count} months", one.number)
        case _:
            return counted("{count} full day", "{count} full days", one.number)


def within(span: Amount) -> str:
    """`in 3 days`: the span in which something happened."""
    if span.unit == "hour":
        return counted("in {count} hour", "in {count} hours", span.number)
    return counted("in {count} day", "in {count} days", span.number)


def either(words: Sequence[str]) -> str:
    """`a`, `a or b`, `a, b or c`."""
    if len(words) < 2:
        return "".join(words)
    return _("{words} or {last}").format(words=", ".join(words[:-1]), last=words[-1])


def windows(several: Clocks) -> str:
    """`09:00 to 13:00 and 14:00 to 18:00`."""
    said = ""
    for start, end in several:
        span = _("{opens} to {closes}").format(opens=clock_phrase(start), closes=clock_phrase(end))
        said = _("{windows} and {window}").format(windows=said, window=span) if said else span
    return said


def place(code: str) -> str:
    """`Jersey`."""
    return place_name(code, spoken())


WRITERS: Final[Mapping[Parameter, Callable[[Any], str]]] = {
    AMOUNT: amount,
    WITHIN: within,
    NUMBER: figure,
    FIGURE: figure,
    DATE: full_date,
    WINDOWS: windows,
    CLOCK: str,
    NAME: str,
    WRITTEN: str,
    PLACE: place,
    REASON: reason,
}
