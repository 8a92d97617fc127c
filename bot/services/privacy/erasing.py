"""Erases people at their request: names, numbers, references and words go from every table, in one transaction.

A number is replaced by its keyed hash in every row, the same everywhere: limits, stops, the audit and `explain` go on
counting the same calls, and a list that brings the number back meets its stop. A number that other people have too
stays theirs; only the erased person's own rows lose it. Backups, files and messages in Slack are out of reach.
"""

import logging
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.services.agents import require
from bot.services.answers.calls import Withdrawn
from bot.services.answers.people import Actor
from bot.services.answers.privacy import Erased
from bot.services.calls import statements
from bot.services.calls.standing import CANCELLED, is_in_force
from bot.services.calls.statements import Stop, suppress
from bot.services.deciding.refresh import tell_withdrawn
from bot.services.deps import Deps, retry_lost_turn
from bot.services.erased_numbers import Hashes
from bot.services.errors import CallInProgress
from bot.services.names import PARTED_KEY, REFERENCE, fold_name
from bot.services.numbers.parsing import is_erased
from bot.services.privacy import emptying
from bot.services.privacy.emptying import Found
from bot.services.privacy.subjects import Meant, find_chosen
from policy.vocabulary import LeaseEnd, LeaseStage, Role, SuppressionSource
from storage import models
from storage.hand_out import leases
from storage.queries import contacts, messages, reminders, setup
from storage.subject import erased_keys
from storage.subject.subject_rows import rows_of

ERASED = "erased"  # why a contact is finished, and why a card was withdrawn
_log = logging.getLogger("nextcall.privacy")


def plan(deps: Deps, actor: Actor, number: str, which: Sequence[str] = ()) -> Erased:
    """What `erase` would remove and keep; changes nothing. Raises what `erase` raises."""
    require(actor, Role.ADMIN)
    with deps.unit_of_work(is_read_only=True) as uow:
        meant = find_chosen(uow.session, actor, number, which)
        found = rows_of(uow.session, meant.scope)
        _refuse_during_a_call(uow.session, found)
        at = deps.clock()
        return emptying.counted(uow.session, meant, found, at, _proofs(deps, found, at))


@retry_lost_turn
def erase(deps: Deps, actor: Actor, number: str, which: Sequence[str] = (), *, with_stop: bool = False) -> Erased:
    """Erase the people at a number whom `which` names (see `subjects.chosen`). A repeat finds nothing more to remove.

    `with_stop`: first record that they asked not to be called, by anyone of the organisation. Raises RoleNeeded for all
    but admins, BadNumber, NumberNotKnown, NobodyChosen, CallInProgress.
    """
    require(actor, Role.ADMIN)
    with deps.unit_of_work() as uow:
        session = uow.session
        setup.let_one_at_a_time(session, actor.organisation_id)
        erased_keys.let_no_import_write(session, actor.organisation_id)
        meant = find_chosen(session, actor, number, which)
        # Locked: no card is handed out and no call opens before the rows are without the number.
        contacts.contacts_sharing(session, meant.organisation_id, meant.own, meant.ids, for_update=True)
        at = deps.clock()
        if with_stop:
            _stop(session, meant, actor, at)
        found = rows_of(session, meant.scope)
        _refuse_during_a_call(session, found)
        proofs = _proofs(deps, found, at)
        done = emptying.counted(session, meant, found, at, proofs, is_stop_added=with_stop)
        tell_withdrawn(session, _end(session, found, at), at)
        organisation = session.get_one(models.Organisation, meant.organisation_id)
        organisation.erasure_key = organisation.erasure_key or secrets.token_hex(32)
        session.add(organisation)
        session.flush()
        hashes = Hashes(bytes.fromhex(organisation.erasure_key))
        counts: dict[str, Any] = {name: getattr(done, name) for name in ("people", "numbers", "rows", "stops")}
        ours = meant.organisation_id
        erasure = models.Erasure(organisation_id=ours, at=at, erased_by=actor.slack_user_id, **counts)
        session.add(erasure)
        session.flush()
        _bind_numbers(session, meant, found, at)
        _leave_hashes(session, meant, found, hashes, erasure.id or 0)
        emptying.empty(session, meant, hashes, proofs)
    _log.info("event=erased by=%s people=%d numbers=%d", actor.slack_user_id or "cli", done.people, done.numbers)
    return done


def forget_hashes(deps: Deps, organisation_id: int, before: datetime) -> int:
    """Delete the hashes of erasures before a moment that keep no stop: no rule counts calls that old any more."""
    with deps.unit_of_work(is_read_only=True) as uow:
        if not erased_keys.key_of(uow.session, organisation_id):
            return 0
    with deps.unit_of_work() as uow:
        return erased_keys.forget_unneeded(uow.session, organisation_id, before)


def _proofs(deps: Deps, found: Found, at: datetime) -> frozenset[int]:
    return emptying.kept(
        deps.rulebook(), found[models.Consent], found[models.Contact], found[models.Attempt], at.date()
    )


def _refuse_during_a_call(session: Session, found: Found) -> None:
    calling = [one for one in found[models.Lease] if one.ended_at is None and one.stage is LeaseStage.CALLING]
    if calling:
        raise CallInProgress(session.get_one(models.Agent, calling[0].agent_id).name)


def _stop(session: Session, meant: Meant, actor: Actor, at: datetime) -> None:
    """Stop each person and each of their own numbers, for every principal."""
    by = actor.agent_id if actor.is_known else None
    told_by = "" if actor.is_known else actor.slack_user_id
    for number in sorted(meant.own):
        suppress(session, Stop(meant.organisation_id, number, None, "", by=by, told_by=told_by), at)
    session.add_all(
        models.Suppression(
            organisation_id=meant.organisation_id,
            person_id=person_id,
            source=SuppressionSource.REQUEST,
            since=at,
            recorded_by=by,
            told_by=told_by,
        )
        for person_id in sorted(meant.ids)
    )
    session.flush()


def _end(session: Session, found: Found, at: datetime) -> list[Withdrawn]:
    """Finish the contacts; withdraw their cards, callbacks and reminders. The notice to the agent names nobody."""
    gone = [
        Withdrawn(lease.agent_id, session.get_one(models.Agent, lease.agent_id).slack_user_id, None, ERASED)
        for lease in found[models.Lease]
        if lease.ended_at is None and leases.end(session, lease, at, LeaseEnd.WITHDRAWN)
    ]
    ended = statements.finish_erased(session, found[models.Contact], ERASED, at)
    for callback in ended:
        callback.told_of = CANCELLED  # no message: it would name them
    messages.close(session, [one.id or 0 for one in found[models.Message]], at, "over")
    reminders.close_all(session, [one.id or 0 for one in found[models.Contact]], at, "finished")
    for contact in found[models.Contact]:
        contact.callable_from = contact.callable_until = None
    return gone


def _leave_hashes(session: Session, meant: Meant, found: Found, hashes: Hashes, erasure_id: int) -> None:
    """Leave the hashes by which a later list is recognised: numbers, references, and names at shared numbers."""
    left: dict[str, tuple[str, int | None]] = {}
    for number in meant.own:
        if not is_erased(number):
            left[hashes.of_number(number)] = (erased_keys.NUMBER, None)
    for person in meant.people:
        if person.key.startswith(REFERENCE) and PARTED_KEY not in person.key:  # another has the reference too
            left[hashes.of_reference(person.key)] = (erased_keys.REFERENCE, person.id)
    names = {person.id: fold_name(person.name) for person in meant.people if person.name}
    for row in found[models.PersonNumber]:
        if row.person_id in names and row.number not in meant.own and not is_erased(row.number):
            left[hashes.of_name(names[row.person_id], row.number)] = (erased_keys.NAME, row.person_id)
    there = {one.hashed for one in erased_keys.erased_among(session, meant.organisation_id, left)}
    session.add_all(
        models.ErasedKey(
            organisation_id=meant.organisation_id, erasure_id=erasure_id, kind=kind, hashed=hashed, person_id=person_id
        )
        for hashed, (kind, person_id) in left.items()
        if hashed not in there
    )


def _bind_numbers(session: Session, meant: Meant, found: Found, at: datetime) -> None:
    """A stop on a person alone binds their own numbers too: these are all by which a list will know them.

    From now on: it forbade no earlier call to somebody else there. Nor is it another request of whoever typed it.
    """
    live = [one for one in found[models.Suppression] if is_in_force(one, at)]
    for stop in [one for one in live if one.person_id is not None]:
        for number in sorted(meant.own):
            if not any(one.number == number and one.principal in ("", stop.principal) for one in live):
                kept = stop.model_dump(exclude={"id", "person_id"}) | {"number": number, "since": at}
                if stop.attempt_id is None:
                    kept |= {"recorded_by": None, "told_by": ""}
                live.append(models.Suppression(**kept))
                session.add(live[-1])
    session.flush()
