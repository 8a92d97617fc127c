"""Withdrawals of consents: which on record concern this call, which consents they end, and when each was made.

A consent that records its own withdrawal counts as a withdrawal too. Several may be on record; each counts.
"""

from datetime import datetime

from policy.facts.prepared import Prepared
from policy.facts.types import ConsentFact, WithdrawalFact


def ended_at(prepared: Prepared, consent: ConsentFact) -> datetime | None:
    """When a consent was withdrawn: in itself or by a later withdrawal, whichever is first."""
    withdrawals = prepared.others.get(WithdrawalFact, ())
    said = [one.at for one in withdrawals if one.at >= consent.at and _takes_back(prepared, one, consent.kind)]
    return min([*said, *([consent.withdrawn_at] if consent.withdrawn_at is not None else [])], default=None)


def said_at(prepared: Prepared, kinds: frozenset[str]) -> list[datetime]:
    """When consents of the kinds were withdrawn from this caller, in the order of the record; future ones included."""
    withdrawals = prepared.others.get(WithdrawalFact, ())
    said = [one.at for one in withdrawals if any(_takes_back(prepared, one, kind) for kind in kinds)]
    said += [
        one.withdrawn_at
        for one in prepared.others.get(ConsentFact, ())
        if one.withdrawn_at is not None and one.kind in kinds and _is_ours(prepared, one)
    ]
    return said


def _takes_back(prepared: Prepared, withdrawal: WithdrawalFact, kind: str) -> bool:
    return (
        withdrawal.kind in ("calls", kind)
        and withdrawal.principal in ("", prepared.facts.call.principal)
        and _concerns(prepared, withdrawal)
    )


def _concerns(prepared: Prepared, withdrawal: WithdrawalFact) -> bool:
    """Whether a withdrawal concerns the contact: the person or number it names; if it names neither, the one asked
    about."""
    contact = prepared.facts.contact
    if not withdrawal.person and not withdrawal.number:
        return True
    return withdrawal.person == contact.person or withdrawal.number == contact.number


def _is_ours(prepared: Prepared, consent: ConsentFact) -> bool:
    return consent.principal in ("", prepared.facts.call.principal) and consent.number in (
        "",
        prepared.facts.contact.number,
    )
