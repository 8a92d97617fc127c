"""Add a number to do-not-call: at once, in every list and campaign of the principal it was said to."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from bot.services import effects, off_list, redecide
from bot.services.again import again_if_lost
from bot.services.deps import Deps
from bot.services.numbers import mask, parse_number
from bot.services.results import Suppressed, Who
from bot.services.telling import tell_withdrawn
from storage.models import Suppression
from storage.queries import compliance, contacts


@again_if_lost
def add(deps: Deps, who: Who, number: str, reason: str = "") -> Suppressed:
    """Stop calls to the number, and to its person where exactly one is known. BadNumber. Said twice, nothing changes.

    It binds the principal the agent's team calls for; with several, and so no way to know, the whole organisation.
    """
    with deps.unit_of_work() as uow:
        at = deps.clock()
        session = uow.session
        parsed = parse_number(number, off_list.country_of(session, who))
        person_id = off_list.person_at(session, who, parsed)
        stop = effects.Stop(who.organisation_id, parsed, person_id, off_list.principal_of(session, who), reason)
        is_repeat = _is_bound(session, stop, at)
        cancelled = 0 if is_repeat else effects.suppress(session, stop, who.agent_id, at, None)
        touched = redecide.Touched(
            who.organisation_id, frozenset({parsed}), frozenset() if person_id is None else frozenset({person_id})
        )
        withdrawn = redecide.after_event(deps, session, touched, at)
        closed = len(contacts.sharing(session, who.organisation_id, touched.numbers, touched.persons))
    withdrawn_from = tell_withdrawn(deps, withdrawn)
    return Suppressed(mask(parsed), is_repeat, stop.principal, closed, cancelled, withdrawn_from)


def _is_bound(session: Session, stop: effects.Stop, at: datetime) -> bool:
    persons = [] if stop.person_id is None else [stop.person_id]
    return stands(compliance.suppressions_on(session, stop.organisation_id, [stop.number], persons), stop, at)


def stands(found: Iterable[Suppression], stop: effects.Stop, at: datetime) -> bool:
    """Whether everything this stop would bind is bound already by what was found."""
    live = [one for one in found if is_in_force(one, at) and one.principal in ("", stop.principal)]
    has_number = any(one.number == stop.number and one.person_id is None for one in live)
    has_person = any(one.person_id == stop.person_id and not one.number for one in live)
    return has_number and (stop.person_id is None or has_person)


def is_in_force(row: Suppression, at: datetime) -> bool:
    return row.withdrawn_at is None and (row.until is None or row.until > at)
