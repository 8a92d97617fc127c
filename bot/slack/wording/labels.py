"""Button labels, and words for states, verdicts, roles and kinds of rule."""

from typing import Final

from bot.languages import ENGLISH
from bot.services.answers.house_rules import COMMAND_LINE
from bot.services.answers.people import BreakReason
from bot.slack.wording.language import in_language, speaking
from bot.slack.wording.say import Markup, has_form, named, say, say_word, shown
from policy.vocabulary import Outcome, Status

APP: Final = "Nextcall"  # a name: the same in every language

# -- the vocabulary


def status_in_english(one: Status) -> str:
    """As packs write it."""
    with speaking(ENGLISH):
        return status(one)


def status(one: Status) -> Markup:
    return say("labels.statuses", one)


def stage(one: str) -> Markup:
    return say_word("labels.stages", one)


def label(outcome: Outcome) -> Markup:
    """An outcome on a button, with `…` if it opens a form."""
    return Markup(in_language(outcome.meaning.label))


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
