"""Rule sentences as templates with parameters: English is written from them and read back to the same parameters.

A finding is stored, counted and compared as its English sentence. To show it in another language, `readings` finds the
template and values that wrote it. This module knows English only.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any, NewType

from policy.templates.phrases import count, date_phrase, either, read_count, read_date, read_windows, windows_phrase

Said = NewType("Said", str)
"""A text that other languages have as well: a template wrote it, or a pack brings it. mypy finds what is neither."""

NOTHING = Said("")


@dataclass(frozen=True, slots=True, eq=False)
class Parameter:
    """A kind of value within a sentence. `pattern`: its English form, as a regular expression."""

    pattern: str
    write: Callable[[Any], str] = str
    read: Callable[[str], Any] = str


@dataclass(frozen=True, slots=True, eq=False)
class OneOf(Parameter):
    """One of a few words, each translated by itself."""

    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class AnyOf(OneOf):
    """Some of a few words: `a`, `a or b`, `a, b or c`."""


def any_of(*words: str) -> AnyOf:
    """A parameter whose values are several of the words, joined by "or"."""
    one = one_of(*words).pattern
    pattern = f"(?:{one})(?:, (?:{one}))*(?: or (?:{one}))?"
    return AnyOf(pattern, either, lambda text: tuple(re.findall(one, text)), tuple(dict.fromkeys(words)))


def one_of(*words: str) -> OneOf:
    """A parameter whose value is one of the words."""
    kept = tuple(dict.fromkeys(words))
    return OneOf("|".join(map(re.escape, sorted(kept, key=len, reverse=True))), words=kept)


_UNITS = "attempt|call|contact|conversation|communication|minute|hour|day|full day|month"
AMOUNT = Parameter(
    rf"\d+ (?:{_UNITS})s?",
    lambda amount: count(*amount),
    read_count,
)
WITHIN = Parameter(  # an amount of time in which something happened
    r"in \d+ (?:hour|day)s?", lambda span: f"in {count(*span)}", lambda text: read_count(text.removeprefix("in "))
)
NUMBER = Parameter(r"\d+", str, int)
FIGURE = Parameter(r"\d{1,3}(?:,\d{3})*", lambda number: f"{number:,}", lambda text: int(text.replace(",", "")))
DATE = Parameter(r"\d{1,2} [A-Z][a-z]+ \d{4}", date_phrase, read_date)
WINDOWS = Parameter(r"\d\d:\d\d to \d\d:\d\d(?: and \d\d:\d\d to \d\d:\d\d)*", windows_phrase, read_windows)
CLOCK = Parameter(r"(?:\d{4}-\d\d-\d\d )?\d\d:\d\d")  # the time on a wall clock, today or on a date
NAME = Parameter(r"(?:(?!: ).)+")  # the same in every language: a name, a code of a place
PLACE = Parameter(r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?")  # an ISO 3166 code, shown to people as the name of the place
WRITTEN = Parameter(".+")  # what a person wrote, in whatever language
TEXT = Parameter(".+")  # a text of its own, with its own translation if it has one
REASON = Parameter(r"\w+")  # a pack's word for why one of its rules may give way
TEXTS = Parameter(".+", ", ".join, lambda text: tuple(text.split(", ")))


class Template:
    """A sentence, or a phrase within one, with named parameters."""

    __slots__ = ("_parts", "parameters", "text")

    def __init__(self, text: str, /, **parameters: Parameter) -> None:
        """`text`: English, with each parameter in braces."""
        self.text = text
        self.parameters = parameters
        self._parts = [(literal, name or "") for literal, name, _, _ in Formatter().parse(text)]

    def says(self, **values: Any) -> Said:
        """The English, with these values."""
        return Said(self.text.format(**{name: self.parameters[name].write(value) for name, value in values.items()}))

    def readings(self, english: str) -> Iterator[Mapping[str, Any]]:
        """Every set of values from which this template may have written the text."""
        for found in _matches(self._parts, self.parameters, english):
            yield {name: self.parameters[name].read(text) for name, text in found.items()}

    @property
    def fixed(self) -> int:
        """The number of characters that do not depend on the values."""
        return sum(len(literal) for literal, _ in self._parts)


def _matches(
    parts: list[tuple[str, str]], parameters: Mapping[str, Parameter], text: str
) -> Iterator[Mapping[str, str]]:
    if not parts:
        yield from () if text else ({},)
        return
    (literal, name), rest = parts[0], parts[1:]
    if not text.startswith(literal):
        return
    text = text.removeprefix(literal)
    if not name:
        yield from () if text else ({},)
        return
    for end in _ends(text, rest[0][0] if rest else ""):
        if re.fullmatch(parameters[name].pattern, text[:end]):
            for found in _matches(rest, parameters, text[end:]):
                yield {name: text[:end], **found}


def _ends(text: str, then: str) -> Iterator[int]:
    """Where a value that begins the text may end: before each occurrence of the next words, or at the end of the
    text."""
    if then:
        yield from (found.start() for found in re.finditer(re.escape(then), text))
    else:
        yield len(text)


_MADE: dict[str, Template] = {}


def template(text: str, /, **parameters: Parameter) -> Template:
    """Registers a template, so that `readings` finds it and the tests require it in every language."""
    made = _MADE[text] = Template(text, **parameters)
    return made


SENTENCE = template("{says}: {label}", says=TEXT, label=TEXT)  # with its kind of source


def phrase(text: str, /) -> Said:
    """Registers a text without parameters in the same way."""
    return template(text).says()


def templates() -> tuple[Template, ...]:
    """Every template, the one with the most fixed text first: it is the likeliest to have written a text it fits."""
    return tuple(sorted(_MADE.values(), key=lambda one: (-one.fixed, one.text)))


def readings(english: str) -> Iterator[tuple[Template, Mapping[str, Any]]]:
    """The templates that may have written a text, each with its values, the likeliest first."""
    for one in templates():
        for values in one.readings(english):
            yield one, values
