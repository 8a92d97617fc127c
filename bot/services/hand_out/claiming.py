"""Turns candidates into holdings: decides them, claims the callable ones together, and stores the verdict on the rest.

Candidates are plain rows. The contact itself is read only for a refusal, to write its cached verdict.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlmodel import Session

from bot.services.deciding import (
    COUNT_NO_OFFERS,
    Acted,
    Decided,
    as_record,
    attempts_left,
    cache_verdict,
    decide_batch,
    record_decision,
)
from bot.services.deps import Deps
from bot.services.hand_out.cards import Holding
from bot.services.hand_out.lease_terms import LEASED_FOR
from storage.hand_out import Asking, Candidate, NextUp, claims
from storage.queries import by_ids


class Taken(NamedTuple):
    """What agents got, by agent. `seen`: contacts not to be looked at again."""

    held: Mapping[int, list[Holding]]
    seen: set[int]


def take(deps: Deps, session: Session, asking: Asking, found: NextUp) -> Taken:
    """Claim as many candidates as are wanted, for the first to ask first, and store the verdict on those refused."""
    decided = []
    if found.record is not None:  # no other agent holds the person or number of a candidate: no offers count
        decided = decide_batch(deps, found.candidates, found.record, asking.at, COUNT_NO_OFFERS)
    shared, refused = _shared_out(asking, found, decided)
    wishes = [_wish(agent_id, asking, one) for agent_id, one in shared]
    claimed = claims.claim_all(session, asking, wishes)
    _keep_refusals(deps, session, refused)
    held: dict[int, list[Holding]] = {agent_id: [] for agent_id in asking.wanted}
    for agent_id, one in shared:
        lease = claimed.get(one.contact.id)
        if lease is not None:
            left = attempts_left(one.facts, deps.rulebook(), asking.at, one.house_pack)
            held[agent_id].append(Holding(lease, one.contact, one.decision.findings, left, found.record))
    return Taken(held, {one.contact.id for _, one in (*shared, *refused)})


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


def _wish(agent_id: int, asking: Asking, one: Decided[Candidate]) -> claims.Wish:
    until = one.lawful_until
    return claims.Wish(agent_id, one.contact, min(asking.at + LEASED_FOR, until), until, as_record(one))


def _keep_refusals(deps: Deps, session: Session, refused: _Shares) -> None:
    if not refused:
        return
    contacts = by_ids(session, [one.contact.id for _, one in refused])
    for agent_id, one in refused:
        decided = Decided(contacts[one.contact.id], one.facts, one.decision, one.house_pack, one.record)
        cache_verdict(deps, decided)
        record_decision(session, decided, Acted("hand_out", agent_id))
