"""What is on record, as bits: one for each kind of event and each outcome. Rules without a matching bit are not
asked."""

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any

from policy.facts import types
from policy.vocabulary import Outcome

# The field that says from when an event is known. Events dated by whole days are always known.
KNOWN_BY: dict[type, tuple[Callable[[Any], Any], str]] = {
    kind: (attrgetter(field), f"events: {kind.__name__}.{field}")
    for kind, field in {
        types.StopFact: "at",
        types.HoldFact: "at",
        types.CallbackFact: "asked_at",
        types.RequestFact: "at",
        types.PersonalHoursFact: "at",
        types.ConsentFact: "at",
        types.WithdrawalFact: "at",
        types.BasisFact: "at",
        types.ScreeningFact: "obtained_at",
        types.OverrideFact: "at",
    }.items()
}
_KINDS = (types.AttemptFact, types.RelationshipFact, types.NoticeFact, types.DebtGroupFact, *KNOWN_BY)
FACT_BITS: dict[type, int] = {kind: 1 << place for place, kind in enumerate(_KINDS)}
OUTCOME_BITS: dict[Outcome | None, int] = {
    outcome: 1 << place for place, outcome in enumerate([None, *Outcome], len(_KINDS))
}
# The bits an attempt sets: that there is one, and its outcome (None: unreported).
ATTEMPT_BITS = {outcome: bit | FACT_BITS[types.AttemptFact] for outcome, bit in OUTCOME_BITS.items()}
LISTED = 1 << len(_KINDS) + len(OUTCOME_BITS)  # a screening that found an entry
# A consent without conditions, by kind: see `is_whole`.
WHOLE_CONSENT = {kind: LISTED << place for place, kind in enumerate(("calls", "hours", "written"), 1)}
WITHDRAWN = LISTED << len(WHOLE_CONSENT) + 1  # a consent that was withdrawn, or will be
# What one person said, did or is bound by: an event that names another person says nothing about this call.
_PERSONAL = {types.HoldFact, types.RequestFact, types.PersonalHoursFact, types.BasisFact, types.RelationshipFact}
# For every other kind of event: its bit, whether it is personal, and from when it is known.
NOTED: dict[type, tuple[int, bool, Callable[[Any], Any] | None, str]] = {
    kind: (FACT_BITS[kind], kind in _PERSONAL, *KNOWN_BY.get(kind, (None, "")))
    for kind in _KINDS
    if kind is not types.AttemptFact
}


def is_whole(consent: types.ConsentFact, principal: str, number: str) -> bool:
    """Whether a consent satisfies every ground of its kind, unless the rule sets a limit of its own: proved, given to
    this caller, without end or condition.
    """
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
    """The bits of several outcomes together; None stands for an unreported attempt."""
    return sum(OUTCOME_BITS[outcome] for outcome in set(outcomes))
