"""Numbers on no list, and calls that are told or found afterwards: attempts that count like any other."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session

from bot.services.agents import as_actor
from bot.services.answers.people import NOBODY, Actor
from bot.services.calls import callback_changes
from bot.services.calls.standing import TALK_AHEAD
from bot.services.deciding.decisions import Decided, decide_contact, decide_facts, forbidding_findings
from bot.services.deciding.facts import COUNT_NO_OFFERS, mark_used
from bot.services.deps import Deps
from bot.services.erased_numbers import as_recorded
from bot.services.errors import NoTeam
from bot.services.numbers.parsing import country_of_number, parse_number, whereabouts_of
from policy import Finding, Prepared
from policy.rules.kinds import SAID_BY_PEOPLE
from policy.vocabulary import AttemptState, Effect, Outcome, Role
from storage.database.engine import insert_unless_taken
from storage.models import Agent, Attempt, Campaign, Contact
from storage.queries import agents, attempts, callbacks, compliance, contacts, setup

NO_PERSON = 0  # no person has this id


def campaigns_for(session: Session, organisation_id: int, team_id: int | None) -> Sequence[Campaign]:
    """The campaigns by which to read and judge numbers on no list: the team's, else the organisation's. Those that are
    not active only while none is: what people say is recorded all the same."""
    known = every_campaign_for(session, organisation_id, team_id)
    return _active(known or every_campaign_for(session, organisation_id, None))


def every_campaign_for(session: Session, organisation_id: int, team_id: int | None) -> Sequence[Campaign]:
    """The team's campaigns, the active ones first; every campaign if there is no team."""
    if team_id is None:
        return agents.campaigns_of_organisation(session, organisation_id, are_active=None)
    return agents.campaigns_of_teams(session, [team_id], are_active=None)


def as_contact(campaign: Campaign, number: str, person_id: int | None = None) -> Contact:
    """A contact on no list, in the places the number alone points to. Never stored."""
    where = whereabouts_of(number)
    return Contact(
        organisation_id=campaign.organisation_id,
        campaign_id=campaign.id or 0,
        list_id=0,
        person_id=NO_PERSON if person_id is None else person_id,
        number=number,
        name="",
        places=" ".join(where.places),
        zones=" ".join(where.zones),
        known_by=where.known_by,
    )


def decide_number(deps: Deps, session: Session, attempt: Attempt, at: datetime) -> Decided[Contact]:
    """The verdict on the number of an attempt without a contact, for the first campaign of the agent's team."""
    agent = session.get_one(Agent, attempt.agent_id)
    known = campaigns_for(session, attempt.organisation_id, agent.team_id)
    return decide_contact(deps, session, as_contact(known[0], attempt.number), at, COUNT_NO_OFFERS)


_OWN_DAYS = "campaign_days"  # the kind of what the engine says of a campaign's first and last day


def open_attempt(session: Session, actor: Actor, number: str, at: datetime) -> Attempt:
    """Open an attempt on an unleased number, for its contact in the actor's campaigns if any. Raises NoTeam."""
    known = campaigns_of(session, actor)
    if not known:
        raise NoTeam
    attempt, contact = attempt_at(session, actor, number, known, at)
    session.add(attempt)
    if contact is not None:
        contact.owner_id = actor.agent_id
    session.flush()
    return attempt


def attempt_at(
    session: Session, actor: Actor, number: str, known: list[Campaign], at: datetime
) -> tuple[Attempt, Contact | None]:
    """An attempt of the actor's, not stored yet, and its contact in the campaigns if any."""
    contact = contact_at(session, actor, number, known, at) if known else None
    campaign = None if contact is None else next(one for one in known if one.id == contact.campaign_id)
    attempt = Attempt(
        organisation_id=actor.organisation_id,
        contact_id=None if contact is None else contact.id,
        person_id=person_at(session, actor, number) if contact is None else contact.person_id,
        number=number,
        campaign_id=None if campaign is None else campaign.id,
        principal=principal_of(session, actor) if campaign is None else campaign.principal,
        subject="" if campaign is None else campaign.subject,
        agent_id=actor.agent_id,
        opened_at=at,
        state=AttemptState.OPEN,
    )
    return attempt, contact


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
    on_each = []
    for campaign in worked:
        facts = decide_contact(deps, session, as_contact(campaign, number, person_id), at, COUNT_NO_OFFERS).facts.facts
        pack = campaign.house_pack or deps.house_pack_in(country_of_number(number))
        found = forbidding_findings(decide_facts(deps, Prepared(facts), at, pack))
        asked = [one for one in found if one.kind not in (_OWN_DAYS, "whereabouts")]
        lacked = tuple(
            one
            for one in asked
            if one.kind == "basis" or (one.effect is Effect.HOLD and one.kind not in SAID_BY_PEOPLE)
        )
        on_each.append(Against(tuple(one for one in asked if one not in lacked), lacked))
    return min(on_each, key=lambda one: (len(one.broken), len(one.unproven)))


def country_of(session: Session, actor: Actor) -> str:
    """The country whose notation the actor's numbers use: that of their first campaign, else of the organisation's."""
    known = campaigns_for(session, actor.organisation_id, actor.team_id)
    return known[0].country if known else ""


def campaigns_of(session: Session, actor: Actor) -> list[Campaign]:
    """The campaigns of the actor's team; every campaign for an actor without a team. Those not active if none is."""
    return _active(every_campaign_for(session, actor.organisation_id, actor.team_id))


def _active(known: Sequence[Campaign]) -> list[Campaign]:
    return [one for one in known if one.is_active] or [*known]


def contact_at(session: Session, actor: Actor, number: str, known: list[Campaign], at: datetime) -> Contact | None:
    """The contact with this number; of several, the one whose callback is due, else whose campaign comes first."""
    order = {campaign.id: place for place, campaign in enumerate(known)}
    found = contacts.contacts_sharing(session, actor.organisation_id, [number], persons_at(session, actor, number))
    ours = [contact for contact in found if contact.campaign_id in order]
    standing = callbacks.open_on_contacts(session, [contact.id or 0 for contact in ours])
    due = {one.contact_id for one in standing if one.due_at <= at + TALK_AHEAD}
    return min(
        ours, key=lambda one: (one.number != number, one.id not in due, order[one.campaign_id], one.id), default=None
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


_UNKNOWN = "phone-system"  # begins the id of the agent that stands for an unknown one


def open_found(
    session: Session, organisation_id: int, agent: Agent | None, number: str, opened_at: datetime, at: datetime
) -> Attempt:
    """Open the attempt of a call found at `at`. Its outcome may be recorded; no agent is asked for it.

    `agent` None: the caller is unknown. The attempt then belongs to an agent named for the phone system, in the team
    that works the contact's campaign.
    """
    anybody = Actor(NOBODY, organisation_id, "", "", Role.ADMIN, None, "UTC")
    actor = anybody if agent is None else as_actor(agent)
    known = campaigns_of(session, actor)
    attempt, _ = attempt_at(session, actor, number, known, opened_at)
    if agent is None:
        attempt.agent_id = _stand_in(session, organisation_id, attempt.campaign_id)
    attempt.state, attempt.chased_at, attempt.found_at = AttemptState.UNREPORTED, at, at
    session.add(attempt)
    session.flush()
    if attempt.person_id is not None:
        callback_changes.sync(session, organisation_id, (), {attempt.person_id}, at)
        mark_used(session, {attempt.person_id}, organisation_id, attempt.principal, opened_at)
    return attempt


def is_stand_in(agent: Agent) -> bool:
    """Whether this is no person but stands for an unknown one."""
    return agent.slack_user_id.startswith(_UNKNOWN)


def _stand_in(session: Session, organisation_id: int, campaign_id: int | None) -> int:
    """The agent that stands for an unknown one of the team that works a campaign. Never active."""
    teams = setup.teams(session, organisation_id)
    worked = [] if campaign_id is None else setup.teams_of_campaigns(session, [campaign_id]).get(campaign_id, [])
    team = next((one for one in teams if not worked or one.id in worked), None)
    first = None if team is None else team.id
    user = f"{_UNKNOWN}-{first or 0}"
    known = {one.slack_user_id: one.id for one in setup.agents(session, organisation_id)}
    if user in known:
        return known[user] or 0
    values = Agent(
        organisation_id=organisation_id,
        slack_user_id=user,
        name="Phone system",
        role=Role.AGENT,
        team_id=first,
        zone="UTC" if team is None else team.zone,
        is_active=False,
    ).model_dump(exclude={"id"})
    found = insert_unless_taken(session, Agent, values)
    if found is None:
        raise RuntimeError(f"{user} was added by another transaction")  # the caller lets one at a time work
    return found
