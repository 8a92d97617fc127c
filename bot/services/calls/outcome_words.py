"""Parses outcomes as people type them, and spots notes that read like an opt-out."""

import re
from collections.abc import Mapping, Sequence
from itertools import chain
from types import MappingProxyType

from bot.languages import in_every_language
from bot.services.answers.own_outcomes import OwnOutcomeView
from bot.services.errors import UnknownOutcome
from policy.vocabulary import STOPPING, Outcome

# Phrases that mean stop and little else. They only prompt a question to the agent; no rule reads a note.
_STOP = re.compile(rf"\b(?:{'|'.join(chain.from_iterable(in_every_language('opt_outs')))})\b", re.IGNORECASE)


def parse_outcome(text: str, labels: Mapping[Outcome, str] = MappingProxyType({})) -> Outcome:
    """Parse an outcome's word or label, or its unambiguous beginning; ignores case. Raises UnknownOutcome.

    `labels`: the outcomes' names in the actor's language, accepted besides English.
    """
    asked = _folded(text)
    spoken = [
        (_folded(name), outcome)
        for outcome in Outcome
        for name in (outcome.value, outcome.meaning.label, labels.get(outcome, outcome.meaning.label))
    ]
    exact = {outcome for name, outcome in spoken if name == asked}
    fitting = exact or {outcome for name, outcome in spoken if asked and name.startswith(asked)}
    if len(fitting) != 1:
        raise UnknownOutcome(text.strip(), tuple(outcome.value for outcome in Outcome if outcome in fitting))
    return fitting.pop()


def parse_said(
    text: str, known: Sequence[OwnOutcomeView], labels: Mapping[Outcome, str] = MappingProxyType({})
) -> Outcome | OwnOutcomeView:
    """Parse what `parse_outcome` does, or an own outcome's name or unambiguous beginning. Raises UnknownOutcome.

    A stop comes first, however an own outcome is named: it must not be lost, and words after it are its note unless
    they are a whole name. Then whole names, then the closed list: what an agent has typed until now goes on meaning the
    same.
    """
    asked, in_use = _folded(text), [one for one in known if not one.is_retired]
    named = [one for one in in_use if _folded(one.name) == asked]
    try:
        closed = parse_outcome(text, labels)
        return named[0] if named and closed not in STOPPING else closed
    except UnknownOutcome as refusal:
        if named:
            return named[0]
        begun = [one for one in in_use if asked and _folded(one.name).startswith(asked)]
        if refusal.candidates or not begun or _begins_with_stop(asked, labels):
            raise
        if len(begun) > 1:
            raise UnknownOutcome(refusal.asked, (), tuple(one.name for one in begun)) from None
        return begun[0]


def _begins_with_stop(asked: str, labels: Mapping[Outcome, str]) -> bool:
    names = (name for stop in STOPPING for name in (stop.value, stop.meaning.label, labels.get(stop, "")))
    return any(asked.startswith(f"{_folded(name)} ") for name in names if name)


def may_be_stop(note: str) -> bool:
    """Whether a note reads like a request not to be called again."""
    return _STOP.search(note.replace("\u2019", "'")) is not None


def _folded(text: str) -> str:
    return " ".join(re.sub(r"[\W_]+", " ", text.casefold()).split())
