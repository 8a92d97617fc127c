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
    return say("values.amount", one.unit, count=one.number)


def within(span: Amount) -> Markup:
    """`in 3 days`: the span in which something happened."""
    return say("values.within", span.unit, count=span.number)


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
