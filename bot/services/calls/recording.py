"""Writes one statement about an attempt and all that follows from it: recording, correcting and undoing use it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlmodel import Session

from bot.services import agents
from bot.services.answers.calls import OutcomeRecorded, Withdrawn
from bot.services.answers.leads import AlertKind
from bot.services.answers.own_outcomes import Answer, OwnOutcomeView
from bot.services.answers.people import Actor, Sensitive
from bot.services.blanking import blank_about
from bot.services.calls import callback_changes, statements
from bot.services.calls.callback_changes import NewCallback
from bot.services.calls.off_list import decide_number
from bot.services.calls.standing import (
    Statement,
    agreeing,
    is_on_no_list,
    own_in_force,
    own_said,
    reaches_further,
    standing,
)
from bot.services.calls.statements import sync
from bot.services.deciding import refresh
from bot.services.deciding.decisions import Decided, closed_days, decide_contact, forbidding_findings
from bot.services.deciding.facts import COUNT_NO_OFFERS
from bot.services.deciding.refresh import tell_withdrawn
from bot.services.deps import Deps
from bot.services.errors import AlreadyGone, NotYours, OutcomeChanged
from bot.services.hand_out.hand import Press
from bot.services.notices import PUT_RIGHT_WITHIN, tell, tell_breach
from bot.services.numbers.parsing import is_erased, mask
from bot.services.own_outcomes import blanked_answers, may_be_stop, stored_answers
from bot.services.own_outcomes import find as find_own
from policy import Finding
from policy.calendar.local_time import latest_zone
from policy.vocabulary import STOPPING, AttemptState, ContactState, LeaseEnd, Outcome, Verdict
from storage.hand_out import leases
from storage.models import Agent, Attempt, Contact, Lease, OutcomeRecord, Person
from storage.queries import agents as agent_rows
from storage.queries import attempts, callbacks, contacts

UNDO_FOR = timedelta(minutes=10)
RESTORED_FOR = timedelta(minutes=30)  # at least: the lease keeps the time it had
REDIAL_WITHIN = timedelta(minutes=10, seconds=1)  # the tenth minute counts too


@dataclass(frozen=True, slots=True)
class Said:
    """A statement about an attempt."""

    # an outcome of the closed list, or an own one, which counts as one; None: it takes back what was said before
    meant: Outcome | OwnOutcomeView | None
    note: str = ""
    callback: NewCallback | None = None
    is_typed: bool = False  # with /outcome
    answers: tuple[Answer, ...] = ()
    drops_name: bool = False  # the plain outcome is meant, where an own one stands

    @property
    def outcome(self) -> Outcome | None:
        return self.meant.counts_as if isinstance(self.meant, OwnOutcomeView) else self.meant

    @property
    def own(self) -> OwnOutcomeView | None:
        return self.meant if isinstance(self.meant, OwnOutcomeView) else None

    @property
    def own_id(self) -> int | None:
        return None if self.own is None else self.own.own_id


def find(session: Session, actor: Actor, attempt_id: int, *, is_locked: bool = False) -> Attempt:
    """An attempt the actor may speak for: their own, or an agent's whom they lead. Raises AlreadyGone, NotYours."""
    # statements and holds may still refer to a locked one; it may have been read before the wait
    key_share = {"key_share": True} if is_locked else None
    attempt = session.get(Attempt, attempt_id, with_for_update=key_share, populate_existing=is_locked)
    if attempt is None or attempt.organisation_id != actor.organisation_id:
        raise AlreadyGone
    if attempt.agent_id != actor.agent_id:
        caller = session.get_one(Agent, attempt.agent_id)
        if not agents.answers_for(session, actor, caller, attempt.opened_at):
            raise NotYours(caller.name)
    return attempt


def take(press: Press, attempt_id: int) -> Attempt:
    """The same, locked: no call to its number or person can open before the transaction ends."""
    attempt = find(press.session, press.actor, attempt_id, is_locked=True)
    press.lock(refresh.Touched.about(attempt))  # a parting may just have given the attempt to another person
    return attempt


def said_of(press: Press, attempt: Attempt, *outcomes: Outcome | None) -> list[Statement]:
    """All that was said of an attempt before, oldest first.

    Where none of the outcomes, which stand or are said now, reaches further, the whole record is read: it stays true.
    """
    sharing = press.lock(refresh.Touched.about(attempt))
    if reaches_further(*outcomes) or all(one.id != attempt.contact_id for one in sharing):
        return [*attempts.statements_of(press.session, [attempt.id or 0])]
    return [*press.read(sharing).said_of(attempt)]


def write(
    deps: Deps, press: Press, attempt: Attempt, said: Said, at: datetime, against: tuple[Finding, ...] = ()
) -> OutcomeRecorded:
    """Store a statement and what then stands. `against`: what forbade the call.

    A repeated outcome changes nothing, but a new note and answers are kept, and another own outcome that counts as the
    same gives it its name. Of words, card numbers and the like are blanked first.
    """
    blanked = blank_about(said.note, attempt.number)
    answers, told = blanked_answers(said.answers, attempt.number)
    said = replace(said, note=blanked.text, answers=answers)
    recorded = _write(deps, press, attempt, said, at, against)
    return replace(recorded, blanked=tuple(kind for kind in Sensitive if kind in {*blanked.found, *told}))


def _write(
    deps: Deps, press: Press, attempt: Attempt, said: Said, at: datetime, against: tuple[Finding, ...]
) -> OutcomeRecorded:
    session, actor, is_correction = press.session, press.actor, attempt.outcome is not None
    stated = said_of(press, attempt, attempt.outcome, said.outcome)
    by_others = [one.recorded_at for one in standing(stated) if one.recorded_by != actor.agent_id]
    if attempt.outcome is not said.outcome and said.outcome not in STOPPING and any(map(deps.is_unseen, by_others)):
        raise OutcomeChanged
    is_repeat = is_correction and attempt.outcome is said.outcome and said.callback is None
    is_added = is_repeat and all(one.recorded_by != actor.agent_id for one in agreeing(stated))
    if is_repeat and not is_added:
        return _repeat(deps, press, attempt, said, at, stated)
    touched = change(press, attempt, said, at, stated)
    again = decide_again(deps, press, attempt, touched, at, reminds=not is_added)
    told = tell_withdrawn(session, again.withdrawn, at, actor.slack_user_id)
    recorded = replace(_recorded(deps, press, attempt, said, at, stated, again), withdrawn_from=told)
    if is_added:  # it now rests on their statement too
        return replace(recorded, is_repeat=True, is_added=True)
    recorded = replace(recorded, is_correction=is_correction, against=against)
    return replace(recorded, are_leads_told=_tell_leads(session, actor, attempt, recorded, at))


def _tell_leads(session: Session, actor: Actor, attempt: Attempt, recorded: OutcomeRecorded, at: datetime) -> bool:
    """Tell those who lead the caller, or the admins if nobody does. A call against the rules is told when its reader
    comes on duty. Returns whether a lead is told."""
    if not (recorded.alert_team_lead or recorded.against):
        return False
    caller = session.get_one(Agent, attempt.agent_id)
    team_id = agent_rows.team_at(session, caller, attempt.opened_at)
    if team_id is None:
        return False
    leads = agent_rows.leads_of_teams(session, [team_id])
    above = () if leads else agent_rows.admins(session, attempt.organisation_id)
    if recorded.against:
        readers = agent_rows.told_of_breaches(session, attempt.organisation_id, team_id, attempt.agent_id)
        tell_breach(session, readers, AlertKind.BROKEN, team_id, attempt.id or 0, at, at + PUT_RIGHT_WITHIN)
    others = [one for one in (*leads, *above) if one.id != actor.agent_id]
    if recorded.alert_team_lead:
        news = {"agent": caller.id, "outcome": recorded.outcome.value}
        about, call = attempt.contact_id, attempt.id
        tell(session, others, "outcome_alert", at, news, contact_id=about, attempt_id=call, lasts=None)
    return bool(leads and others)


def _repeat(
    deps: Deps, press: Press, attempt: Attempt, said: Said, at: datetime, stated: list[Statement]
) -> OutcomeRecorded:
    is_renamed, is_correction = _renames(said, attempt), attempt.own_outcome_id is not None
    is_new = said.note and said.note not in {one.note for one in stated}
    if is_renamed:
        attempt.own_outcome_id = said.own_id
    if is_renamed or is_new or (said.answers and stored_answers(said.answers) not in {one.answers for one in stated}):
        _append(press, attempt, said, at, stated)
        press.record = None
    recorded = _recorded(deps, press, attempt, said, at, stated, None)
    return replace(recorded, is_correction=is_renamed and is_correction, is_repeat=not is_renamed)


def is_another(said: Said, attempt: Attempt) -> bool:
    """Whether a statement would correct what stands: another outcome, or another own one that counts the same."""
    if attempt.outcome is None or attempt.outcome is not said.outcome:
        return attempt.outcome is not None
    return attempt.own_outcome_id is not None and said.own is not None and _renames(said, attempt)


def _renames(said: Said, attempt: Attempt) -> bool:
    """Whether the same outcome is said by another name. The plain one leaves a name, unless it is meant so."""
    return said.own_id != attempt.own_outcome_id and (said.own is not None or said.drops_name)


def change(press: Press, attempt: Attempt, said: Said, at: datetime, stated: list[Statement]) -> refresh.Touched:
    """Store a statement, add it to `stated`, and store what stands, before contacts are decided and the lease ends."""
    session, is_added = press.session, attempt.outcome is said.outcome
    new = _append(press, attempt, said, at, stated)
    if not is_added or said.own is not None:
        attempt.own_outcome_id = said.own_id
    contact = contacts.contact_of(session, attempt)
    if said.callback is not None and contact is not None:
        callback_changes.agree_callback(session, attempt, contact, said.callback, at)
    record = press.record if _is_alone(press, attempt, stated) else None
    finished = None if contact is None else contact.finished_at
    touched = sync(session, attempt, stated, press.actor.agent_id, at, is_alone=record is not None)
    if finished is not None and contact is not None and contact.finished_at is None:
        record = None  # its reminders are back
    press.record = None if record is None else record.with_call(attempt, new)
    return touched


def _is_alone(press: Press, attempt: Attempt, stated: Sequence[Statement]) -> bool:
    """Whether a statement can change only the call and its contact: the call counts for one person alone, no shared
    call counts for that person, and nobody with the same number has or had a callback."""
    record, about = press.record, contacts.contact_of(press.session, attempt)
    if record is None or about is None or about.person_id != attempt.person_id:
        return False
    if reaches_further(*(one.outcome for one in stated)):
        return False
    is_shared = any(one.attempt_id == attempt.id for one in record.sharers)
    if is_shared or any(one.person_id == attempt.person_id for one in record.shared):
        return False
    persons = {attempt.person_id, *(one.person_id for one in press.lock(refresh.Touched.about(attempt)))}
    return persons.isdisjoint(one.person_id for one in record.callbacks)


class Again(NamedTuple):
    """What follows of a statement."""

    decided: Decided[Contact] | None  # the attempt's contact, if it is among those decided again
    withdrawn: tuple[Withdrawn, ...]
    is_free: bool  # it surely is on no lease


def decide_again(
    deps: Deps,
    press: Press,
    attempt: Attempt,
    touched: refresh.Touched,
    at: datetime,
    *,
    reminds: bool = True,
    since: datetime | None = None,
) -> Again:
    """Decide again whom a statement touched, and withdraw cards it forbids. `reminds`: of the attempt's contact.

    `since`: of an undo, the first outcome after any earlier undo. A lease that ended since goes on, unless the contact
    is leased, suppressed or finished: the agent may still be on the call. None: the call's lease ends.
    """
    session, contact = press.session, contacts.contact_of(press.session, attempt)
    sharing = press.lock(touched)
    at = max(at, deps.clock())  # a wider lock may have been waited for
    record = (press.record or press.read(sharing)) if sharing else None
    lease = _end_lease(session, attempt, sharing, at) if since is None else None
    found: dict[int, Decided[Contact]] = {}
    if record is not None:
        found = refresh.redecide(deps, session, sharing, record, at, contact if reminds else None)
    if since is not None:
        lease = _take_up_again(press, attempt, sharing, since, at)
    live = () if leases.was_alone(lease, touched.numbers, touched.persons) else leases.live_on(session, *touched)
    withdrawn = refresh.withdraw_from(session, live, found, at)
    if since is not None and lease is None and withdrawn:  # the card that was in the way is gone
        _take_up_again(press, attempt, sharing, since, at)
    if contact is None:
        return Again(None, withdrawn, is_free=False)
    is_free = leases.was_alone(lease, [contact.number], [contact.person_id])
    return Again(found.get(contact.id or 0), withdrawn, is_free)


def _end_lease(session: Session, attempt: Attempt, locked: Sequence[Contact], at: datetime) -> Lease | None:
    """End the lease of a call that has an outcome now. None: it was over before."""
    lease = None if attempt.lease_id is None else session.get(Lease, attempt.lease_id)
    if lease is None or lease.ended_at is not None:
        return None
    contact = next((one for one in locked if one.id == lease.contact_id), None)
    return lease if leases.end(session, lease, at, LeaseEnd.OUTCOME, locked=contact) else None


def _take_up_again(
    press: Press, attempt: Attempt, locked: Sequence[Contact], since: datetime, at: datetime
) -> Lease | None:
    """The lease of a call without an outcome, restored. None: it stays over, as does one that ended otherwise: another
    agent may have held the contact since."""
    contact = contacts.contact_of(press.session, attempt)
    if attempt.outcome is not None or attempt.lease_id is None or contact is None or is_erased(attempt.number):
        return None
    if contact.verdict is Verdict.SUPPRESSED or contact.finished_at is not None:
        return None
    attempt.state = AttemptState.OPEN
    found = next((one for one in locked if one is contact), None)
    lease = leases.restore(press.session, attempt.lease_id, since, at + RESTORED_FOR, locked=found)
    if lease is None:
        attempt.state = AttemptState.UNREPORTED
    elif lease.agent_id == press.actor.agent_id:
        press.takes(lease, contact)
    return lease


def take_back(press: Press, attempt: Attempt, at: datetime, stated: list[Statement]) -> refresh.Touched:
    """Take back what the actor said. Where no others' statements stand, that is a statement of its own."""
    actor, stands = press.actor, standing(stated)
    if all(one.recorded_by == actor.agent_id for one in stands):
        return change(press, attempt, Said(None), at, stated)
    press.record = None
    said = attempts.statements_of(press.session, [attempt.id or 0])
    for one in standing(said):
        if one.recorded_by == actor.agent_id:
            one.taken_back_at = at
    stated[:] = said
    touched = sync(press.session, attempt, stated, actor.agent_id, at)
    attempt.own_outcome_id = own_in_force(attempt, standing(stated))
    return touched


def name_of(session: Session, attempt: Attempt) -> str:
    """The name an attempt was to; empty for a number on no list."""
    contact = contacts.contact_of(session, attempt)
    if contact is not None:
        return contact.name
    person = None if attempt.person_id is None else session.get(Person, attempt.person_id)
    return "" if person is None else person.name


def _append(press: Press, attempt: Attempt, said: Said, at: datetime, stated: list[Statement]) -> OutcomeRecord:
    new = OutcomeRecord(
        organisation_id=attempt.organisation_id,
        attempt_id=attempt.id or 0,
        outcome=said.outcome,
        recorded_at=at,
        recorded_by=press.actor.agent_id,
        note=said.note,
        own_outcome_id=said.own_id,
        own_name="" if said.own is None else said.own.name,
        answers=stored_answers(said.answers),
        is_typed=said.is_typed,
        supersedes_id=stated[-1].id if stated else None,
    )
    press.session.add(new)
    press.session.flush()
    stated.append(new)
    return new


def _recorded(
    deps: Deps, press: Press, attempt: Attempt, said: Said, at: datetime, stated: list[Statement], again: Again | None
) -> OutcomeRecorded:
    assert attempt.outcome is not None  # an undo is answered as Undone
    session, decided = press.session, again and again.decided
    contact = contacts.contact_of(session, attempt)
    if contact is None:
        decided = decide_number(deps, session, attempt, at)
    elif decided is None:
        decided = decide_contact(deps, session, contact, at, COUNT_NO_OFFERS)
    has_time = attempt.outcome is Outcome.CALLBACK_AGREED
    agreed = callbacks.agreed_in(session, attempt.id or 0) if has_time else ()
    own_id, words = attempt.own_outcome_id, (said.note, *(str(one.value) for one in said.answers))
    return OutcomeRecorded(
        attempt_id=attempt.id or 0,
        name=name_of(session, attempt),
        masked_number=mask(attempt.number),
        outcome=attempt.outcome,
        state=ContactState(decided.decision.verdict.value)
        if contact is None
        else contacts.state_of(session, contact, at, is_free=again is not None and again.is_free),
        callable_from=decided.decision.callable_from,
        because=forbidding_findings(decided.decision),
        closed_days=closed_days(deps, decided, latest_zone(decided.contact.zones.split(), at), at),
        zone=latest_zone(decided.contact.zones.split(), at),
        undo_until=stated[-1].recorded_at + UNDO_FOR,
        callback_due_at=agreed[0].due_at if agreed else None,
        alert_team_lead=attempt.outcome.meaning.alerts,
        note_may_be_stop=attempt.outcome not in STOPPING and any(map(may_be_stop, words)),
        missing=decided.decision.missing,
        has_next_number=attempt.outcome.meaning.closes_number and contact is not None and contact.number is not None,
        redial_until=_redial_until(attempt, decided),
        own=None if own_id is None else find_own(session, attempt.organisation_id, own_id),
        has_answers=bool(own_said(attempt, stated).answers),
        may_have_rung=is_on_no_list(attempt) and attempt.outcome is not Outcome.NOT_DIALLED,
        asks_about_data=statements.asks_about_data(deps.rulebook(), session, attempt, decided, at.date()),
    )


def _redial_until(attempt: Attempt, decided: Decided[Contact]) -> datetime | None:
    """Until when a cut-off call may be redialled at once, if that is what leaves the contact callable."""
    until = decided.decision.lawful_until
    is_free = attempt.outcome is Outcome.CUT_OFF and decided.is_callable and until is not None
    return until if is_free and until is not None and until <= attempt.opened_at + REDIAL_WITHIN else None
