"""Rules' sentences in the reader's language: found whole in its catalogue, or by the template that wrote them.

The sentence comes in English, as findings, contacts and digests keep it. What neither the catalogue nor a template knows,
such as the words of an organisation's own pack, stays as it is.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from bot.slack.wording.language import ENGLISH, speaking, spoken, translation
from bot.slack.wording.markup import Markup, shown
from bot.slack.wording.rules.values import WRITERS
from policy.templates import SENTENCE, TEXTS, OneOf, Parameter, Template, readings


class _Told(NamedTuple):
    text: str
    lacks: tuple[str, ...] = ()  # the English in it


def said(english: str) -> str:
    """A finding's sentence, what is missing, or a text of a pack, in the current language."""
    return english if spoken() == ENGLISH else _told(spoken(), english).text


def told(english: str, most: int = 60) -> Markup:
    """The same as `shown`: on one line, cut to `most`, safe."""
    return shown(said(english), most)


def lacking(english: str) -> tuple[str, ...]:
    """What of it would stay English in the current language."""
    return _told(spoken(), english).lacks


@lru_cache(maxsize=4096)
def _told(language: str, english: str) -> _Told:
    """By the first reading that leaves nothing English; without one, by that which leaves least.

    The kind of text that stands behind a rule is split off first: nearly every sentence ends with it.
    """
    with speaking(language):
        whole = translation(english)
        if whole is not None:
            return _Told(whole)
        best = None
        for template, values in sorted(readings(english), key=lambda one: one[0] is not SENTENCE):
            pattern = translation(template.text)
            if pattern is None:
                continue
            told = _filled(language, template, pattern, values)
            if not told.lacks:
                return told
            best = min(best or told, told, key=lambda one: (len(one.lacks), sum(map(len, one.lacks))))
    return best or _Told(english, (english,))


def _filled(language: str, template: Template, pattern: str, values: Mapping[str, Any]) -> _Told:
    told = {name: _value(language, template.parameters[name], one) for name, one in values.items()}
    lacks = tuple(text for one in told.values() for text in one.lacks)
    return _Told(pattern.format(**{name: one.text for name, one in told.items()}), lacks)


def _value(language: str, parameter: Parameter, value: Any) -> _Told:
    if parameter in WRITERS:
        return _Told(WRITERS[parameter](value))
    if isinstance(parameter, OneOf):
        word = translation(value)
        return _Told(value, (value,)) if word is None else _Told(word)
    if parameter is TEXTS:
        several = [_told(language, one) for one in value]
        return _Told(", ".join(one.text for one in several), tuple(text for one in several for text in one.lacks))
    return _told(language, value)
