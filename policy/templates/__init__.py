"""Templates of rule sentences: English and every other language are written from one and its values."""

from policy.templates.phrases import (
    DAY_NAMES,
    Amount,
    Clocks,
    clock_phrase,
    count,
    either,
    in_hours,
    listed,
    windows_phrase,
)
from policy.templates.sentence import (
    AMOUNT,
    CLOCK,
    DATE,
    FIGURE,
    IN_TURN,
    NAME,
    NOTHING,
    NUMBER,
    PLACE,
    REASON,
    SENTENCE,
    TEXT,
    TEXTS,
    WINDOWS,
    WITHIN,
    WRITTEN,
    AnyOf,
    OneOf,
    Parameter,
    Said,
    Template,
    any_of,
    one_of,
    phrase,
    said_again,
    sentence_of,
    several,
    template,
    templates,
)

# fmt: off
__all__ = [
    "AMOUNT", "CLOCK", "DATE", "DAY_NAMES", "FIGURE", "IN_TURN", "NAME", "NOTHING", "NUMBER", "PLACE", "REASON",
    "SENTENCE", "TEXT", "TEXTS", "WINDOWS", "WITHIN", "WRITTEN", "Amount", "AnyOf", "Clocks", "OneOf", "Parameter",
    "Said", "Template", "any_of", "clock_phrase", "count", "either", "in_hours", "listed", "one_of", "phrase",
    "said_again", "sentence_of", "several", "template", "templates", "windows_phrase",
]
