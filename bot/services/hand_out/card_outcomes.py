"""Which outcomes a campaign's cards offer. Any other can still be recorded by form or command."""

from collections.abc import Iterable

from policy.vocabulary import HOLDING, STOPPING, WRONG_PERSON, Outcome

# Always one press away: requests, wrong numbers, people who need care, and a call that was not made.
ALWAYS = frozenset({*STOPPING, *HOLDING, *WRONG_PERSON, Outcome.NOT_DIALLED})


def offered_outcomes(words: str) -> tuple[Outcome, ...]:
    """The outcomes to offer, in the vocabulary's order; all if the campaign names none."""
    named = set(words.split())
    return tuple(one for one in Outcome if not named or one in ALWAYS or one.value in named)


def stored_choice(outcomes: Iterable[Outcome]) -> str:
    """The choice as a campaign stores it; empty: all."""
    wanted = set(outcomes) | ALWAYS
    return "" if wanted >= set(Outcome) else " ".join(one.value for one in Outcome if one in wanted)
