"""The keys of counts and locks, and whether an attempt shares one with the call and contact asked about.

An attempt without a value for a key may share it, so it does: an incomplete record loses no count.
"""

from collections.abc import Callable

from policy.facts.types import AttemptFact, CallFacts, ContactFacts

# Parts: organisation, principal, person, number, campaign, subject, number_kind, debt.
Key = tuple[str, ...]
Shares = Callable[[AttemptFact, CallFacts, ContactFacts], bool]


def _is_for_person(attempt: AttemptFact, _call: CallFacts, contact: ContactFacts) -> bool:
    """An attempt on the very number that names no person counts as made to the person asked about."""
    return attempt.person == contact.person or (not attempt.person and attempt.number == contact.number)


def _is_of_matter(attempt: AttemptFact, call: CallFacts, _contact: ContactFacts) -> bool:
    """Compares subjects if both sides have one, otherwise campaigns. An attempt with neither belongs to every
    matter."""
    if attempt.matter == call.matter:
        return True
    if attempt.subject and call.subject:
        return False
    return not attempt.campaign or attempt.campaign == call.campaign


# Debts are matched by each rule's own allocation: see `policy.rules.counting`.
SHARED: dict[str, Shares] = {
    "organisation": lambda one, call, _: not call.organisation or one.organisation in ("", call.organisation),
    "principal": lambda one, call, _: one.principal == call.principal,
    "person": _is_for_person,
    "number": lambda one, _, contact: one.number == contact.number,
    "number_kind": lambda one, _, contact: not contact.number_kind or one.number_kind in ("", contact.number_kind),
    "campaign": lambda one, call, _: one.campaign in ("", call.campaign),
    "subject": _is_of_matter,
}
