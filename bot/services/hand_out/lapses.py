"""Ends leases that ran out. An offered contact returns; an open attempt becomes unreported and still counts."""

from datetime import datetime

from sqlmodel import Session

from bot.services.deps import Deps
from bot.services.retries import retry_lost_turn
from policy.vocabulary import AttemptState
from storage.hand_out import leases
from storage.models import Lease
from storage.queries import attempts

_MOST_AT_ONCE = 500
_MOST_IN_PASSING = 50  # the share of the sweep that one request takes on


@retry_lost_turn
def lapse_due(deps: Deps) -> int:
    """End leases that ran out. Returns how many."""
    with deps.unit_of_work() as uow:
        at = deps.clock()
        leases.mend(uow.session)
        return _lapse(uow.session, at, _MOST_AT_ONCE)


def lapse_in_passing(session: Session, at: datetime) -> int:
    """End some lapsed leases in an open transaction, without waiting for a tick."""
    return _lapse(session, at, _MOST_IN_PASSING)


def lapse_if_due(session: Session, lease: Lease, at: datetime) -> None:
    """End one lease if its time is up."""
    if lease.ended_at is None and lease.leased_until <= at and leases.lapse(session, lease, at):
        _leave_unreported(session, lease)


def _lapse(session: Session, at: datetime, most: int) -> int:
    done = 0
    for lease in leases.lapsed(session, at, most):
        if leases.lapse(session, lease, at):
            _leave_unreported(session, lease)
            done += 1
    return done


def _leave_unreported(session: Session, lease: Lease) -> None:
    attempt = attempts.of_lease(session, lease.id or 0)
    if attempt is not None and attempt.state is AttemptState.OPEN:
        attempt.state = AttemptState.UNREPORTED
