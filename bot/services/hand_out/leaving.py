"""An agent leaves the organisation or a team, or works for another: their contacts go back.

Anyone may keep the callbacks of one who leaves.
"""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session

from bot.services.answers.calls import Withdrawn
from bot.services.hand_out.releases import NOT_THEIRS, TAKEN_BACK
from policy.vocabulary import AttemptState, LeaseEnd, LeaseStage
from storage.hand_out import leases, rights
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
    let_anyone_call_back(session, agent_id)
    return sum(ended)


def let_anyone_call_back(session: Session, agent_id: int) -> None:
    """Let anyone keep the callbacks that the agent promised."""
    for callback in lists.open_callbacks_of(session, agent_id):
        callback.agent_id = None
        session.add(callback)


def return_offers(session: Session, agent_id: int, at: datetime) -> int:
    """End the leases of contacts that were only offered to an agent who changes teams. Returns how many went back."""
    held = states.held_by(session, agent_id)
    offered = [one for one, _ in held if one.stage is LeaseStage.OFFERED]
    return sum(leases.end(session, one, at, LeaseEnd.RELEASED, TAKEN_BACK) for one in offered)


def take_away(
    session: Session, organisation_id: int, at: datetime, other_client: Collection[int] = ()
) -> tuple[Withdrawn, ...]:
    """End the leases of offered contacts that their agents may not call any more. Returns whom to tell after the
    commit.

    For the transaction that takes the right away: a change of team, role or activity, of a campaign, its teams or its
    client (`other_client`: the campaigns), or the pause of a list. A call under way stays theirs to finish. A claim
    that is not committed yet is not seen here: Call asks again.
    """
    session.flush()
    gone = [
        Withdrawn(agent.slack_user_id, contact.name, NOT_THEIRS)
        for lease, contact, agent in rights.without_right(session, organisation_id, other_client)
        if leases.end(session, lease, at, LeaseEnd.RELEASED, NOT_THEIRS) and agent.is_active
    ]
    return tuple(gone)


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
