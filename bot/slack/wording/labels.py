"""Button labels, and words for states, verdicts, roles and kinds of rule."""

from typing import Final

from bot.languages import ENGLISH
from bot.slack.wording.language import in_language, speaking
from bot.slack.wording.say import Markup, say, say_word
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
