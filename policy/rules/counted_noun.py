"""What a cap counts, as a noun with its number: attempts, contacts, conversations, texts and letters."""

from policy.rules.counting import CONVERSATIONS, Counted
from policy.templates.phrases import Amount
from policy.templates.sentence import AMOUNT, TEXT, Said, one_of, template
from policy.vocabulary import WRONG_PERSON, Got, Outcome

DIALLED = frozenset(Outcome) - {Outcome.NOT_DIALLED}
_UNANSWERED = frozenset(outcome for outcome in DIALLED if outcome.meaning.got < Got.VOICEMAIL)
_OTHERS = {"text": "text", "letter": "letter"}
_OTHER = one_of("text", "texts", "letter", "letters")
_PLAIN = template("{amount}", amount=AMOUNT)
_MADE = template("{contacts} made", contacts=AMOUNT)
_CONNECTS = template("{call} that connects", call=AMOUNT)
_CONNECT = template("{calls} that connect", calls=AMOUNT)
_OR = template("{calls} or {others}", calls=TEXT, others=_OTHER)
_OR_EITHER = template("{calls}, {others} or {more}", calls=TEXT, others=_OTHER, more=_OTHER)


def counted_noun(number: int, counted: Counted) -> Said:
    """`3 attempts`, `1 conversation`, `3 attempts or texts`. `counted_in_words` says in full which outcomes count."""
    calls = _calls(number, counted.outcomes & DIALLED)
    others = [noun if number == 1 else f"{noun}s" for channel, noun in _OTHERS.items() if channel in counted.channels]
    if len(others) == 2:
        return _OR_EITHER.says(calls=calls, others=others[0], more=others[1])
    return _OR.says(calls=calls, others=others[0]) if others else calls


def _calls(number: int, outcomes: frozenset[Outcome]) -> Said:
    """Whether the rule counts attempts; it still does if it leaves out only wrong numbers."""
    if not outcomes or outcomes >= DIALLED.difference(WRONG_PERSON):
        return _PLAIN.says(amount=Amount(number, "attempt"))
    if outcomes <= CONVERSATIONS:
        return _PLAIN.says(amount=Amount(number, "conversation"))
    if all(one.meaning.got >= Got.PERSON for one in outcomes):
        return _MADE.says(contacts=Amount(number, "contact"))
    if outcomes.isdisjoint(_UNANSWERED):
        return _PLAIN.says(amount=Amount(number, "communication"))
    if all(one.meaning.got >= Got.LINE for one in outcomes):
        calls = Amount(number, "call")
        return _CONNECTS.says(call=calls) if number == 1 else _CONNECT.says(calls=calls)
    return _PLAIN.says(amount=Amount(number, "attempt"))
