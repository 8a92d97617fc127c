"""Rule sentences as templates with parameters. A sentence is English, and knows the template and values that wrote it.

Every other language is written from these; nothing is read back from English. This module knows English only.
"""

import json
from calendar import month_name
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from functools import cache
from typing import Any, Final, NamedTuple, Self

DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

Clocks = tuple[tuple[int, int], ...]  # from and to, in seconds from midnight


class Amount(NamedTuple):
    """A number of a unit, named in the singular: 3 of `day`."""

    number: int
    unit: str


def count(number: int, noun: str) -> str:
    """`1 day`, `3 days`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def either(words: Iterable[str]) -> str:
    """`a`, `a or b`, `a, b or c`, without empty and repeated texts."""
    return listed(words, "or")


def listed(words: Iterable[str], last: str) -> str:
    """The words with commas, and `last` before the final one."""
    kept = list(dict.fromkeys(word for word in words if word))
    return f" {last} ".join(part for part in (", ".join(kept[:-1]), *kept[-1:]) if part)


def in_hours(hours: int) -> Amount:
    """Hours as people say them: 72 hours, but 7 days."""
    return Amount(hours // 24, "day") if hours % 24 == 0 and hours >= 96 else Amount(hours, "hour")


def date_phrase(on: date) -> str:
    """`24 November 2026`."""
    return f"{on.day} {month_name[on.month]} {on.year}"


def clock_phrase(seconds: int) -> str:
    """Seconds from midnight as a wall-clock time."""
    minutes = seconds // 60
    return "24:00" if minutes == 1440 else time(minutes // 60, minutes % 60).strftime("%H:%M")


@cache
def windows_phrase(windows: Clocks) -> str:
    """`09:00 to 12:00 and 14:00 to 18:00`."""
    return " and ".join(f"{clock_phrase(start)} to {clock_phrase(end)}" for start, end in windows)


_NO_VALUES: Final[Mapping[str, Any]] = {}


class Said(str):
    """A text that other languages have as well, in English: a template wrote it, or a pack brings it.

    mypy finds what is neither. `template`: None for a text without values, such as a pack's.
    """

    __slots__ = ("template", "values")
    template: "Template | None"
    values: Mapping[str, Any]

    def __new__(
        cls, english: str = "", template: "Template | None" = None, values: Mapping[str, Any] = _NO_VALUES
    ) -> Self:
        self = str.__new__(cls, english)
        self.template, self.values = template, values
        return self

    def __str__(self) -> "Said":
        return self  # an exception that carries a sentence gives it back


NOTHING = Said("")


@dataclass(frozen=True, slots=True, eq=False)
class Parameter:
    """A kind of value within a sentence. `load`: makes the value of what its JSON holds."""

    write: Callable[[Any], str] = str
    load: Callable[[Any], Any] = lambda value: value


@dataclass(frozen=True, slots=True, eq=False)
class OneOf(Parameter):
    """One of a few words, each translated by itself."""

    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class AnyOf(OneOf):
    """Some of a few words: `a`, `a or b`, `a, b or c`."""


def any_of(*words: str) -> AnyOf:
    """A parameter whose values are several of the words, joined by "or"."""
    return AnyOf(either, tuple, tuple(dict.fromkeys(words)))


def one_of(*words: str) -> OneOf:
    """A parameter whose value is one of the words."""
    return OneOf(words=tuple(dict.fromkeys(words)))


class Template:
    """A sentence, or a phrase within one, with named parameters."""

    __slots__ = ("parameters", "text")

    def __init__(self, text: str, /, **parameters: Parameter) -> None:
        """`text`: English, with each parameter in braces."""
        self.text = text
        self.parameters = parameters

    def __reduce__(self) -> tuple[Callable[[str], "Template"], tuple[str]]:
        return _of_text, (self.text,)  # in another process it is that process's own

    def says(self, **values: Any) -> Said:
        """The English, with these values."""
        written = {name: self.parameters[name].write(value) for name, value in values.items()}
        return Said(self.text.format(**written), self, values)


def _as_json(value: Any) -> Any:
    if isinstance(value, Said) and value.template is not None:
        return [value.template.text, {name: _as_json(one) for name, one in value.values.items()}]
    if isinstance(value, list | tuple):
        return [_as_json(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def sentence_of(text: str) -> str:
    """The template and values of a text as JSON, to be stored beside it; empty for a text without values."""
    if not isinstance(text, Said) or text.template is None:
        return ""
    return json.dumps(_as_json(text), ensure_ascii=False, separators=(",", ":"))


def said_again(english: str, sentence: str) -> Said:
    """A stored text, with the template and values stored beside it.

    Without these where they no longer write the English: a template has other words since, or the text has lost some.
    """
    try:
        again = _loaded(json.loads(sentence)) if sentence else NOTHING
    except (AttributeError, KeyError, TypeError, ValueError):
        again = NOTHING
    return again if again == english else Said(english)


def _loaded(value: Any) -> Said:
    if isinstance(value, str):
        return Said(value)
    text, values = value
    template = _MADE[text]
    return template.says(**{name: template.parameters[name].load(one) for name, one in values.items()})


def _each_loaded(values: Any) -> tuple[Said, ...]:
    return tuple(map(_loaded, values))


AMOUNT = Parameter(lambda amount: count(*amount), Amount._make)
WITHIN = Parameter(lambda span: f"in {count(*span)}", Amount._make)  # a span in which something happened
NUMBER = Parameter()
FIGURE = Parameter(lambda number: f"{number:,}")
DATE = Parameter(date_phrase, date.fromisoformat)
WINDOWS = Parameter(windows_phrase, lambda spans: tuple(map(tuple, spans)))
CLOCK = Parameter()  # the time on a wall clock, today or on a date
NAME = Parameter()  # the same in every language: a name, a code of a place
PLACE = Parameter()  # an ISO 3166 code, shown to people as the name of the place
WRITTEN = Parameter()  # what a person wrote, in whatever language
TEXT = Parameter(load=_loaded)  # a text of its own, with its own translation if it has one
REASON = Parameter()  # a pack's word for why one of its rules may give way
TEXTS = Parameter(", ".join, _each_loaded)
IN_TURN = Parameter("; ".join, _each_loaded)  # texts that may have commas of their own

_MADE: dict[str, Template] = {}


def _of_text(text: str) -> Template:
    return _MADE[text]


def template(text: str, /, **parameters: Parameter) -> Template:
    """Registers a template, so that stored sentences find it and the tests require it in every language."""
    made = _MADE[text] = Template(text, **parameters)
    return made


SENTENCE = template("{says}: {label}", says=TEXT, label=TEXT)  # with its kind of source
SEVERAL = template("{texts}", texts=IN_TURN)


def phrase(text: str, /) -> Said:
    """Registers a text without parameters in the same way."""
    template(text)
    return Said(text)


def templates() -> tuple[Template, ...]:
    """Every template, in the order of its text."""
    return tuple(sorted(_MADE.values(), key=lambda one: one.text))


def several(texts: Sequence[str]) -> str:
    """The texts with semicolons between them; the only one as it is; empty without any."""
    return SEVERAL.says(texts=texts) if len(texts) > 1 else next(iter(texts), "")
