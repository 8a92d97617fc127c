"""Which outcomes the cards of a campaign offer. A fact is never refused: any other may still be given by form or command."""

from collections.abc import Iterable

from policy.vocabulary import Outcome

# What a person asks for, what is wrong with the number, who needs care, and that nobody was rung: one press away, always.
ALWAYS = frozenset(
    {Outcome.DO_NOT_CALL, Outcome.WRONG_NUMBER, Outcome.COMPLAINT, Outcome.VULNERABLE, Outcome.NOT_DIALLED}
)


def offered(words: str) -> tuple[Outcome, ...]:
    """In the order of the vocabulary; all of them where a campaign names none."""
    named = set(words.split())
    return tuple(one for one in Outcome if not named or one in ALWAYS or one.value in named)


def chosen(outcomes: Iterable[Outcome]) -> str:
    """As a campaign stores its choice; empty: all."""
    wanted = set(outcomes) | ALWAYS
    return "" if wanted >= set(Outcome) else " ".join(one.value for one in Outcome if one in wanted)
