"""Parses outcomes as people type them, and spots notes that read like an opt-out."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from bot.services.answers.own_outcomes import OwnOutcomeView
from bot.services.errors import UnknownOutcome
from policy.vocabulary import STOPPING, Outcome

# Phrases that mean stop and little else. They only prompt a question to the agent; no rule reads a note.
_WHOM = r"(?:me|us|him|her|them|(?:my|our|his|her|their|the) (?:name|number|details|data))"
_FRENCH_CALL = "(?:r?appel|contact|téléphon)"  # without its ending
_FRENCH_WHOM = "(?:me |nous |le |la |les |l'|m')"
_STOP = re.compile(
    r"\b(?:stop (?:calling|ringing|phoning|contacting)"
    r"|(?:don'?t|do not|never) (?:ever )?(?:call|ring|phone|contact)"
    r"|not to be (?:called|rung|phoned|contacted)|no more calls|unsubscribe"
    rf"|(?:remove|delete|erase) {_WHOM}|take {_WHOM} off|leave {_WHOM} alone"
    r"|(?:nicht|nie) (?:mehr|wieder|noch ?mal)? ?(?:anrufen|angerufen|kontaktiert|kontaktieren)"
    r"|keine (?:weiteren )?anrufe"
    r"|(?:nummer|namen?|daten) (?:zu )?löschen"
    rf"|ne (?:(?:veut|souhaite) )?(?:plus|pas|jamais) (?:{_FRENCH_WHOM}|être )*{_FRENCH_CALL}(?:er|ée?s?)"
    rf"|n(?:e |')(?:{_FRENCH_WHOM})?{_FRENCH_CALL}ez (?:plus|pas|jamais)|plus d'appels?"
    rf"|(?:cess|arrêt)(?:er|ez) (?:les appels|de (?:{_FRENCH_WHOM})?{_FRENCH_CALL}er)"
    r"|(?:retir|supprim|effac)(?:er|ez) (?:mon|mes|son|ses|notre|leur|le|les) (?:numéro|nom|données|coordonnées))\b",
    re.IGNORECASE,
)


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
