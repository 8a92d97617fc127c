"""The values within a rule's sentence in the current language: amounts, dates and clock times."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from bot.services.numbers.places import place_name
from bot.slack.wording.language import figure, spoken
from bot.slack.wording.say import Markup, say, say_word
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


def amount(one: Amount) -> Markup:
    """`3 days`."""
    match one.unit:
        case "attempt":
            return say("values.amount", count=one.number)
        case "contact":
            return say("values.amount_contacts", count=one.number)
        case "conversation":
            return say("values.amount_conversations", count=one.number)
        case "communication":
            return say("values.amount_communications", count=one.number)
        case "call":
            return say("values.amount_calls", count=one.number)
        case "minute":
            return say("values.amount_minutes", count=one.number)
        case "hour":
            return say("values.amount_hours", count=one.number)
        case "day":
            return say("values.amount_days", count=one.number)
        case "month":
            return say("values.amount_months", count=one.number)
        case _:
            return say("values.amount_full", count=one.number)


def within(span: Amount) -> Markup:
    """`in 3 days`: the span in which something happened."""
    if span.unit == "hour":
        return say("values.within_hour", count=span.number)
    return say("values.within", count=span.number)


def either(words: Sequence[str]) -> Markup:
    """`a`, `a or b`, `a, b or c`."""
    if len(words) < 2:
        return Markup("".join(words))
    return say("values.either", words=Markup(", ".join(words[:-1])), last=Markup(words[-1]))


def windows(several: Clocks) -> Markup:
    """`09:00 to 13:00 and 14:00 to 18:00`."""
    said = ""
    for start, end in several:
        span = say("values.windows", opens=Markup(clock_phrase(start)), closes=Markup(clock_phrase(end)))
        said = say("values.windows_joined", windows=Markup(said), window=span) if said else span
    return Markup(said)


def place(code: str) -> Markup:
    """`Jersey`."""
    return Markup(place_name(code, spoken()))


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
    REASON: partial(say_word, "lead_work.reasons"),
}
