"""Templates of what is said: English is written from them and read back, so that it can be said in any language."""

from policy.templates.phrases import (
    DAY_NAMES,
    Amount,
    Clocks,
    clock_phrase,
    count,
    in_hours,
    windows_phrase,
)
from policy.templates.sentence import (
    AMOUNT,
    CLOCK,
    DATE,
    NAME,
    NOTHING,
    NUMBER,
    REASON,
    SENTENCE,
    TEXT,
    TEXTS,
    WINDOWS,
    WITHIN,
    OneOf,
    Parameter,
    Said,
    Template,
    one_of,
    phrase,
    readings,
    template,
    templates,
)

# fmt: off
__all__ = [
    "AMOUNT", "CLOCK", "DATE", "DAY_NAMES", "NAME", "NOTHING", "NUMBER", "REASON", "SENTENCE", "TEXT", "TEXTS", "WINDOWS",
    "WITHIN", "Amount", "Clocks", "OneOf", "Parameter", "Said", "Template", "clock_phrase", "count", "in_hours",
    "one_of", "phrase", "readings", "template", "templates", "windows_phrase",
]
