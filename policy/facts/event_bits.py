"""What is on record, as bits: one for each kind of event and for each outcome, so that rules with nothing to say sleep."""

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any

from policy.facts.types import (
    AttemptFact,
    BasisFact,
    CallbackFact,
    ConsentFact,
    DebtGroupFact,
    HoldFact,
    NoticeFact,
    OverrideFact,
    PersonalHoursFact,
    RelationshipFact,
    RequestFact,
    ScreeningFact,
    StopFact,
    WithdrawalFact,
)
from policy.vocabulary import Outcome

# The instant that makes an event known, by its field; events dated by whole days are known whenever they are given.
KNOWN_BY: dict[type, tuple[Callable[[Any], Any], str]] = {
    kind: (attrgetter(field), f"events: {kind.__name__}.{field}")
    for kind, field in {
        StopFact: "at",
        HoldFact: "at",
        CallbackFact: "asked_at",
        RequestFact: "at",
        PersonalHoursFact: "at",
        ConsentFact: "at",
        WithdrawalFact: "at",
        BasisFact: "at",
        ScreeningFact: "obtained_at",
        OverrideFact: "at",
    }.items()
}
_KINDS = (AttemptFact, RelationshipFact, NoticeFact, DebtGroupFact, *KNOWN_BY)
FACT_BITS: dict[type, int] = {kind: 1 << place for place, kind in enumerate(_KINDS)}
OUTCOME_BITS: dict[Outcome | None, int] = {
    outcome: 1 << place for place, outcome in enumerate([None, *Outcome], len(_KINDS))
}
# What an attempt sets: that there is one, and how it ended; None: nobody has said.
ATTEMPT_BITS = {outcome: bit | FACT_BITS[AttemptFact] for outcome, bit in OUTCOME_BITS.items()}
LISTED = 1 << len(_KINDS) + len(OUTCOME_BITS)  # a screening that found an entry
# A consent of a kind that no rule need look at twice: see `is_whole`.
WHOLE_CONSENT = {kind: LISTED << place for place, kind in enumerate(("calls", "hours", "written"), 1)}
WITHDRAWN = LISTED << len(WHOLE_CONSENT) + 1  # a consent that was withdrawn, or is to be
# What one person said or did, or is bound by: where it names another than the one asked about, it says nothing of this call.
_PERSONAL = {HoldFact, RequestFact, PersonalHoursFact, BasisFact, RelationshipFact}
# Of every other kind of event: its bit, whether it is personal, and what makes it known.
NOTED: dict[type, tuple[int, bool, Callable[[Any], Any] | None, str]] = {
    kind: (FACT_BITS[kind], kind in _PERSONAL, *KNOWN_BY.get(kind, (None, "")))
    for kind in _KINDS
    if kind is not AttemptFact
}


def is_whole(consent: ConsentFact, principal: str, number: str) -> bool:
    """Whether a consent binds its kind of ground wherever the rule itself sets no end: proved, the caller's own, without
    end or condition."""
    return (
        consent.principal == principal
        and consent.is_proved
        and consent.is_express
        and not consent.is_third_party
        and not consent.from_creditor
        and (not consent.number or consent.number == number)
        and consent.starts_at is None
        and consent.ends_at is None
        and consent.withdrawn_at is None
        and not consent.debts
        and not consent.days
        and consent.only_on is None
        and consent.open_from is None
        and consent.open_until is None
    )


def fact_bits(kinds: Iterable[type]) -> int:
    """The bits of several kinds of events together."""
    return sum(FACT_BITS[kind] for kind in set(kinds))


def outcome_bits(outcomes: Iterable[Outcome | None]) -> int:
    """The bits of several outcomes together; None stands for an attempt nobody has reported."""
    return sum(OUTCOME_BITS[outcome] for outcome in set(outcomes))
