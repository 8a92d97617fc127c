"""What a contact keeps of its last decision is that decision still: whatever changes it, changes the contact with it.

Except a court's order: another program writes it, and changes no contact. A contact that was decided by a clock that
ran ahead is not looked at.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, exists, or_, select

from bot.services.deciding.decisions import decide_contacts, rules_key
from bot.services.deciding.facts import COUNT_NO_OFFERS
from bot.services.deps import Deps
from policy.vocabulary import SuppressionSource
from storage.models import Contact, Suppression
from storage.record import stored
from tests.simulation.centre import Centre
from tests.simulation.oracle.violation import Violation

_BY_COURT = col(Suppression.source) == SuppressionSource.COURT


def hold(centre: Centre) -> None:
    """Decide anew every contact whose kept window is open or not yet open.

    Raises Violation for one that the rules forbid though its window is open, or allow though it is not.
    """
    deps, at = centre.bots[0].deps, centre.now
    with deps.unit_of_work(is_read_only=True) as uow:
        kept = _kept(deps, uow.session, at)
        for decided in decide_contacts(deps, uow.session, kept, at, COUNT_NO_OFFERS):
            one, now = decided.contact, decided.decision
            is_open = one.callable_from is not None and one.callable_from <= at
            if is_open is not decided.is_callable:
                why = "; ".join(f"{finding.rule}: {finding.says}" for finding in now.findings)
                said = f"{one.verdict} since {one.decided_at}, from {one.callable_from} until {one.callable_until}"
                raise Violation("window does not hold", f"contact {one.id} is {now.verdict} ({why}), and keeps: {said}")


def _kept(deps: Deps, session: Session, at: datetime) -> Sequence[Contact]:
    """Contacts that keep what no end of a window has made old."""
    return session.exec(
        select(Contact).where(
            col(Contact.finished_at).is_(None),
            or_(col(Contact.callable_until).is_(None), col(Contact.callable_until) > at),
            col(Contact.decided_at) <= at,
            _are_reached(deps, session),
            ~exists().where(_BY_COURT, col(Suppression.number) == col(Contact.number)),
        )
    ).all()


def _are_reached(deps: Deps, session: Session) -> ColumnElement[bool]:
    """SQL: the rules in force decided the contact last, or their walk found that it need not change."""
    are_theirs, walk = col(Contact.decided_by) == rules_key(deps), stored.newest_walk(session)
    if walk is None or (walk.rulebook, walk.house_pack) != (deps.rulebook().version, deps.house_choice):
        return are_theirs
    return or_(are_theirs, col(Contact.id) <= walk.last_contact_id)
