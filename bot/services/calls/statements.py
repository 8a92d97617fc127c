"""Stops and holds, each kept as one person's statement, and what ends them. All apply together.

What then stands is written into the columns that keep it: a call's outcome, stops and holds, finished contacts and
closed numbers. Only what differs is written; callbacks follow.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from bot.services.agents import answers_for, as_actor
from bot.services.answers.people import Actor
from bot.services.calls import callback_changes, standing
from bot.services.calls.standing import Leads, Said
from bot.services.deciding.decisions import Decided
from bot.services.deciding.refresh import Touched
from bot.services.numbers.parsing import is_erased
from policy import Rulebook, duties
from policy.calendar.local_time import date_in
from policy.templates.sentence import DATE, template
from policy.vocabulary import DATA_COMPLAINT, HOLDING, STOPPING, AttemptState, Outcome, SuppressionSource
from storage.models import (
    Agent,
    Attempt,
    Callback,
    Contact,
    ContactList,
    Hold,
    PersonNumber,
    ReopenedNumber,
    Suppression,
)
from storage.queries import attempts, callbacks, compliance, contacts, lists, reminders


@dataclass(frozen=True, slots=True)
class Stop:
    """A request to stop: what it binds, and who recorded it. Empty principal: the whole organisation."""

    organisation_id: int
    number: str
    person_id: int | None
    principal: str
    note: str = ""
    by: int | None = None  # an agent
    told_by: str = ""  # the Slack user id, if they are not enrolled


def suppress(session: Session, stop: Stop, at: datetime) -> int:
    """Stop the number and the person, each on its own, and cancel their callbacks. Returns how many were cancelled."""
    session.add_all(suppressions(stop, at))
    persons = [] if stop.person_id is None else [stop.person_id]
    return len(callback_changes.sync(session, stop.organisation_id, [stop.number], persons, at).ended)


def suppressions(
    stop: Stop, at: datetime, attempt: Attempt | None = None, sharers: Sequence[int] = ()
) -> Iterable[Suppression]:
    """The statements that stop the number and each person. `sharers`: others whom the call may have reached."""
    persons = [*([] if stop.person_id is None else [stop.person_id]), *sharers]
    bound: list[tuple[str, int | None]] = [(stop.number, None), *(("", one) for one in persons)]
    for number, person_id in bound:
        yield Suppression(
            organisation_id=stop.organisation_id,
            number=number,
            person_id=person_id,
            principal=stop.principal,
            source=SuppressionSource.REQUEST,
            note=stop.note,
            since=at,
            recorded_by=stop.by,
            told_by=stop.told_by,
            attempt_id=None if attempt is None else attempt.id,
        )


def withdraw(stops: Iterable[Suppression], because: str, at: datetime) -> None:
    """End stops, each in its own row."""
    for one in stops:
        one.withdrawn_at, one.withdrawn_because = at, because


def hold(
    organisation_id: int, contact_id: int, reason: str, at: datetime, by: int, attempt_id: int | None = None
) -> Hold:
    """A hold on a contact, not stored yet. `attempt_id`: the call whose outcome means it."""
    return Hold(
        organisation_id=organisation_id,
        contact_id=contact_id,
        reason=reason,
        placed_at=at,
        placed_by=by,
        attempt_id=attempt_id,
    )


def lift(holds: Iterable[Hold], because: str, at: datetime, by: int | None, *, is_taken_back: bool = False) -> None:
    """End holds, each in its own row. `by`: the agent who says so; None: a list does.

    `is_taken_back`: the outcome that placed them does not stand any more; no team lead looked at the person.
    """
    for one in holds:
        one.lifted_at, one.lifted_by, one.lifted_because, one.is_taken_back = at, by, because, is_taken_back


OVERDUE = template("A complaint about their data is overdue: it was to be acknowledged by {day}", day=DATE)
_FIGURE = "acknowledge_within_days"
_USUAL = 30


def asks_about_data(
    rulebook: Rulebook, session: Session, attempt: Attempt, decided: Decided[Contact], on: date
) -> bool:
    """Whether to ask if a complaint is about the person's data: where the law gives days to acknowledge one."""
    if attempt.outcome is not Outcome.COMPLAINT or attempt.contact_id is None:
        return False
    if any(one.attempt_id == attempt.id for one in contacts.of_contact(session, decided.contact.id or 0)):
        return False
    facts = decided.facts.facts
    return any(_FIGURE in figures for figures in duties(facts.call, facts.contact, rulebook, on).values())


def due_on(rulebook: Rulebook, zones: str, received_at: datetime) -> date:
    """The last day to acknowledge a complaint: its first day is the day on which it was received, where they are."""
    given = (rule.parameters.duty() or {} for rule in rulebook.rules())
    days = min((int(one[_FIGURE]) for one in given if _FIGURE in one), default=_USUAL)
    received = min(date_in(zone, received_at) for zone in zones.split() or ["UTC"])
    return received + timedelta(days=days - 1)


def overdue(
    session: Session, rulebook: Rulebook, organisation_id: int, campaigns: Collection[int], today: date
) -> list[str]:
    """A sentence for each complaint of the campaigns' contacts that was not acknowledged in time."""
    found = contacts.open_complaints(session, organisation_id, campaigns)
    days = (due_on(rulebook, zones, received_at) for _, zones, received_at in found)
    return [OVERDUE.says(day=day) for day in days if day < today]


def place(session: Session, actor: Actor, contact: Contact, attempt_id: int, at: datetime) -> bool:
    """Hold the contact until the complaint is acknowledged. False for a repeat."""
    if any(one.attempt_id == attempt_id for one in contacts.of_contact(session, contact.id or 0)):
        return False
    session.add(hold(contact.organisation_id, contact.id or 0, DATA_COMPLAINT, at, actor.agent_id, attempt_id))
    session.flush()
    return True


TAKEN_BACK = "the outcome was taken back"


def sync(
    session: Session, attempt: Attempt, said: Said, by: int | None, at: datetime, *, is_alone: bool = False
) -> Touched:
    """Write what stands of a call after a new statement. Returns whose contacts must be decided again.

    `by`: the agent who spoke; None to mend what differs. `said`: every statement about the call. A stop or hold in
    force ends only by what is said or taken back now: today's roles must not withdraw what an earlier statement left.
    `is_alone`: nothing but the call and its contact can change by it, which count for one person.
    """
    session.flush()
    was = attempt.outcome
    spoken = {one.outcome for one in said}
    agreed = callbacks.ever_agreed_in(session, attempt.id or 0) if Outcome.CALLBACK_AGREED in spoken else ()
    outcome, since = standing.in_force(said, agreed)
    if outcome is not None or attempt.outcome is not None:
        attempt.state = state_of(outcome)
    attempt.outcome, attempt.closed_at = outcome, since
    either = [one.meaning for one in (was, attempt.outcome) if one is not None]
    sharers = () if is_alone else attempts.sharers(session, attempt)
    about = contacts.contact_of(session, attempt)
    numbers, persons = {attempt.number}, {*Touched.about(attempt).persons, *sharers}
    persons |= set() if about is None else {about.person_id}  # of two who were parted it may be the other's
    new = [one for one in said[-1:] if (one.recorded_at, one.taken_back_at) == (at, None)]  # nothing: taken back
    if by is None or spoken.intersection(STOPPING):
        rows = compliance.suppressions_by(session, attempt.id or 0)
        lasting = {one.recorded_by for one in rows}
        stands = standing.stopping(attempt, said, leads_in(session, attempt), lasting, new)
        withdraw((one for one in rows if one.recorded_by not in stands), TAKEN_BACK, at)
        for who in sorted(stands - lasting):
            stop = Stop(attempt.organisation_id, attempt.number, attempt.person_id, attempt.principal, by=who)
            session.add_all(suppressions(stop, at, attempt, [*sharers]))
    if by is None or spoken.intersection(HOLDING):
        _sync_holds(session, attempt, said, new, sharers, by, at)
    if any(one.closes_number for one in either):
        persons |= sync_closed(session, attempt.organisation_id, attempt.number, at)
        numbers |= dial_first_numbers(session, attempt.organisation_id, persons)
    if any(one.is_final for one in either):
        for contact in _theirs(session, attempt, sharers):
            sync_finished(session, contact, at, is_alone=is_alone)
    if not is_alone:
        callback_changes.sync(session, attempt.organisation_id, numbers, persons, at, attempt)
    return Touched(attempt.organisation_id, frozenset(numbers), frozenset(persons))


def sync_people(
    session: Session, organisation_id: int, persons: Collection[int], numbers: Collection[str], at: datetime
) -> Touched:
    """Write what stands for people and their numbers. Returns whose contacts must be decided again."""
    everyone = {*persons}
    for number in sorted(numbers):
        everyone |= sync_closed(session, organisation_id, number, at)
    dialled = dial_first_numbers(session, organisation_id, everyone)
    for contact in contacts.contacts_sharing(session, organisation_id, (), persons):
        sync_finished(session, contact, at)
    callback_changes.sync(session, organisation_id, (), everyone, at)
    return Touched(organisation_id, frozenset(dialled.union(numbers)), frozenset(everyone))


def sync_finished(session: Session, contact: Contact, at: datetime, *, is_alone: bool = False) -> None:
    """Finish the contact by the newest outcome that does so, or with its list; else it is open again.

    An erased one stays finished. `is_alone`: no call to others counts for its person.
    """
    kept = contact.finished_at, contact.finished_because, contact.finished_attempt_id
    is_by_list = contact.finished_because.startswith(lists.BY_LIST)
    if contact.finished_at is not None and contact.finished_attempt_id is None and not is_by_list:
        return
    first = standing.finishing(attempts.of_contact(session, contact, is_alone=is_alone))
    if first is not None:
        stands = first.closed_at, str(first.outcome), first.id
    else:
        stands = kept if is_by_list else _by_list(session, contact, at)
    if stands == kept:
        return
    contact.finished_at, contact.finished_because, contact.finished_attempt_id = stands
    if contact.finished_at is None:
        session.flush()
        reminders.reopen_closed(session, [contact.id or 0], at)  # those that the outcome had dropped


def sync_added(session: Session, campaign_id: int, added: Collection[Contact], at: datetime) -> None:
    """Finish contacts that a list adds, of people whom a call finished in its campaign while another's contact there
    stood for them too: they were parted since."""
    finished = attempts.finished_in(session, campaign_id, {one.person_id for one in added}) if added else ()
    for contact in added:
        if contact.person_id in finished:
            sync_finished(session, contact, at)


def close_with_list(session: Session, closed: Sequence[Contact], because: str, at: datetime) -> Sequence[Callback]:
    """Finish open contacts with their list. Returns callbacks called off: those of one that is withdrawn; they outlast
    a pause."""
    for contact in closed:
        contact.finished_at, contact.finished_because, contact.finished_attempt_id = at, because, None
    if not closed or not because.startswith(lists.WITHDRAWN):
        return ()
    return callback_changes.sync(session, closed[0].organisation_id, (), {one.person_id for one in closed}, at).ended


def open_with_list(opened: Sequence[Contact]) -> None:
    """Open contacts that were closed with their list. Callbacks that were called off stay so."""
    for contact in opened:
        contact.finished_at, contact.finished_because, contact.finished_attempt_id = None, "", None


def finish_erased(session: Session, erased: Sequence[Contact], because: str, at: datetime) -> Sequence[Callback]:
    """Finish contacts for good: neither an undo nor a list taken up again opens them. Returns callbacks called off."""
    for contact in erased:
        if contact.finished_at is None or contact.finished_because.startswith(lists.BY_LIST):
            contact.finished_at, contact.finished_because = at, because
        contact.finished_attempt_id = None
    if not erased:
        return ()
    return callback_changes.sync(session, erased[0].organisation_id, (), {one.person_id for one in erased}, at).ended


def dial_first_numbers(session: Session, organisation_id: int, persons: Collection[int]) -> set[str]:
    """Give the persons' contacts their first open number, or none. Returns these numbers."""
    session.flush()
    first: dict[int, str] = {}
    for row in compliance.numbers_of(session, persons):
        if row.closed_at is None:
            first.setdefault(row.person_id, row.number)
    for contact in contacts.contacts_sharing(session, organisation_id, (), persons):
        contact.number = first.get(contact.person_id)
    return set(first.values())


def state_of(outcome: Outcome | None) -> AttemptState:
    """The state of a call that is over."""
    if outcome is None:
        return AttemptState.UNREPORTED
    return AttemptState.NOT_DIALLED if outcome is Outcome.NOT_DIALLED else AttemptState.REPORTED


def leads_in(session: Session, attempt: Attempt) -> Leads:
    """Who leads whom, of those who spoke of a call."""

    def leads(one: int, other: int, at: datetime) -> bool:
        if one != other == attempt.agent_id:
            return True  # only those who lead its agent may speak of their call
        return answers_for(session, as_actor(session.get_one(Agent, one)), session.get_one(Agent, other), at)

    return leads


def _sync_holds(
    session: Session, attempt: Attempt, said: Said, new: Said, sharers: Collection[int], by: int | None, at: datetime
) -> None:
    """Place and lift holds. One that a team lead lifted stays lifted until its speaker records it again."""
    rows = compliance.holds_said_in(session, attempt.id or 0)
    stands = standing.holding(said, leads_in(session, attempt), held_by(rows), new)
    wanted = {(who, why.value): since for (who, why), since in stands.items()}
    wanted |= {(who, DATA_COMPLAINT): since for (who, why), since in stands.items() if why is Outcome.COMPLAINT}
    gone = (one for one in rows if one.lifted_at is None and (one.placed_by, one.reason) not in wanted)
    lift(gone, TAKEN_BACK, at, by, is_taken_back=True)
    # by person; a hold on one of their contacts holds all
    held = {one.person_id: one.id or 0 for one in reversed(_theirs(session, attempt, sharers))}
    for (who, why), since in wanted.items():
        theirs = [one for one in rows if (one.placed_by, one.reason) == (who, why)]
        placed = [one for one in theirs if one.lifted_at is None or one.lifted_at >= since]
        is_said = bool(placed) or why != DATA_COMPLAINT  # that it is about data is said by a press of its own
        if held and is_said and all(one.is_taken_back for one in placed):
            for contact_id in held.values():
                session.add(hold(attempt.organisation_id, contact_id, why, at, who, attempt.id))


def held_by(rows: Collection[Hold]) -> set[tuple[int | None, str]]:
    """The agents and outcomes behind the holds in force. A hold about data rests on a complaint."""
    held = [one for one in rows if one.lifted_at is None]
    return {(one.placed_by, Outcome.COMPLAINT if one.reason == DATA_COMPLAINT else one.reason) for one in held}


def _theirs(session: Session, attempt: Attempt, sharers: Collection[int]) -> list[Contact]:
    """The contact that the outcome is about, then those of others whom the call may have reached."""
    own = contacts.contact_of(session, attempt)
    others = contacts.contacts_sharing(session, attempt.organisation_id, (), sharers) if sharers else ()
    return [*([] if own is None else [own]), *others]


def _by_list(session: Session, contact: Contact, at: datetime) -> tuple[datetime | None, str, None]:
    """Since when and why the contact's list is closed; None and empty if it is worked."""
    for said in lists.withdrawals_of(session, contact.list_id):
        if contact.added_at is None or contact.added_at <= said.at:
            return said.at, said.because, None
    listed = session.get_one(ContactList, contact.list_id)
    if listed.paused_at is not None:
        return at, lists.PAUSED, None
    if listed.expires_on is not None and listed.expires_on < date_in(lists.zone_of(session, contact.list_id), at):
        return at, lists.EXPIRED, None
    return None, "", None


def sync_closed(session: Session, organisation_id: int, number: str, at: datetime) -> set[int]:
    """Close a number where a call found it dead or another's, and open it elsewhere. Returns for whom that changed."""
    changed = set()
    made = attempts.attempts_on(session, organisation_id, [number], ())
    rows = compliance.persons_at(session, organisation_id, number)
    shared = attempts.shared_with(session, {row.person_id for row in rows})
    for row in rows:
        stands = closes(row, made, shared[row.person_id])
        if (row.closed_because, row.closed_attempt_id) in stands:
            continue
        if row.closed_attempt_id is not None:  # decisions in between knew the number as closed
            same = row.model_dump(include={"organisation_id", "person_id", "number", "closed_at", "closed_because"})
            session.add(ReopenedNumber(**same, attempt_id=row.closed_attempt_id, reopened_at=at))
        row.closed_because, row.closed_attempt_id = stands[0]
        row.closed_at = at if row.closed_because else None
        changed.add(row.person_id)
    return changed


def closes(row: PersonNumber, made: Sequence[Attempt], shared: Collection[int]) -> list[tuple[str, int | None]]:
    """Why a person's number is closed and by which call, the first to say so first; empty and None: it is open.

    One of an erased person stays as it is: that others have it too keeps the calls to it under another number.
    """
    found = [(str(one.outcome), one.id) for one in standing.closing(row, made, shared)]
    open_or_kept = (row.closed_because, row.closed_attempt_id) if is_erased(row.number) else ("", None)
    return found or [open_or_kept]
