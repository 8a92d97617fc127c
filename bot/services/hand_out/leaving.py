"""An agent leaves the organisation or a team, or works for another: their contacts go back.

Anyone may keep the callbacks of one who leaves.
"""

from datetime import datetime

from sqlmodel import Session

from bot.services.hand_out.releases import TAKEN_BACK
from policy.vocabulary import AttemptState, LeaseEnd, LeaseStage
from storage.hand_out import leases
from storage.models import Agent, Lease
from storage.queries import attempts, lists, states


def hand_back(session: Session, agent: Agent, at: datetime, *, is_gone: bool = False) -> int:
    """End the agent's leases. Returns how many contacts went back.

    A call under way stays theirs to finish; its person is not offered to others meanwhile. `is_gone`: the agent has
    left Slack and can finish nothing. The call then becomes unreported: it counts, and their team lead can record its
    outcome.
    """
    agent_id = agent.id or 0
    ended = [_end(session, lease, at, is_gone=is_gone) for lease, _ in states.held_by(session, agent_id)]
    for callback in lists.open_callbacks_of(session, agent_id):
        callback.agent_id = None
        session.add(callback)
    return sum(ended)


def return_offers(session: Session, agent_id: int, at: datetime) -> int:
    """End the leases of contacts that were only offered to an agent who changes teams. Returns how many went back."""
    held = states.held_by(session, agent_id)
    offered = [one for one, _ in held if one.stage is LeaseStage.OFFERED]
    return sum(leases.end(session, one, at, LeaseEnd.RELEASED, TAKEN_BACK) for one in offered)


def _end(session: Session, lease: Lease, at: datetime, *, is_gone: bool) -> bool:
    if lease.stage is LeaseStage.OFFERED:
        is_back = leases.end(session, lease, at, LeaseEnd.RELEASED, TAKEN_BACK)
        if is_back or lease.ended_at is not None:
            return is_back
    if not is_gone:
        return False
    attempt = attempts.of_lease(session, lease.id or 0)
    if attempt is not None and attempt.state is AttemptState.OPEN:
        attempt.state = AttemptState.UNREPORTED
    return leases.end(session, lease, at, LeaseEnd.LAPSED)
