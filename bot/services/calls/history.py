"""What came of every call to a person and number before, for the agent who holds the contact or those who lead them.

Calls in from people on record are shown to the client that rang the person last before; and whom call records show to
have been rung against the rules lately.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session

from bot.services.agents import answers_for
from bot.services.answers.calls import History, PastCall
from bot.services.answers.people import Actor
from bot.services.answers.reconciliation import CallIn, PersonRung
from bot.services.audit.lines import people_rung
from bot.services.calls.standing import Said, own_said
from bot.services.deciding.decisions import decide_contact, forbidding_findings
from bot.services.deciding.facts import COUNT_NO_OFFERS
from bot.services.deciding.refresh import Touched
from bot.services.deps import Deps
from bot.services.errors import AlreadyGone, NotYours
from bot.services.numbers.parsing import mask
from policy.calendar.local_time import latest_zone
from storage.models import Agent, Attempt, Callback, Campaign, Contact, Lease
from storage.phone import calls as phone_calls
from storage.phone import findings as phone_findings
from storage.queries import agents, attempts, callbacks, compliance

MOST = 20  # calls, newest first


def history_of(deps: Deps, actor: Actor, lease_id: int) -> History:
    """The history of a card's contact, within the client for whom it is called. Raises AlreadyGone, NotYours."""
    with deps.unit_of_work(is_read_only=True) as uow:
        session, at = uow.session, deps.clock()
        lease, contact = _seen_by(session, actor, lease_id)
        principal = session.get_one(Campaign, contact.campaign_id).principal
        whom = Touched.about(lease)
        made = [one for one in attempts.attempts_on(session, *whom) if one.principal == principal]
        ours = [one for one in compliance.suppressions_on(session, *whom) if one.principal in ("", principal)]
        said = attempts.statements_of(session, [one.id or 0 for one in made])
        agreed = {one.attempt_id: one for one in callbacks.callbacks_on(session, [lease.person_id])}
        ids = {one.agent_id for one in made} | {one.recorded_by for one in ours if one.recorded_by is not None}
        names = {key: one.name for key, one in agents.agents_by_id(session, sorted(ids)).items()}
        decided = decide_contact(deps, session, contact, at, COUNT_NO_OFFERS)
        return History(
            name=contact.name,
            masked_number=mask(lease.number),
            zone=latest_zone(contact.zones.split(), at),
            calls=tuple(_call(one, said, agreed.get(one.id), names) for one in made[: -MOST - 1 : -1]),
            earlier=max(len(made) - MOST, 0),
            stops=tuple(
                (one.since, names.get(one.recorded_by or 0, ""), one.note, one.withdrawn_at or one.until)
                for one in ours
            ),
            verdict=decided.decision.verdict,
            lawful_until=decided.decision.lawful_until,
            callable_from=decided.decision.callable_from,
            because=forbidding_findings(decided.decision),
            calls_in=calls_in(session, whom, [principal]),
            finished_because=contact.finished_because,
            rung=days_rung_often(deps, session, actor, whom, [principal], at),
        )


def _seen_by(session: Session, actor: Actor, lease_id: int) -> tuple[Lease, Contact]:
    """The lease in force that the actor holds; or any, also one that has ended, whose holder they lead."""
    lease = session.get(Lease, lease_id)
    if lease is None or lease.organisation_id != actor.organisation_id:
        raise AlreadyGone
    holder = session.get_one(Agent, lease.agent_id)
    if answers_for(session, actor, holder, lease.offered_at):
        return lease, session.get_one(Contact, lease.contact_id)
    if lease.ended_at is not None:
        raise AlreadyGone
    if lease.agent_id != actor.agent_id:
        raise NotYours(holder.name)
    return lease, session.get_one(Contact, lease.contact_id)


def _call(made: Attempt, said: Said, agreed: Callback | None, names: dict[int, str]) -> PastCall:
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


MOST_CALLS_IN: Final = 5
_ANSWERED: Final = "answered"


def calls_in(session: Session, whom: Touched, principals: Collection[str]) -> tuple[CallIn, ...]:
    """The newest calls in from a number or its persons, newest first.

    One that came after a call for another client was probably about that: it is left out.
    """
    found = phone_calls.calls_in_from(session, *whom, MOST_CALLS_IN)
    if not found:
        return ()
    made = attempts.attempts_on(session, *whom)
    ours = [one for one in found if _client_before(made, one.started_at) in (None, *principals)]
    names = agents.agents_by_id(session, sorted({one.agent_id for one in ours if one.agent_id is not None}))
    return tuple(
        CallIn(one.started_at, "" if one.agent_id is None else names[one.agent_id].name, one.result == _ANSWERED)
        for one in ours
    )


def _client_before(made: Sequence[Attempt], at: datetime) -> str | None:
    before = [one for one in made if one.opened_at <= at]
    return max(before, key=lambda one: (one.opened_at, one.id or 0)).principal if before else None


def last_call(session: Session, whom: Touched, principal: str) -> PastCall | None:
    """The last call of a client to a number or its persons, without its note; None: there was none."""
    made = attempts.attempts_on(session, *whom)
    last = next((one for one in reversed(made) if one.principal == principal), None)
    if last is None:
        return None
    names = agents.agents_by_id(session, [last.agent_id])
    return PastCall(last.opened_at, names[last.agent_id].name, last.outcome, "", None)


MOST_DAYS: Final = 3  # days, the latest
_LATELY: Final = timedelta(days=31)  # the longest span that house limits count
_MOST_CALLS: Final = 100


def days_rung_often(
    deps: Deps, session: Session, actor: Actor, whom: Touched, principals: Collection[str], at: datetime
) -> tuple[PersonRung, ...]:
    """The days on which a person was rung against the rules for one of the clients, the latest first.

    Of agents only those of the actor's team are named, for an actor without a team all.
    """
    found = phone_findings.against_to(session, *whom, principals, at - _LATELY)[-_MOST_CALLS:]
    if not found:
        return ()
    ids, rules, choice = [one.attempt_id for one in found], deps.rulebook(), deps.house_choice
    people = people_rung(session, whom.organisation_id, ids, rules, choice, at, actor.team_id)
    return tuple(sorted(people, key=lambda one: one.first_at, reverse=True)[:MOST_DAYS])
