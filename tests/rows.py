"""Rows by hand, as the product would have written them: what a test does not say is the usual."""

from datetime import datetime
from typing import Any, Protocol

from bot.services.answers.people import Actor
from bot.services.setup.fields import entry
from bot.services.setup.objects import CampaignView, Setup
from policy.vocabulary import AttemptState, Outcome, Role, SuppressionSource
from storage.models import Agent, Attempt, Callback, Campaign, Consent, Contact, Hold, Reminder, Screening, Suppression


class _Theirs(Protocol):
    organisation_id: int


def a_call(by: Actor | Agent, of: Contact | str, at: datetime, **values: Any) -> Attempt:
    """A call for Bright Energy of a contact, or of a number that is on no list; with an outcome it is over."""
    row: dict[str, Any] = {"number": of}
    if isinstance(of, Contact):
        about = {"contact_id": of.id, "person_id": of.person_id, "campaign_id": of.campaign_id}
        row = {**about, "number": of.number or ""}
    if outcome := values.get("outcome"):
        row["state"] = AttemptState.NOT_DIALLED if outcome is Outcome.NOT_DIALLED else AttemptState.REPORTED
    row |= {"principal": "Bright Energy", "agent_id": _id(by), "opened_at": at, **values}
    return Attempt(organisation_id=by.organisation_id, **row)


def a_callback(contact: Contact, due_at: datetime, asked_at: datetime, **values: Any) -> Callback:
    """A callback agreed with a contact; without `agent_id` with whichever agent."""
    about = {"organisation_id": contact.organisation_id, "contact_id": contact.id, "person_id": contact.person_id}
    return Callback(due_at=due_at, asked_at=asked_at, **{**about, "principal": "Bright Energy", **values})


def a_hold(by: Actor | Agent, contact: Contact, at: datetime, **values: Any) -> Hold:
    about = {"organisation_id": contact.organisation_id, "contact_id": contact.id, "reason": "complaint"}
    return Hold(placed_by=_id(by), placed_at=at, **{**about, **values})


def a_reminder(to: Actor | Agent, contact: Contact, due_at: datetime, **values: Any) -> Reminder:
    about = {"organisation_id": contact.organisation_id, "contact_id": contact.id or 0}
    return Reminder(agent_id=_id(to), due_at=due_at, **{**about, **values})


def a_consent(contact: Contact, given_at: datetime, **values: Any) -> Consent:
    """A consent to calls for Bright Energy, recorded as soon as it was given."""
    row = {"principal": "Bright Energy", "recorded_at": given_at, **values}
    return Consent(organisation_id=contact.organisation_id, person_id=contact.person_id, given_at=given_at, **row)


def an_agent(of: _Theirs, name: str, role: Role, **values: Any) -> Agent:
    row = {"slack_user_id": f"U0{name.upper()}", "zone": "Europe/London", **values}
    return Agent(organisation_id=of.organisation_id, name=name, role=role, **row)


def a_stop(of: _Theirs, since: datetime, **values: Any) -> Suppression:
    """A stop that was asked for; without `principal` for every principal."""
    row = {"organisation_id": of.organisation_id, "source": SuppressionSource.REQUEST, **values}
    return Suppression(since=since, **row)


def a_screening(of: _Theirs, number: str, at: datetime, **values: Any) -> Screening:
    """A screening against the TPS that did not find the number, recorded as soon as it was obtained."""
    row = {"register_name": "tps", "is_listed": False, "obtained_at": at, "recorded_at": at, **values}
    return Screening(organisation_id=of.organisation_id, number=number, **row)


def _id(by: Actor | Agent) -> int:
    return by.agent_id if isinstance(by, Actor) else by.id or 0


def changed(campaign: Campaign, **values: Any) -> Setup:
    """What an admin says to change a campaign."""
    of = {one: getattr(campaign, one) for one in ("name", "purpose", "principal", "country")}
    return Setup(campaigns=(entry(CampaignView, **{**of, **values}),))
