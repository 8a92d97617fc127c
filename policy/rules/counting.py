"""Which attempts a rule counts, and on what key: the number, the person, a debt, a campaign, a subject; and what
that is as a noun with its number: attempts, contacts, conversations, texts and letters."""

from collections.abc import Sequence
from dataclasses import dataclass

from policy.facts.fields import WORDS
from policy.facts.prepared import Dial
from policy.facts.types import AttemptFact, Key
from policy.rules.case import Case
from policy.rules.pack_table import Fields
from policy.templates.sentence import AMOUNT, TEXT, Amount, Said, one_of, template
from policy.vocabulary import WRONG_PERSON, Got, Outcome

KEY_PARTS = ("organisation", "principal", "person", "number", "number_kind", "debt", "campaign", "subject")
DIRECTIONS = WORDS[AttemptFact, "direction"]
CHANNELS = WORDS[AttemptFact, "channel"]
MESSAGES = tuple(one for one in WORDS[AttemptFact, "message"] if one)
CONVERSATIONS = frozenset(one for one in Outcome if one.meaning.got is Got.TALK)
REDIAL_FOR = 600  # a redial may start up to and including the tenth minute, measured from second to second
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


@dataclass(frozen=True, slots=True)
class Counted:
    """A filter of attempts. An unreported attempt may have ended in any way, so it matches every outcome."""

    directions: frozenset[str] = frozenset({"out"})
    channels: frozenset[str] = frozenset({"voice"})
    outcomes: frozenset[Outcome] = frozenset()  # empty: any
    messages: frozenset[str] = frozenset()  # empty: any
    not_messages: frozenset[str] = frozenset()

    def meets(self, attempt: AttemptFact) -> bool:
        return (
            attempt.direction in self.directions
            and attempt.channel in self.channels
            and (not self.outcomes or attempt.outcome is None or attempt.outcome in self.outcomes)
            and (not self.messages or attempt.message in self.messages)
            and attempt.message not in self.not_messages
        )

    def meets_surely(self, attempt: AttemptFact) -> bool:
        """Like matching, for attempts to leave out of a count: an unreported one is not left out."""
        return self.meets(attempt) and (not self.outcomes or attempt.outcome is not None)


ALL_DIALS = Counted()


def read_keys(fields: Fields) -> tuple[Key, ...]:
    """`keys = [["principal", "number"], ["principal", "person"]]`: the rule holds for each of them."""
    keys: list[Key] = []
    raw = fields.table.get("keys", [])
    for item in raw if isinstance(raw, list) else []:
        if isinstance(item, list) and item and all(part in KEY_PARTS for part in item):
            keys.append(tuple(item))
        else:
            fields.fault("keys", f"must hold lists of {', '.join(KEY_PARTS)}, not {item!r}")
    if not raw:
        fields.fault("keys", "is missing or empty; it is a list of lists of key parts")
    fields.note_read("keys")
    return tuple(keys)


def read_counted(fields: Fields | None) -> Counted:
    """`counts = { outcomes = [...], connected = true, direction = [...], channel = [...] }`; absent: every call out."""
    if fields is None:
        return ALL_DIALS
    outcomes = set(fields.choices("outcomes", Outcome) or Outcome)
    outcomes -= fields.choices("not_outcomes", Outcome)
    if (connected := fields.maybe_flag("connected")) is not None:
        outcomes = {one for one in outcomes if (one.meaning.got >= Got.LINE) == connected}
    if (reached := fields.maybe_flag("reached")) is not None:
        outcomes = {one for one in outcomes if (one.meaning.got >= Got.PERSON) == reached}
    counted = Counted(
        directions=frozenset(fields.words("direction", DIRECTIONS, ("out",))),
        channels=frozenset(fields.words("channel", CHANNELS, ("voice",))),
        outcomes=frozenset() if outcomes == set(Outcome) else frozenset(outcomes),
        messages=frozenset(fields.words("message", MESSAGES)),
        not_messages=frozenset(fields.words("not_message", MESSAGES)),
    )
    fields.done()
    return counted


def counted_dials(case: Case, key: Key, counted: Counted) -> Sequence[Dial]:
    """The attempts under one key that count, oldest first. Debts are ignored."""
    if counted is ALL_DIALS:
        return case.prepared.calls_of(key)
    memo = (key, counted)
    found = case.prepared.kept.get(memo)
    if found is None:
        found = case.prepared.kept[memo] = [dial for dial in case.prepared.dials_of(key) if counted.meets(dial[1])]
    return found


def by_debt(
    case: Case, key: Key, dials: Sequence[Dial], allocation: str, *, by_choice: bool
) -> list[tuple[str, Sequence[Dial]]]:
    """The attempts under one key that count to each debt of the call; all of them together, if the key is of no debt.

    A call about no known debt is matched by every attempt.
    """
    if "debt" not in key or not case.call.debts:
        return [("", dials)]
    return [
        (debt, [dial for dial in dials if costs(dial[1], debt, allocation, by_choice=by_choice)])
        for debt in case.call.debts
    ]


def costs(attempt: AttemptFact, debt: str, allocation: str, *, by_choice: bool) -> bool:
    """Whether an attempt counts to a debt.

    all_named: to each debt it was about. discussed: to each discussed, otherwise to each named. Otherwise to those the
    caller booked it to; to every debt if the record does not say: the strict reading. `by_choice`: an attempt that
    could name no debt to the person (no answer, or a message of limited content) counts where the caller books it.
    """
    talked, meant = attempt.debts_discussed, attempt.debts_named
    if by_choice and attempt.message == "limited_content":
        talked, meant = (), ()
    elif by_choice and not _may_name(attempt):
        meant = ()
    named = talked if talked and allocation == "discussed" else talked + meant
    if named:
        return debt in named
    if attempt.debts_booked and debt in attempt.debts_booked:
        return True
    return debt == attempt.debt_booked or not (attempt.debt_booked or attempt.debts_booked)


def _may_name(attempt: AttemptFact) -> bool:
    """Whether the attempt led to a conversation or message, and so could name a debt to the person."""
    outcome = attempt.outcome
    return outcome is None or outcome.meaning.got >= Got.PERSON or outcome is Outcome.VOICEMAIL_LEFT


def is_talk(attempt: AttemptFact) -> bool:
    """Whether an attempt was a conversation, or may have been one because it is unreported.

    A call that was cut off was one only if debts were discussed.
    """
    if attempt.outcome is Outcome.CUT_OFF:
        return bool(attempt.debts_discussed)
    return attempt.outcome is None or attempt.outcome in CONVERSATIONS


def free_redial_until(case: Case, dials: Sequence[Dial]) -> tuple[Dial, int] | None:
    """The latest attempt, if it was cut off and its one redial is still allowed, and the first moment that is too late.

    The redial must be to the same person and number; a call that was itself such a redial allows no other.
    """
    if not dials or dials[-1][1].outcome is not Outcome.CUT_OFF:
        return None
    last = dials[-1]
    is_ours = last[1].person == case.contact.person and last[1].number == case.contact.number
    too_late = last[0] + REDIAL_FOR + 1
    before = dials[-2] if len(dials) > 1 else None
    if before is not None:
        is_redial = before[1].outcome is Outcome.CUT_OFF and last[0] <= before[0] + REDIAL_FOR
        if is_redial or before[1].at == last[1].at:
            return None
    return (last, too_late) if is_ours and too_late > case.now else None


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
