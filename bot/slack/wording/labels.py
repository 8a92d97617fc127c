"""Button labels, words for states, verdicts, roles and kinds of rule, and rules' sentences in the reader's language:
written from the template and values that wrote the English.

What a language lacks, such as the words of an organisation's own pack, stays as it is.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from bot.languages import ENGLISH
from bot.services.answers.house_rules import COMMAND_LINE
from bot.services.answers.people import BreakReason
from bot.services.numbers.places import place_name, with_place_names
from bot.slack.wording.language import figure, speaking, spoken, translation
from bot.slack.wording.say import Markup, full_date, has_form, named, say, say_word, shown
from policy.templates import sentence
from policy.vocabulary import Outcome, Status

APP: Final = "Nextcall"  # a name: the same in every language


def status_in_english(one: Status) -> str:
    """As packs write it."""
    with speaking(ENGLISH):
        return say("labels.statuses", one)


def label(outcome: Outcome) -> Markup:
    """An outcome on a button, with `…` if it opens a form."""
    return Markup(translation(outcome.meaning.label) or outcome.meaning.label)


def outcome_name(outcome: Outcome) -> Markup:
    """An outcome within a sentence."""
    return Markup(label(outcome).rstrip("…"))


def said_outcome(outcome: Outcome, own_name: str = "") -> Markup:
    """An outcome within a sentence, as it was said: an own one with the one as which it counts."""
    name = outcome_name(outcome)
    return Markup(f"{shown(own_name)} ({name})" if own_name else name)


def person(name: str) -> Markup:
    """A name; words for the command line."""
    return say("labels.command_line") if name == COMMAND_LINE else named(name)


def break_reason(reason: str) -> Markup:
    """A BreakReason word. A team lead who paused themselves said why in their own words, or not at all."""
    word = reason or BreakReason.OTHER.value
    return say("preferences.break_reason", word) if has_form("preferences.break_reason", word) else shown(reason, 200)


def either(words: Sequence[str]) -> Markup:
    """`a`, `a or b`, `a, b or c`."""
    if len(words) < 2:
        return Markup("".join(words))
    return say("values.either", words=Markup(", ".join(words[:-1])), last=Markup(words[-1]))


def windows(several: sentence.Clocks) -> Markup:
    """`09:00 to 13:00 and 14:00 to 18:00`."""
    said = ""
    for start, end in several:
        span = say(
            "values.windows", opens=Markup(sentence.clock_phrase(start)), closes=Markup(sentence.clock_phrase(end))
        )
        said = say("values.windows_joined", windows=Markup(said), window=span) if said else span
    return Markup(said)


def place(code: str) -> Markup:
    """`Jersey`."""
    return Markup(place_name(code, spoken()))


WRITERS: Final[Mapping[sentence.Parameter, Callable[[Any], str]]] = {
    sentence.AMOUNT: lambda one: say("values.amount", one.unit, count=one.number),
    sentence.WITHIN: lambda span: say("values.within", span.unit, count=span.number),
    sentence.NUMBER: figure,
    sentence.FIGURE: figure,
    sentence.DATE: full_date,
    sentence.WINDOWS: windows,
    sentence.CLOCK: str,
    sentence.NAME: str,
    sentence.WRITTEN: str,
    sentence.PLACE: place,
    sentence.REASON: partial(say_word, "lead_work.reasons"),
}


def translated(said: str) -> str:
    """A finding's sentence, what is missing, why a row is at fault, or a text of a pack, in the current language."""
    return with_place_names(said) if spoken() == ENGLISH else _told(said)


def translated_line(said: str, most: int = 60) -> Markup:
    """The same as `shown`: on one line, cut to `most`, safe."""
    return shown(translated(said), most)


def _told(said: str) -> str:
    if not isinstance(said, sentence.Said) or said.template is None:
        return translation(said) or said
    pattern = translation(said.template.text)
    if pattern is None:
        return said
    parameters = said.template.parameters
    return pattern.format(**{name: _value(parameters[name], one) for name, one in said.values.items()})


def _value(parameter: sentence.Parameter, value: Any) -> str:
    if parameter in WRITERS:
        return WRITERS[parameter](value)
    if isinstance(parameter, sentence.AnyOf):
        return either([*dict.fromkeys(map(_told, value))])
    if parameter in (sentence.TEXTS, sentence.IN_TURN):
        return parameter.write(map(_told, value))
    return _told(value)
