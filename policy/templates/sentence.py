"""What rules say, as templates with parameters: English is written from them, and read back to the same parameters.

A finding is stored, counted and compared as its English sentence. Whoever tells it in another language finds with
`readings` which template wrote it, and from what: no language but English is known here.
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
    """A kind of value within a sentence. `pattern`: its English, as a regular expression."""

    pattern: str
    write: Callable[[Any], str] = str
    read: Callable[[str], Any] = str


@dataclass(frozen=True, slots=True, eq=False)
class OneOf(Parameter):
    """One of a few words, each of which is translated on its own."""

    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class AnyOf(OneOf):
    """Some of a few words: `a`, `a or b`, `a, b or c`."""


def any_of(*words: str) -> AnyOf:
    one = one_of(*words).pattern
    pattern = f"(?:{one})(?:, (?:{one}))*(?: or (?:{one}))?"
    return AnyOf(pattern, either, lambda text: tuple(re.findall(one, text)), tuple(dict.fromkeys(words)))


def one_of(*words: str) -> OneOf:
    """In the order given, each once."""
    kept = tuple(dict.fromkeys(words))
    return OneOf("|".join(map(re.escape, sorted(kept, key=len, reverse=True))), words=kept)


_UNITS = "attempt|call|contact|conversation|communication|minute|hour|day|full day|month"
AMOUNT = Parameter(
    rf"\d+ (?:{_UNITS})s?",
    lambda amount: count(*amount),
    read_count,
)
WITHIN = Parameter(  # an amount of time, as the span that something happened in
    r"in \d+ (?:hour|day)s?", lambda span: f"in {count(*span)}", lambda text: read_count(text.removeprefix("in "))
)
NUMBER = Parameter(r"\d+", str, int)
DATE = Parameter(r"\d{1,2} [A-Z][a-z]+ \d{4}", date_phrase, read_date)
WINDOWS = Parameter(r"\d\d:\d\d to \d\d:\d\d(?: and \d\d:\d\d to \d\d:\d\d)*", windows_phrase, read_windows)
CLOCK = Parameter(r"(?:\d{4}-\d\d-\d\d )?\d\d:\d\d")  # the time on a wall, of today or of a date
NAME = Parameter(r"(?:(?!: ).)+")  # the same in every language: a name, a code of a place
PLACE = Parameter(r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?")  # an ISO 3166 code, which people read as the name of the place
TEXT = Parameter(".+")  # itself something that is said: it has its own translation, if any
REASON = Parameter(r"\w+")  # the word of a pack for why one of its rules may give way
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
        """How many characters are the same whatever the values."""
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
    """Where a value that begins the text may end: before each place where the words after it stand, or with the text."""
    if then:
        yield from (found.start() for found in re.finditer(re.escape(then), text))
    else:
        yield len(text)


_MADE: dict[str, Template] = {}


def template(text: str, /, **parameters: Parameter) -> Template:
    """A template that `readings` knows from now on, and that the tests want in every language."""
    made = _MADE[text] = Template(text, **parameters)
    return made


SENTENCE = template("{says}: {label}", says=TEXT, label=TEXT)  # of a rule: closed by what kind of text stands behind it


def phrase(text: str, /) -> Said:
    """A text without parameters, known in the same way."""
    return template(text).says()


def templates() -> tuple[Template, ...]:
    """Every template, the wordiest first: it is the likeliest to have written what it fits."""
    return tuple(sorted(_MADE.values(), key=lambda one: (-one.fixed, one.text)))


def readings(english: str) -> Iterator[tuple[Template, Mapping[str, Any]]]:
    """The templates that may have written a text, each with its values, the likeliest first."""
    for one in templates():
        for values in one.readings(english):
            yield one, values
