"""Judges whether a callback may be made at its time, and moves it to another lawful time."""

from datetime import datetime

from sqlmodel import Session

from bot.services import notices
from bot.services.answers.callbacks import CallbackMoved, CallbackRefused, CallbackTrouble, Trouble
from bot.services.answers.calls import Refusal
from bot.services.answers.people import Actor
from bot.services.calls import callback_changes
from bot.services.calls.off_list import campaigns_of
from bot.services.deciding import (
    COUNT_NO_OFFERS,
    Acted,
    Decided,
    decide_contact,
    decide_facts,
    record_decision,
    refresh,
)
from bot.services.deps import Deps
from bot.services.errors import AlreadyGone, NotYours
from bot.services.local_time import latest_zone
from bot.services.permissions import may_lead
from bot.services.retries import retry_lost_turn
from policy import CallbackFact, Facts, Prepared
from policy.vocabulary import Verdict
from storage.models import Agent, Callback, Contact
from storage.queries import callbacks, reminders


def refusal_at_time(deps: Deps, session: Session, callback: Callback, contact: Contact, at: datetime) -> Refusal | None:
    """What forbids the callback at its time, or now if later, should nothing else happen; None if the call is
    lawful."""
    decided = decide_contact(deps, session, contact, at, COUNT_NO_OFFERS)
    then = max(callback.due_at, at)
    decision = decide_facts(deps, decided.facts, then, decided.house_pack)
    return None if decision.verdict is Verdict.CALLABLE else decided._replace(decision=decision).refusal


def trouble_of(
    callback: Callback, contact: Contact, agent: Agent | None, at: datetime, refusal: Refusal | None
) -> CallbackTrouble:
    """What is wrong with an open callback: shut at its time, or overdue."""
    is_late = callback.due_at <= at
    shut = Trouble.MISSED if is_late else Trouble.SHUT
    return CallbackTrouble(
        Trouble.OVERDUE if refusal is None else shut,
        callback.id or 0,
        contact.id or 0,
        contact.name,
        "" if agent is None else agent.name,
        callback.due_at,
        latest_zone(contact.zones.split(), callback.due_at),
        refusal,
    )


def mark_told(callback: Callback, contact: Contact, told_of: str, at: datetime) -> None:
    """Mark the news as told, so that it is not told again."""
    callback.told_at, callback.told_of, callback.told_until = at, told_of, contact.callable_from


@retry_lost_turn
def move_to(deps: Deps, actor: Actor, callback_id: int, due_at: datetime) -> CallbackMoved | CallbackRefused:
    """Give a callback another time, if a call is lawful then; a time that has passed meanwhile means now.

    For its agent, for anyone of the team if it is anyone's, and for their team lead. Raises AlreadyGone, NotYours. A
    repeat changes nothing.
    """
    with deps.unit_of_work() as uow:
        session = uow.session
        callback, contact, agent = _theirs(session, actor, callback_id)
        at = deps.clock()
        name, agent_name = contact.name, "" if agent is None else agent.name
        zone = latest_zone(contact.zones.split(), due_at)
        if callback.closed_at is not None or callback.due_at == due_at:
            standing = callbacks.open_on_contacts(session, [contact.id or 0])
            if not standing:
                raise AlreadyGone
            return CallbackMoved(name, agent_name, standing[0].due_at, zone, is_repeat=True)
        new_due = max(due_at, at)
        decided = _if_moved(deps, session, callback, contact, at, new_due)
        if not decided.is_callable:
            record_decision(session, decided, Acted("callback", actor.agent_id))
            refusal = decided.refusal
            return CallbackRefused(name, due_at, refusal, refusal.callable_from)
        moved = callback_changes.supersede(session, callback, new_due, at)
        withdrawn = refresh.redecide_touched(deps, session, refresh.Touched.about(contact), at, reminds=contact)
        keeper = callback.agent_id or contact.owner_id
        if keeper is not None:
            reminders.schedule(session, contact, keeper, new_due, at)
        notices.tell_withdrawn(session, withdrawn, at, actor.slack_user_id)
        if agent is not None and agent.id != actor.agent_id:
            news = {"callback": moved.id, "by": actor.agent_id, "is_moved": True}
            notices.tell(session, [agent], "callback_given", at, news, contact_id=contact.id, lasts=None)
    return CallbackMoved(name, agent_name, new_due, zone, is_repeat=False)


def _theirs(session: Session, actor: Actor, callback_id: int) -> tuple[Callback, Contact, Agent | None]:
    callback = session.get(Callback, callback_id, with_for_update=True)
    if callback is None or callback.organisation_id != actor.organisation_id:
        raise AlreadyGone
    contact = session.get_one(Contact, callback.contact_id, with_for_update=True)
    agent = None if callback.agent_id is None else session.get(Agent, callback.agent_id)
    is_anyones = agent is None and contact.campaign_id in {one.id for one in campaigns_of(session, actor)}
    is_theirs = agent is not None and agent.id == actor.agent_id
    if not (is_theirs or is_anyones or may_lead(session, actor, contact)):
        raise NotYours("" if agent is None else agent.name)
    return callback, contact, agent


def _if_moved(
    deps: Deps, session: Session, callback: Callback, contact: Contact, at: datetime, due_at: datetime
) -> Decided[Contact]:
    """The verdict at the new time, as if it were agreed; the contact did not name that hour."""
    decided = decide_contact(deps, session, contact, at, COUNT_NO_OFFERS)
    facts = decided.facts.facts
    agreed = CallbackFact(at, due_at, facts.contact.person, callback.principal)
    others = [one for one in facts.events if not (isinstance(one, CallbackFact) and one.closed_at is None)]
    supposed = Prepared(Facts(facts.call, facts.contact, (*others, agreed)))
    decision = decide_facts(deps, supposed, due_at, decided.house_pack)
    return decided._replace(facts=supposed, decision=decision)
