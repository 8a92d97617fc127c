"""Turns contacts into holdings: claims the callable ones, and stores the verdict on the rest."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlmodel import Session

from bot.services.deciding import (
    COUNT_NO_OFFERS,
    Acted,
    Decided,
    as_record,
    attempts_left,
    cache_verdict,
    callback_spans,
    decide_batch,
    record_decision,
)
from bot.services.deps import Deps
from bot.services.hand_out.cards import Holding
from bot.services.hand_out.lease_terms import LEASED_FOR, AnyLease
from policy import Finding
from storage.hand_out import claims
from storage.hand_out.ready import Asking, NextUp
from storage.hand_out.search import Candidate
from storage.models import Contact
from storage.queries.contacts import by_ids


class Taken(NamedTuple):
    """What agents got, by agent. `seen`: contacts not to be looked at again."""

    held: Mapping[int, list[Holding]]
    seen: set[int]


def claim_candidates(deps: Deps, session: Session, asking: Asking, found: NextUp) -> Taken:
    """Claim as many candidates as are wanted, for the first to ask first, and store the verdict on those refused.

    Candidates are plain rows. The contact itself is read only for a refusal, to write its cached verdict.
    """
    decided = []
    if found.record is not None:  # no other agent holds the person or number of a candidate: no offers count
        decided = decide_batch(deps, found.candidates, found.record, asking.at, COUNT_NO_OFFERS)
    shared, refused = _shared_out(asking, found, decided)
    claimed = claims.claim_all(session, [wish_for(agent_id, one) for agent_id, one in shared])
    contacts = by_ids(session, [one.contact.id for _, one in refused]) if refused else {}
    for agent_id, one in refused:
        kept = Decided(contacts[one.contact.id], one.facts, one.decision, one.house_pack, one.record)
        keep_refusal(deps, session, kept, agent_id)
    held: dict[int, list[Holding]] = {agent_id: [] for agent_id in asking.wanted}
    for agent_id, one in shared:
        if (lease := claimed.get(one.contact.id)) is not None:
            held[agent_id].append(holding_of(deps, lease, one))
    return Taken(held, {one.contact.id for _, one in (*shared, *refused)})


def wish_for(agent_id: int, decided: Decided[Any], callback_id: int | None = None) -> claims.Wish:
    """The claim of a callable contact, from the moment of its decision."""
    until = decided.lawful_until
    leased_until = min(decided.decision.at + LEASED_FOR, until)
    return claims.Wish(agent_id, decided.contact, leased_until, until, as_record(decided), callback_id)


def holding_of(deps: Deps, lease: AnyLease, decided: Decided[Any]) -> Holding:
    """An offered lease with the decision that allows it."""
    left = attempts_left(decided.facts, deps.rulebook(), decided.decision.at, decided.house_pack)
    return Holding(lease, decided.contact, decided.decision.findings, decided.record, left)


def holding_called(deps: Deps, lease: AnyLease, now: Decided[Any], allowed_by: tuple[Finding, ...]) -> Holding:
    """A lease whose contact is being called, with the findings that allowed it. `now`: decided with the call on
    record."""
    if now.contact.number is None:
        return Holding(lease, now.contact, allowed_by, now.record, None)
    left = attempts_left(now.facts, deps.rulebook(), now.decision.at, now.house_pack)
    opened_at = next((one.opened_at for one in now.record.attempts if one.lease_id == lease.id), None)
    spans = callback_spans(deps, now, lease.number, opened_at)
    return Holding(lease, now.contact, allowed_by, now.record, left, spans)


def keep_refusal(
    deps: Deps, session: Session, decided: Decided[Contact], agent_id: int, lease_id: int | None = None
) -> None:
    """Store the decision that keeps a contact from an agent, and cache its verdict. `lease_id`: the lease it ends."""
    cache_verdict(deps, decided)
    record_decision(session, decided, Acted("hand_out", agent_id, lease_id))


_Shares = list[tuple[int, Decided[Candidate]]]  # each with its agent; for a refusal, the agent who would have got it


def _shared_out(asking: Asking, found: NextUp, decided: Sequence[Decided[Candidate]]) -> tuple[_Shares, _Shares]:
    """Split candidates into those to claim and those refused; drop callable ones beyond what is wanted."""
    places = iter([agent_id for agent_id in found.ready for _ in range(asking.wanted[agent_id])])
    shared, refused, turn = _Shares(), _Shares(), next(places, None)
    for one in decided:
        if not one.is_callable:
            refused.append((found.ready[-1] if turn is None else turn, one))
        elif turn is not None:
            shared.append((turn, one))
            turn = next(places, None)
    return shared, refused
