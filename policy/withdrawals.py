"""Consents taken back: which withdrawals on record mean this call, which consents they end, and when each was said.

A consent that says of itself that it was withdrawn is a withdrawal too. Several may be on record; each stands.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from policy.facts import ConsentFact, WithdrawalFact

if TYPE_CHECKING:
    from policy.case import Case


def ended_at(case: "Case", consent: ConsentFact) -> datetime | None:
    """When a consent was taken back: by its own word or by a withdrawal after it, whichever is first."""
    said = [
        one.at for one in case.every(WithdrawalFact) if one.at >= consent.at and _takes_back(case, one, consent.kind)
    ]
    return min([*said, *([consent.withdrawn_at] if consent.withdrawn_at is not None else [])], default=None)


def said_at(case: "Case", kinds: frozenset[str]) -> list[datetime]:
    """When consents of the kinds were taken back from this caller, in the order of the record; one to come as well."""
    said = [one.at for one in case.every(WithdrawalFact) if any(_takes_back(case, one, kind) for kind in kinds)]
    said += [
        one.withdrawn_at
        for one in case.every(ConsentFact)
        if one.withdrawn_at is not None and one.kind in kinds and _is_ours(case, one)
    ]
    return said


def _takes_back(case: "Case", withdrawal: WithdrawalFact, kind: str) -> bool:
    return (
        withdrawal.kind in ("calls", kind)
        and withdrawal.principal in ("", case.call.principal)
        and _concerns(case, withdrawal)
    )


def _concerns(case: "Case", withdrawal: WithdrawalFact) -> bool:
    """Each of person and number that is named is meant; with neither, the contact asked about."""
    contact = case.contact
    if not withdrawal.person and not withdrawal.number:
        return True
    return withdrawal.person == contact.person or withdrawal.number == contact.number


def _is_ours(case: "Case", consent: ConsentFact) -> bool:
    return consent.principal in ("", case.call.principal) and consent.number in ("", case.contact.number)
