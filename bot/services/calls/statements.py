"""Stops and holds, each kept as one person's statement, and what ends them. All apply together."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from bot.services.answers.people import Actor
from bot.services.calls import callback_changes
from bot.services.deciding.decisions import Decided
from bot.services.local_time import date_in
from policy import Rulebook, duties
from policy.templates.sentence import DATE, template
from policy.vocabulary import DATA_COMPLAINT, Outcome, SuppressionSource
from storage.models import Attempt, Contact, Hold, Suppression
from storage.queries import contacts


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
    if any(one.attempt_id == attempt.id for one in contacts.of_contact(session, attempt.contact_id)):
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
