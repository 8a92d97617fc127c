"""Rules' sentences in the reader's language: written from the template and values that wrote the English.

What a language lacks, such as the words of an organisation's own pack, stays as it is.
"""

from typing import Any

from bot.languages import ENGLISH
from bot.services.place_names import with_place_names
from bot.slack.wording.language import spoken, translation
from bot.slack.wording.markup import shown
from bot.slack.wording.rules.values import WRITERS, either
from bot.slack.wording.say import Markup
from policy.templates import IN_TURN, TEXTS, AnyOf, Parameter, Said


def translated(said: str) -> str:
    """A finding's sentence, what is missing, why a row is at fault, or a text of a pack, in the current language."""
    return with_place_names(said) if spoken() == ENGLISH else _told(said)


def translated_line(said: str, most: int = 60) -> Markup:
    """The same as `shown`: on one line, cut to `most`, safe."""
    return shown(translated(said), most)


def _told(said: str) -> str:
    if not isinstance(said, Said) or said.template is None:
        return translation(said) or said
    pattern = translation(said.template.text)
    if pattern is None:
        return said
    parameters = said.template.parameters
    return pattern.format(**{name: _value(parameters[name], one) for name, one in said.values.items()})


def _value(parameter: Parameter, value: Any) -> str:
    if parameter in WRITERS:
        return WRITERS[parameter](value)
    if isinstance(parameter, AnyOf):
        return either([*dict.fromkeys(map(_told, value))])
    if parameter in (TEXTS, IN_TURN):
        return parameter.write(map(_told, value))
    return _told(value)
