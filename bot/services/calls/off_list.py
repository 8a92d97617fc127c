"""Calls made off the list and reported afterwards: attempts that count like any other."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlmodel import Session

from bot.services.answers.people import Actor
from bot.services.calls.callback_changes import TALK_AHEAD
from bot.services.calls.unlisted_numbers import (
    as_contact,
    campaigns_for,
    campaigns_of_organisation,
    campaigns_of_team,
    every_campaign_for,
)
from bot.services.deciding import COUNT_NO_OFFERS, decide_contact, decide_facts, forbidding_findings
from bot.services.deps import Deps
from bot.services.erased_numbers import as_recorded
from bot.services.errors import NoTeam
from bot.services.numbers.parsing import country_of_number, parse_number
from policy import Finding, Prepared
from policy.vocabulary import AttemptState, Effect, Outcome
from storage.models import Attempt, Campaign, Contact
from storage.queries import attempts, callbacks, compliance, contacts

_OWN_DAYS = "campaign_days"  # the kind of what the engine says of a campaign's first and last day
_HELD_BY_PEOPLE = ("hold", "stop", "callback")  # the kinds of what holds a person for what they or a lead said
_SAME_DELIVERY = timedelta(seconds=60)  # repeated within this time, an outcome is one call delivered twice


def told_already(session: Session, actor: Actor, outcome: Outcome, at: datetime, number: str = "") -> Attempt | None:
    """The attempt that this report already recorded, on the list or off it, so that a repeated delivery changes
    nothing.

    `number`: empty if the report named none. Only a typed outcome counts: after a pressed one, typing reports another
    call.
    """
    found = attempts.told_since(session, actor.agent_id, at - _SAME_DELIVERY, number)
    if found is None or found.outcome is not outcome:
        return None
    return found if attempts.statements_of(session, found.id or 0)[-1].is_typed else None


def open_attempt(session: Session, actor: Actor, number: str, at: datetime) -> Attempt:
    """Open an attempt on an unleased number, for its contact in the actor's campaigns if any. Raises NoTeam."""
    known = campaigns_of(session, actor)
    if not known:
        raise NoTeam
    contact = contact_at(session, actor, number, known, at)
    campaign = None if contact is None else next(one for one in known if one.id == contact.campaign_id)
    attempt = Attempt(
        organisation_id=actor.organisation_id,
        contact_id=None if contact is None else contact.id,
        person_id=person_at(session, actor, number) if contact is None else contact.person_id,
        number=number,
        campaign_id=None if campaign is None else campaign.id,
        principal=campaign.principal if campaign is not None else principal_of(session, actor),
        subject="" if campaign is None else campaign.subject,
        agent_id=actor.agent_id,
        opened_at=at,
        state=AttemptState.OPEN,
    )
    session.add(attempt)
    if contact is not None:
        contact.owner_id = actor.agent_id
    session.flush()
    return attempt


class Against(NamedTuple):
    """What forbids a call. `unproven`: the screening or basis that a number on no list lacks; no fault of the agent."""

    broken: tuple[Finding, ...] = ()
    unproven: tuple[Finding, ...] = ()


def rules_against(deps: Deps, session: Session, actor: Actor, number: str, outcome: Outcome, at: datetime) -> Against:
    """What forbids a call to the number now, strictest first; empty if it is lawful. Raises NoTeam.

    A number on no list is judged as one of the campaign of the actor's team, active or not, that finds least against
    it, by the house pack of its country unless the campaign names one, as the audit does. The person's whereabouts
    cannot be known. Nor does the audit judge by a campaign's first and last day.
    """
    known = campaigns_of(session, actor)
    if not known:
        raise NoTeam
    if outcome is Outcome.NOT_DIALLED:
        return Against()
    contact = contact_at(session, actor, number, known, at)
    if contact is not None:
        decided = decide_contact(deps, session, contact, at, COUNT_NO_OFFERS)
        found = () if decided.is_callable else forbidding_findings(decided.decision)
        return Against(tuple(one for one in found if one.kind != _OWN_DAYS))
    person_id = person_at(session, actor, number)
    worked = every_campaign_for(session, actor.organisation_id, actor.team_id)
    on_each = [_on_no_list(deps, session, one, as_contact(one, number, person_id), at) for one in worked]
    return min(on_each, key=lambda one: (len(one.broken), len(one.unproven)))


def _on_no_list(deps: Deps, session: Session, campaign: Campaign, stranger: Contact, at: datetime) -> Against:
    facts = decide_contact(deps, session, stranger, at, COUNT_NO_OFFERS).facts.facts
    pack = campaign.house_pack or deps.house_pack_in(country_of_number(stranger.number or ""))
    found = forbidding_findings(decide_facts(deps, Prepared(facts), at, pack))
    asked = [one for one in found if one.kind not in (_OWN_DAYS, "whereabouts")]
    lacked = tuple(one for one in asked if _is_unproven(one))
    return Against(tuple(one for one in asked if one not in lacked), lacked)


def _is_unproven(finding: Finding) -> bool:
    """Whether it is a screening or a basis that is not on record."""
    return finding.kind == "basis" or (finding.effect is Effect.HOLD and finding.kind not in _HELD_BY_PEOPLE)


def country_of(session: Session, actor: Actor) -> str:
    """The country whose notation the actor's numbers use: that of their first campaign, else of the organisation's."""
    known = campaigns_for(session, actor.organisation_id, actor.team_id)
    return known[0].country if known else ""


def campaigns_of(session: Session, actor: Actor) -> list[Campaign]:
    """The campaigns of the actor's team; every campaign for an actor without a team. Those not active if none is."""
    if actor.team_id is None:
        return list(campaigns_of_organisation(session, actor.organisation_id))
    return list(campaigns_of_team(session, actor.team_id))


def contact_at(session: Session, actor: Actor, number: str, known: list[Campaign], at: datetime) -> Contact | None:
    """The contact with this number; of several, the one whose callback is due, else whose campaign comes first."""
    order = {campaign.id: place for place, campaign in enumerate(known)}
    found = contacts.contacts_sharing(session, actor.organisation_id, [number], persons_at(session, actor, number))
    ours = [contact for contact in found if contact.campaign_id in order]
    standing = callbacks.open_on_contacts(session, [contact.id or 0 for contact in ours])
    due = {one.contact_id for one in standing if one.due_at <= at + TALK_AHEAD}
    return min(
        ours,
        key=lambda one: (one.number != number, one.id not in due, order[one.campaign_id], one.id),
        default=None,
    )


def number_said(session: Session, actor: Actor, text: str) -> str:
    """The number the actor wrote, as it stands on record: its hash if it was erased. Raises BadNumber."""
    return as_recorded(session, actor.organisation_id, parse_number(text, country_of(session, actor)))


def persons_at(session: Session, actor: Actor, number: str) -> frozenset[int]:
    """The persons who have or had this number."""
    return frozenset(row.person_id for row in compliance.persons_at(session, actor.organisation_id, number))


def person_at(session: Session, actor: Actor, number: str) -> int | None:
    """The person who has this number, if exactly one is known."""
    rows = [row for row in compliance.persons_at(session, actor.organisation_id, number) if row.closed_at is None]
    return rows[0].person_id if len(rows) == 1 else None


def principal_of(session: Session, actor: Actor, number: str = "") -> str:
    """The principal the actor's team calls for; empty if there is more than one.

    `number`: also counts the principals of the actor's own calls to it that wait for an outcome.
    """
    principals = {one.principal for one in campaigns_of(session, actor)}
    principals |= {
        one.principal for one in attempts.attempts_waiting(session, actor.agent_id) if number and one.number == number
    }
    return principals.pop() if len(principals) == 1 else ""
