"""Complaints about how a person's data are used: what the law gives to acknowledge one, and the press that says so.

Such a complaint holds the contact, with a reason of its own, until a team lead says that it is acknowledged.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlmodel import Session

from bot.services.answers.people import Actor
from bot.services.calls.statements import hold
from bot.services.deciding import Decided
from bot.services.local_time import date_in
from policy import Rulebook, duties
from policy.templates.sentence import DATE, template
from policy.vocabulary import DATA_COMPLAINT
from storage.models import Contact, Hold
from storage.queries import contacts

OVERDUE = template("A complaint about their data is overdue: it was to be acknowledged by {day}", day=DATE)
_FIGURE = "acknowledge_within_days"
_USUAL = 30


def is_asked(rulebook: Rulebook, decided: Decided[Contact], on: date) -> bool:
    """Whether a duty of such a call asks for complaints about data to be acknowledged."""
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


def open_of(session: Session, contact_id: int) -> list[Hold]:
    """The complaints of a contact that are not acknowledged."""
    return contacts.of_contact(session, contact_id)


def place(session: Session, actor: Actor, contact: Contact, attempt_id: int, at: datetime) -> bool:
    """Hold the contact until the complaint is acknowledged. False for a repeat."""
    if any(one.attempt_id == attempt_id for one in open_of(session, contact.id or 0)):
        return False
    session.add(hold(contact.organisation_id, contact.id or 0, DATA_COMPLAINT, at, actor.agent_id, attempt_id))
    session.flush()
    return True
