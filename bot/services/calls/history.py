"""What came of every call to a person and number before, for the agent who holds the contact or those who lead them."""

from collections.abc import Sequence

from sqlmodel import Session

from bot.services import agents
from bot.services.answers.calls import History, PastCall, PastStop
from bot.services.answers.people import Actor
from bot.services.calls.own_names import own_said
from bot.services.calls.ringing_back import calls_in
from bot.services.calls.rung_often import days_rung_often
from bot.services.deciding import COUNT_NO_OFFERS, decide_contact, forbidding_findings
from bot.services.deps import Deps
from bot.services.errors import AlreadyGone, NotYours
from bot.services.local_time import latest_zone
from bot.services.numbers.parsing import mask
from storage.models import Agent, Attempt, Callback, Campaign, Contact, Lease, OutcomeRecord, Suppression
from storage.queries import agents as agent_rows
from storage.queries import attempts, callbacks, compliance

MOST = 20  # calls, newest first


def history_of(deps: Deps, actor: Actor, lease_id: int) -> History:
    """The history of a card's contact, within the client for whom it is called. Raises AlreadyGone, NotYours."""
    with deps.unit_of_work(is_read_only=True) as uow:
        session, at = uow.session, deps.clock()
        lease, contact = _seen_by(session, actor, lease_id)
        principal = session.get_one(Campaign, contact.campaign_id).principal
        made = [
            one
            for one in attempts.attempts_on(session, actor.organisation_id, [lease.number], [lease.person_id])
            if one.principal == principal
        ]
        stops = compliance.suppressions_on(session, actor.organisation_id, [lease.number], [lease.person_id])
        ours = [one for one in stops if one.principal in ("", principal)]
        said = attempts.all_statements_of(session, [one.id or 0 for one in made])
        agreed = {one.attempt_id: one for one in callbacks.callbacks_on(session, [lease.person_id])}
        ids = {one.agent_id for one in made} | {one.recorded_by for one in ours if one.recorded_by is not None}
        names = {key: one.name for key, one in agent_rows.agents_by_id(session, sorted(ids)).items()}
        decided = decide_contact(deps, session, contact, at, COUNT_NO_OFFERS)
        return History(
            name=contact.name,
            masked_number=mask(lease.number),
            zone=latest_zone(contact.zones.split(), at),
            calls=tuple(_call(one, said, agreed.get(one.id), names) for one in made[: -MOST - 1 : -1]),
            earlier=max(len(made) - MOST, 0),
            stops=tuple(_stop(one, names) for one in ours),
            verdict=decided.decision.verdict,
            lawful_until=decided.decision.lawful_until,
            callable_from=decided.decision.callable_from,
            because=forbidding_findings(decided.decision),
            calls_in=calls_in(session, actor.organisation_id, [lease.number], [lease.person_id], [principal]),
            finished_because=contact.finished_because,
            rung=days_rung_often(deps, session, actor, [lease.number], [lease.person_id], [principal], at),
        )


def _stop(one: Suppression, names: dict[int, str]) -> PastStop:
    return PastStop(one.since, names.get(one.recorded_by or 0, ""), one.note, one.withdrawn_at or one.until)


def _seen_by(session: Session, actor: Actor, lease_id: int) -> tuple[Lease, Contact]:
    """The lease in force that the actor holds; or any, also one that has ended, whose holder they lead."""
    lease = session.get(Lease, lease_id)
    if lease is None or lease.organisation_id != actor.organisation_id:
        raise AlreadyGone
    holder = session.get_one(Agent, lease.agent_id)
    if agents.answers_for(session, actor, holder, lease.offered_at):
        return lease, session.get_one(Contact, lease.contact_id)
    if lease.ended_at is not None:
        raise AlreadyGone
    if lease.agent_id != actor.agent_id:
        raise NotYours(holder.name)
    return lease, session.get_one(Contact, lease.contact_id)


def _call(made: Attempt, said: Sequence[OutcomeRecord], agreed: Callback | None, names: dict[int, str]) -> PastCall:
    ours = [one for one in said if one.attempt_id == made.id]
    notes, own = [one.note for one in ours if one.note], own_said(made, ours)
    return PastCall(
        at=made.opened_at,
        agent_name=names.get(made.agent_id, ""),
        outcome=made.outcome,
        note=notes[-1] if notes else "",
        callback_due_at=None if agreed is None else agreed.due_at,
        is_callback_open=agreed is not None and agreed.closed_at is None,
        own_name=own.name,
        answers=own.answers,
    )
