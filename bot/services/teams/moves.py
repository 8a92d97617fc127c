"""A team lead gives work to another agent: an offered contact or a callback; and the full lists to choose from."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, col

from bot.services import notices
from bot.services.agents import Member, leads, led_contact, possible_takers, reminded_at, require, who_takes
from bot.services.answers.calls import CallRefused, CardGone, Withdrawn
from bot.services.answers.leads import Moved, Reassigned
from bot.services.answers.people import Actor
from bot.services.answers.teams import HeldBy, OpenCallback
from bot.services.calls.callbacks import mark_told, refusal_at_time, trouble_of
from bot.services.deciding.decisions import Decided, decide_contact
from bot.services.deciding.facts import Offers
from bot.services.deciding.refresh import tell_withdrawn
from bot.services.deps import Deps, retry_lost_turn
from bot.services.errors import AlreadyGone, CannotTake, RoleNeeded
from bot.services.hand_out.hand import keep_refusal, lapse_if_due, wish_for
from bot.services.hand_out.releases import MOVED, led_lease, why_gone
from bot.services.teams.team_status import as_seen_by, team_of
from policy.calendar.local_time import latest_zone
from policy.vocabulary import LeaseEnd, LeaseStage, Role
from storage.errors import LeaseLost
from storage.hand_out import leases
from storage.hand_out.search import OVERDUE_AFTER
from storage.models import Agent, Callback, Contact, Lease
from storage.queries import callbacks, reminders
from storage.queries.agents import campaigns_of_teams
from storage.queries.reports import status


@retry_lost_turn
def move(deps: Deps, actor: Actor, lease_id: int, to_agent_id: int) -> Moved | CallRefused | CardGone:
    """Give an offered contact to another agent, with a new decision and a new lease; both agents are told.

    If the contact is no longer callable it goes back, and the answer is CallRefused. A call under way stays: CardGone.
    Raises RoleNeeded, AlreadyGone, CannotTake. A repeat changes nothing.
    """
    require(actor, Role.TEAM_LEAD)
    with deps.unit_of_work() as uow:
        session = uow.session
        lease, contact, holder = led_lease(session, actor, lease_id)
        taker = who_takes(session, actor, to_agent_id, contact.campaign_id)  # locked too
        at = deps.clock()
        lapse_if_due(session, lease, at)
        if lease.ended_at is not None or lease.stage is LeaseStage.CALLING:
            theirs = [held.id for _, held in leases.held_by(session, taker.id or 0)]
            is_repeat = lease.release_reason == MOVED and contact.id in theirs
            return Moved(contact.name, taker.name, True) if is_repeat else why_gone(session, lease, contact)
        if taker.id == holder.id:
            raise CannotTake(taker.name, "held")
        decided = decide_contact(deps, session, contact, at, Offers(except_agent=holder.id))
        if not decided.is_callable or lease.number != contact.number:
            leases.end(session, lease, at, LeaseEnd.REFUSED)
            keep_refusal(deps, session, decided, lease.agent_id, lease.id)
            answer: Moved | CallRefused = CallRefused(contact.name, decided.refusal)
            because = decided.decision.verdict.value
        else:
            _hand_over(session, lease, decided, holder, taker)
            answer, because = Moved(contact.name, taker.name, False), MOVED
        gone = Withdrawn(lease.agent_id, holder.slack_user_id, contact.id, because)
        tell_withdrawn(session, [gone], at, actor.slack_user_id)
        if isinstance(answer, Moved) and taker.id != actor.agent_id:
            notices.tell(session, [taker], "card_given", at, {"by": actor.agent_id}, contact_id=contact.id)
        return answer


@retry_lost_turn
def reassign(deps: Deps, actor: Actor, callback_id: int, to_agent_id: int | None) -> Reassigned:
    """Give a callback to another agent, or (None) to anyone of the team.

    They are told now and reminded at its time. A repeat changes nothing. Raises RoleNeeded, AlreadyGone, CannotTake.
    """
    with deps.unit_of_work() as uow:
        session = uow.session
        callback, contact = _led_callback(session, actor, callback_id)
        taker = None if to_agent_id is None else who_takes(session, actor, to_agent_id, contact.campaign_id)
        at = deps.clock()
        zone = latest_zone(contact.zones.split(), callback.due_at)
        done = Reassigned(
            contact.name, "" if taker is None else taker.name, callback.due_at, callback.agent_id == to_agent_id, zone
        )
        if done.is_repeat:
            return done
        _follow(session, [callback], contact, taker, at)
        refusal = refusal_at_time(deps, session, callback, contact, at)
        if refusal is not None:
            trouble = trouble_of(callback, contact, taker, at, refusal)
            done = replace(done, trouble=replace(trouble, team_id=actor.team_id or 0))
            mark_told(callback, contact, contact.verdict.value, at)
        if contact.finished_at is not None:
            callback.told_at = None  # closed with its list: the new agent hears it with the next tick
        if taker is not None:
            # Reminded at its time, or now if later; once lawful, if shut. On hold, nothing is due, and they get none.
            due = max(done.due_at, at) if done.trouble is None else done.trouble.next_lawful_at
            sent = None if due is None else reminded_at(taker, due)
            waits = sent is not None and sent != due
            done = replace(done, reminded_at=sent, waits_for_shift=waits, is_own=taker.id == actor.agent_id)
        if taker is not None and not done.is_own:
            news = {"callback": callback.id, "by": actor.agent_id, "is_moved": False}
            notices.tell(session, [taker], "callback_given", at, news, contact_id=contact.id, lasts=None)
        return done


def who_may_take(deps: Deps, actor: Actor, lease_id: int) -> tuple[str, tuple[Member, ...]]:
    """The name of an offered contact, and the others of its holder's team. Raises RoleNeeded, AlreadyGone."""
    require(actor, Role.TEAM_LEAD)
    with deps.unit_of_work(is_read_only=True) as uow:
        _, contact, holder = led_lease(uow.session, actor, lease_id, is_only_read=True)
        return contact.name, possible_takers(uow.session, holder.team_id, holder.id)


def callback_takers(
    deps: Deps, actor: Actor, callback_id: int, team_id: int
) -> tuple[str, datetime, tuple[Member, ...]]:
    """A callback's contact, its time, and the team's agents it may go to. Raises RoleNeeded, AlreadyGone."""
    with deps.unit_of_work(is_read_only=True) as uow:
        callback, contact = _led_callback(uow.session, actor, callback_id, is_only_read=True)
        others = possible_takers(uow.session, team_id, callback.agent_id) if leads(actor, team_id) else ()
        return contact.name, callback.due_at, others


def _led_callback(
    session: Session, actor: Actor, callback_id: int, *, is_only_read: bool = False
) -> tuple[Callback, Contact]:
    callback = session.get(Callback, callback_id, with_for_update=not is_only_read)
    if callback is None or callback.organisation_id != actor.organisation_id or callback.closed_at is not None:
        raise AlreadyGone
    return callback, led_contact(session, actor, callback.contact_id, is_only_read=is_only_read)


def _hand_over(session: Session, lease: Lease, decided: Decided[Contact], holder: Agent, taker: Agent) -> None:
    at, contact = decided.decision.at, decided.contact
    if not leases.end(session, lease, at, LeaseEnd.RELEASED, MOVED):
        raise LeaseLost(lease.id or 0)
    if not leases.claim_all(session, [wish_for(taker.id or 0, decided, lease.callback_id)]):
        raise LeaseLost(lease.id or 0)
    open_callbacks = callbacks.open_on_contacts(session, [contact.id or 0])
    _follow(session, [one for one in open_callbacks if one.agent_id == holder.id], contact, taker, at)


def _follow(
    session: Session, open_callbacks: Sequence[Callback], contact: Contact, taker: Agent | None, at: datetime
) -> None:
    """Move callbacks, ownership and reminders with the contact. If a call is due already, remind of it at once."""
    for callback in open_callbacks:
        callback.agent_id = None if taker is None else taker.id
        session.add(callback)
    if taker is None:
        return
    contact.owner_id = taker.id
    session.add(contact)
    due_at = max([at, *(one.due_at for one in open_callbacks)])
    if open_callbacks or reminders.open_of(session, [contact.id or 0])[contact.id or 0]:
        reminders.schedule(session, contact, taker.id or 0, due_at, at)


MOST_CHOICES = 100  # the most a Slack menu takes


def contacts_to_move(deps: Deps, actor: Actor, team_id: int) -> tuple[tuple[HeldBy, ...], tuple[Member, ...]]:
    """A team's offered contacts, longest held first, and who of it may take one. Raises UnknownTeam, RoleNeeded."""
    require(actor, Role.TEAM_LEAD)
    with deps.unit_of_work(is_read_only=True) as uow:
        team = team_of(uow.session, actor, team_id)
        campaigns = [one.id or 0 for one in campaigns_of_teams(uow.session, [team_id])]
        lines = (as_seen_by(actor, row) for row in status.held_rows(uow.session, campaigns) if row.team_id == team.id)
        return tuple(one for one in lines if one.can_take_back)[:MOST_CHOICES], possible_takers(uow.session, team.id)


def callbacks_to_reassign(
    deps: Deps, actor: Actor, team_id: int
) -> tuple[tuple[OpenCallback, ...], tuple[Member, ...]]:
    """A team's overdue callbacks, longest first, and who of it may take one. Raises UnknownTeam, RoleNeeded."""
    with deps.unit_of_work(is_read_only=True) as uow:
        team = team_of(uow.session, actor, team_id)
        if not leads(actor, team.id):
            raise RoleNeeded(Role.TEAM_LEAD.value)
        theirs = col(Contact.campaign_id).in_([one.id for one in campaigns_of_teams(uow.session, [team_id])])
        late = callbacks.due_before(uow.session, deps.clock() - OVERDUE_AFTER, MOST_CHOICES, theirs)
        return tuple(late), possible_takers(uow.session, team.id)
