"""Debts that count as one, such as loans serviced under one account number, merged into one before a decision.

A fact that names one debt of a group means the group. Only a consent must name each debt, or the group.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from policy.errors import FactsError
from policy.facts.types import AttemptFact, ConsentFact, DebtGroupFact, Event, Facts, NoticeFact, StopFact

Debts = tuple[str, ...]


def grouped(facts: Facts) -> Facts:
    """The facts with each grouped debt replaced by the name of its group, and without the groups.

    Raises FactsError if a debt is in two groups, or a name stands for two things.
    """
    groups = {(one.name, frozenset(one.debts)) for one in facts.events if isinstance(one, DebtGroupFact)}
    named = Counter([name for name, _ in groups] + [debt for _, debts in groups for debt in debts])
    twice = min((name for name, times in named.items() if times > 1), default=None)
    if twice is not None:
        raise FactsError(
            "events", f"{twice!r} is in two debt groups, or names one; give each group its own name and debts"
        )
    group_of = {debt: name for name, debts in groups for debt in debts}
    wholes = dict(groups)
    events = (one for one in facts.events if not isinstance(one, DebtGroupFact))
    call = replace(facts.call, debts=_as_one(facts.call.debts, group_of))
    return replace(facts, call=call, events=tuple(_renamed(one, group_of, wholes) for one in events))


def _renamed(event: Event, group_of: dict[str, str], wholes: dict[str, frozenset[str]]) -> Event:
    if isinstance(event, AttemptFact):
        return replace(
            event,
            debts_named=_as_one(event.debts_named, group_of),
            debts_discussed=_as_one(event.debts_discussed, group_of),
            debts_booked=_as_one(event.debts_booked, group_of),
            debt_booked=group_of.get(event.debt_booked, event.debt_booked),
        )
    if isinstance(event, StopFact | NoticeFact):
        return replace(event, debts=_as_one(event.debts, group_of))
    if isinstance(event, ConsentFact) and event.debts:
        parts = Counter(group_of[debt] for debt in dict.fromkeys(event.debts) if debt in group_of)
        covered = (name for name, count in parts.items() if count == len(wholes[name]))
        return replace(event, debts=(*event.debts, *covered))
    return event


def _as_one(debts: Iterable[str], group_of: dict[str, str]) -> Debts:
    return tuple(dict.fromkeys(group_of.get(debt, debt) for debt in debts))
