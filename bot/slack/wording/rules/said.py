"""Rules' sentences in the reader's language: found whole among its texts, or by the template that wrote them.

The sentence comes in English, as findings, contacts and digests keep it. What neither they nor a template
knows, such as the words of an organisation's own pack, stays as it is.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

from bot.services.place_names import with_place_names
from bot.slack.wording.language import ENGLISH, speaking, spoken, translation
from bot.slack.wording.markup import shown
from bot.slack.wording.rules.values import WRITERS, either
from bot.slack.wording.say import Markup
from policy.templates import SENTENCE, TEXTS, AnyOf, OneOf, Parameter, Template, readings

_MOST_TRIES: Final = 50  # a sentence takes five; words that a person typed may fit many templates in many ways


class _Told(NamedTuple):
    text: str
    lacks: tuple[str, ...] = ()  # the English in it

    @property
    def english(self) -> tuple[int, int]:
        """How much of it is English: characters, then pieces."""
        return sum(map(len, self.lacks)), len(self.lacks)


def translated(english: str) -> str:
    """A finding's sentence, what is missing, or a text of a pack, in the current language."""
    return with_place_names(english) if spoken() == ENGLISH else _told(spoken(), english).text


def translated_line(english: str, most: int = 60) -> Markup:
    """The same as `shown`: on one line, cut to `most`, safe."""
    return shown(translated(english), most)


def said_each(english: str, between: str) -> str:
    """Each of several texts, with the same words between them."""
    return between.join(map(translated, english.split(between)))


def row_fault(reason: str) -> str:
    """Why a row of a list is at fault: reasons with semicolons between them, each perhaps after its column's
    heading."""
    whole = _under_heading(reason)
    return whole or "; ".join(_under_heading(one) or one for one in reason.split("; "))


def _under_heading(reason: str) -> str:
    """One reason in the current language; empty if some of it would stay English."""
    if spoken() == ENGLISH or not lacking(reason):
        return translated(reason)
    heading, _, why = reason.partition(": ")
    return f"{heading}: {translated(why)}" if why and not lacking(why) else ""


def lacking(english: str) -> tuple[str, ...]:
    """What of it would stay English in the current language."""
    return _told(spoken(), english).lacks


@lru_cache(maxsize=4096)
def _told(language: str, english: str) -> _Told:
    with speaking(language):
        return _Teller().tell(english)


class _Teller:
    """Tells one sentence, with the sentences inside it."""

    def __init__(self) -> None:
        self._tries = _MOST_TRIES

    def tell(self, english: str) -> _Told:
        """By the first reading that leaves nothing English; without one, by that which leaves least."""
        whole = translation(english)
        if whole is not None:
            return _Told(whole)
        best = None
        for template, values in _readings(english):
            pattern = translation(template.text)
            if pattern is None:
                continue
            if not self._tries:
                break
            self._tries -= 1
            told = self._filled(template, pattern, values)
            if not told.lacks:
                return told
            if best is None or told.english < best.english or (told.english == best.english and template is SENTENCE):
                best = told
        return best or _Told(english, (english,))

    def _filled(self, template: Template, pattern: str, values: Mapping[str, Any]) -> _Told:
        told = {name: self._value(template.parameters[name], one) for name, one in values.items()}
        lacks = tuple(text for one in told.values() for text in one.lacks)
        return _Told(pattern.format(**{name: one.text for name, one in told.items()}), lacks)

    def _value(self, parameter: Parameter, value: Any) -> _Told:
        if parameter in WRITERS:
            return _Told(WRITERS[parameter](value))
        if isinstance(parameter, AnyOf):
            words = [self.tell(one) for one in value]
            return _Told(either([one.text for one in words]), tuple(text for one in words for text in one.lacks))
        if isinstance(parameter, OneOf):
            word = translation(value)
            return _Told(value, (value,)) if word is None else _Told(word)
        if parameter is TEXTS:
            several = [self.tell(one) for one in value]
            return _Told(", ".join(one.text for one in several), tuple(text for one in several for text in one.lacks))
        return self.tell(value)


def _readings(english: str) -> Iterator[tuple[Template, Mapping[str, Any]]]:
    """A known kind of text that stands behind a rule is split off first, for nearly every sentence ends with one.

    What stands behind a rule of an organisation's own pack is split off last.
    """
    closed = list(SENTENCE.readings(english))
    yield from ((SENTENCE, values) for values in closed if translation(values["label"]) is not None)
    yield from (one for one in readings(english) if one[0] is not SENTENCE)
    yield from ((SENTENCE, values) for values in closed[-1:])
