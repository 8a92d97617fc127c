"""What a cap counts, as a noun with its number: attempts, contacts made, conversations, texts and letters too."""

from policy.guide.phrases import either
from policy.rules import CONVERSATIONS, Counted
from policy.templates import count
from policy.vocabulary import OUTCOMES, Outcome

_DIALLED = frozenset(Outcome) - {Outcome.NOT_DIALLED}
_VOICEMAILS = frozenset({Outcome.VOICEMAIL_HEARD, Outcome.VOICEMAIL_LEFT})
_UNANSWERED = frozenset(outcome for outcome in _DIALLED - _VOICEMAILS if not OUTCOMES[outcome].is_reached)
_OTHERS = {"text": "text", "letter": "letter"}


def counted_noun(number: int, counted: Counted) -> str:
    """`3 attempts`, `1 conversation`, `3 attempts or texts`; which outcomes count is said in full by `counted_in_words`."""
    others = [count(number, noun).split(" ", 1)[1] for channel, noun in _OTHERS.items() if channel in counted.channels]
    return either((_calls(number, counted.outcomes & _DIALLED), *others))


def _calls(number: int, outcomes: frozenset[Outcome]) -> str:
    """A rule that leaves out wrong numbers alone still counts attempts."""
    if not outcomes or outcomes >= _DIALLED - {Outcome.WRONG_NUMBER}:
        return count(number, "attempt")
    if outcomes <= CONVERSATIONS:
        return count(number, "conversation")
    if all(OUTCOMES[one].is_reached for one in outcomes):
        return f"{count(number, 'contact')} made"
    if outcomes.isdisjoint(_UNANSWERED):
        return count(number, "communication")
    if all(OUTCOMES[one].is_connected for one in outcomes):
        return f"{count(number, 'call')} that {'connects' if number == 1 else 'connect'}"
    return count(number, "attempt")
