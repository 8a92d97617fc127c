"""Turns candidates into holdings: decides them, claims the callable ones together, and stores the verdict on the rest.

Candidates are plain rows. The contact itself is read only for a refusal, to write its cached verdict.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlmodel import Session

from bot.services.deciding import (
    COUNT_NO_OFFERS,
    OPEN_ENDED,
    Acted,
    Decided,
    attempts_left,
    cache_verdict,
    decide_facts,
    facts_of,
    findings_as_json,
    record_decision,
)
from bot.services.deps import Deps
from bot.services.hand_out.cards import Holding
from bot.services.hand_out.lease_terms import LEASED_FOR
from policy import Decision, Prepared
from policy.facts import facts_to_json
from policy.vocabulary import Verdict
from storage.hand_out import Asking, Candidate, NextUp, claims
from storage.queries import by_ids


class Weighed(NamedTuple):
    """A candidate and the decision on it."""

    contact: Candidate
    facts: Prepared
    decision: Decision
    house_pack: str

    @property
    def is_callable(self) -> bool:
        return self.decision.verdict is Verdict.CALLABLE


class Taken(NamedTuple):
    """What agents got, by agent. `seen`: contacts not to be looked at again."""

    held: Mapping[int, list[Holding]]
    seen: set[int]


def take(deps: Deps, session: Session, asking: Asking, found: NextUp) -> Taken:
    """Claim as many candidates as are wanted, for the first to ask first, and store the verdict on those refused."""
    shared, refused = _shared_out(asking, found, _weighed(deps, asking, found))
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


_Shares = list[tuple[int, Weighed]]  # each with its agent; for a refusal, the agent who would have got it


def _shared_out(asking: Asking, found: NextUp, weighed: Sequence[Weighed]) -> tuple[_Shares, _Shares]:
    """Split candidates into those to claim and those refused; drop callable ones beyond what is wanted."""
    places = iter([agent_id for agent_id in found.ready for _ in range(asking.wanted[agent_id])])
    shared, refused, turn = _Shares(), _Shares(), next(places, None)
    for one in weighed:
        if not one.is_callable:
            refused.append((found.ready[-1] if turn is None else turn, one))
        elif turn is not None:
            shared.append((turn, one))
            turn = next(places, None)
    return shared, refused


def _weighed(deps: Deps, asking: Asking, found: NextUp) -> list[Weighed]:
    if found.record is None:
        return []
        # No other agent holds the person or number of a candidate.
    facts = facts_of(found.candidates, found.record, asking.at, COUNT_NO_OFFERS)
    packs = {one.id: one.house_pack or deps.house_pack for one in found.record.campaigns.values()}
    weighed = []
    for contact, own in zip(found.candidates, facts, strict=True):
        pack, prepared = packs[contact.campaign_id], Prepared(own)
        weighed.append(Weighed(contact, prepared, decide_facts(deps, prepared, asking.at, pack), pack))
    return weighed


def _wish(agent_id: int, asking: Asking, one: Weighed) -> claims.Wish:
    decision = one.decision
    lawful_until = decision.lawful_until or decision.at + OPEN_ENDED
    record = {
        "campaign_id": one.contact.campaign_id,
        "verdict": decision.verdict.value,
        "callable_from": decision.callable_from,
        "lawful_until": decision.lawful_until,
        "rulebook": decision.rulebook,
        "house_pack": one.house_pack,
        "findings": findings_as_json(decision),
        "facts": facts_to_json(one.facts.facts),
    }
    return claims.Wish(agent_id, one.contact, min(asking.at + LEASED_FOR, lawful_until), lawful_until, record)


def _keep_refusals(deps: Deps, session: Session, refused: _Shares) -> None:
    if not refused:
        return
    contacts = by_ids(session, [one.contact.id for _, one in refused])
    for agent_id, one in refused:
        decided = Decided(contacts[one.contact.id], one.facts.facts, one.decision, one.house_pack)
        cache_verdict(deps, decided)
        record_decision(session, decided, Acted("hand_out", agent_id))
