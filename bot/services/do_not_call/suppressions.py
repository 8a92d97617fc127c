"""Adds a number to do-not-call: at once, in every list and campaign of the principal it was said to; and takes that
back."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from bot.services.agents import name_of
from bot.services.answers.calls import StopTakenBack, Suppressed
from bot.services.answers.people import Actor
from bot.services.blanking import blank_about
from bot.services.calls import callback_changes, off_list
from bot.services.calls.recording import UNDO_FOR
from bot.services.calls.standing import is_in_force
from bot.services.calls.statements import Stop, suppress, withdraw
from bot.services.deciding import refresh
from bot.services.deps import Deps, retry_lost_turn
from bot.services.errors import AlreadyGone, StopOfAnother, StopStands
from bot.services.notices import tell_withdrawn
from bot.services.numbers.parsing import mask
from storage.errors import TurnLost
from storage.models import Suppression
from storage.queries import agents, compliance, contacts, setup

TAKEN_BACK = "taken back by whoever recorded it"


@retry_lost_turn
def add(deps: Deps, actor: Actor, number: str, reason: str = "") -> Suppressed:
    """Stop calls to the number, and to its person if exactly one is known. Raises BadNumber. A repeat changes nothing.

    It binds the principal that the actor's team calls for and that of the actor's waiting calls to the number; if there
    are several, the whole organisation. It is recorded even if others stopped the number already.
    """
    with deps.unit_of_work() as uow:
        session = uow.session
        _let_one_at_a_time(session, actor)
        parsed = off_list.number_said(session, actor, number)
        reason, blanked = blank_about(reason, parsed)
        person_id, principal = off_list.person_at(session, actor, parsed), off_list.principal_of(session, actor, parsed)
        stop = Stop(actor.organisation_id, parsed, person_id, principal, reason, *_who_is(actor))
        touched = touched_by(stop.organisation_id, [stop])
        # Locks the contacts: a call being opened is open before this moment, or it sees the stop.
        closed = contacts.contacts_sharing(session, *touched, for_update=True)
        # Whoever has the number now must be stopped, and an erased number under its hash.
        is_erased = off_list.number_said(session, actor, number) != parsed
        if is_erased or off_list.person_at(session, actor, parsed) != stop.person_id:
            raise TurnLost("the number became another person's meanwhile, or was erased")
        at = deps.clock()
        found = compliance.suppressions_on(session, *touched)
        was_stopped, is_repeat = is_already_stopped(found, stop, at), is_said(found, stop, at)
        cancelled = 0 if is_repeat else suppress(session, stop, at)
        said = () if is_repeat else compliance.suppressions_on(session, stop.organisation_id, touched.numbers, ())
        withdrawn_from = tell_withdrawn(session, refresh.redecide_touched(deps, session, touched, at), at)
    return Suppressed(
        masked_number=mask(parsed),
        is_repeat=is_repeat,
        principal=stop.principal,
        contacts=len(closed),
        callbacks_cancelled=cancelled,
        withdrawn_from=withdrawn_from,
        was_stopped=was_stopped and not is_repeat,
        blanked=blanked,
        stop_id=next((one.id or 0 for one in said if one.since == at and _who(one) == _who_is(actor)), 0),
    )


@retry_lost_turn
def take_back(deps: Deps, actor: Actor, stop_id: int) -> StopTakenBack:
    """Take back the actor's own stop, recorded outside any call, within ten minutes, and reopen the callbacks it
    cancelled.

    What others recorded stands. Raises AlreadyGone, StopOfAnother, StopStands. A repeat changes nothing.
    """
    with deps.unit_of_work() as uow:
        session = uow.session
        _let_one_at_a_time(session, actor)
        said = compliance.suppressions_said_with(session, actor.organisation_id, stop_id)
        if not said:
            raise AlreadyGone
        if _who(said[0]) != _who_is(actor):
            raise StopOfAnother(name_of(session, said[0].recorded_by))
        [number] = {one.number for one in said if one.number}
        persons = frozenset(one.person_id for one in said if one.person_id is not None)
        touched = refresh.Touched(actor.organisation_id, frozenset({number}), persons)
        reached = contacts.contacts_sharing(session, *touched, for_update=True)
        said = compliance.suppressions_said_with(session, actor.organisation_id, stop_id)  # an admin may have ended it
        at, since = deps.clock(), said[0].since
        is_repeat = all(one.withdrawn_at is not None for one in said)
        if not is_repeat and at - since > UNDO_FOR:
            raise StopStands
        if not is_repeat:
            withdraw(said, TAKEN_BACK, at)
        changed = callback_changes.sync(session, *touched, at)
        found = compliance.suppressions_on(session, *touched)
        tell_withdrawn(session, refresh.redecide_touched(deps, session, touched, at), at)
    return StopTakenBack(
        masked_number=mask(number),
        is_repeat=is_repeat,
        is_still_stopped=any(is_in_force(one, at) for one in found),
        contacts=len(reached),
        callbacks_reopened=len(changed.reopened),
    )


def _who_is(actor: Actor) -> tuple[int | None, str]:
    return (actor.agent_id, "") if actor.is_known else (None, actor.slack_user_id)


def _who(said: Suppression) -> tuple[int | None, str]:
    return said.recorded_by, said.told_by


def _let_one_at_a_time(session: Session, actor: Actor) -> None:
    """Serialise the actor's requests: the same request delivered twice at once is recorded once."""
    if actor.is_known:
        agents.let_one_at_a_time(session, actor.agent_id)
    else:
        setup.let_one_at_a_time(session, actor.organisation_id)


class Found:
    """Stops on many numbers and persons, by what they bind."""

    def __init__(self, rows: Iterable[Suppression]) -> None:
        self._by_number: dict[str, list[Suppression]] = defaultdict(list)
        self._by_person: dict[int | None, list[Suppression]] = defaultdict(list)
        for row in rows:
            if row.person_id is None:
                self._by_number[row.number].append(row)
            else:
                self._by_person[row.person_id].append(row)

    def on(self, stop: Stop) -> list[Suppression]:
        """The stops on the number or person of `stop`."""
        of_person = [] if stop.person_id is None else self._by_person.get(stop.person_id, [])
        return [*self._by_number.get(stop.number, []), *of_person]


def touched_by(organisation_id: int, stops: Iterable[Stop]) -> refresh.Touched:
    """The numbers and persons whose contacts the stops reach."""
    bound = list(stops)
    persons = frozenset(one.person_id for one in bound if one.person_id is not None)
    return refresh.Touched(organisation_id, frozenset(one.number for one in bound), persons)


def is_said(found: Iterable[Suppression], stop: Stop, at: datetime) -> bool:
    """Whether the same person recorded the same stop, outside any call, in these words or with more, and without an
    end."""
    told = (stop.by, stop.told_by, None, None)
    theirs = [one for one in found if (one.recorded_by, one.told_by, one.attempt_id, one.until) == told]
    return is_already_stopped([one for one in theirs if stop.note in ("", one.note)], stop, at)


def is_already_stopped(found: Iterable[Suppression], stop: Stop, at: datetime) -> bool:
    """Whether all that this stop binds is already bound."""
    live = [one for one in found if is_in_force(one, at) and one.principal in ("", stop.principal)]
    has_number = any(one.number == stop.number and one.person_id is None for one in live)
    has_person = any(one.person_id == stop.person_id and not one.number for one in live)
    return has_number and (stop.person_id is None or has_person)
