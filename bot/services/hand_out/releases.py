"""Offered contacts given back, kept longer, taken back by a team lead, or returned when their agent leaves.

An agent who leaves the organisation or a team, or works for another, keeps no offered contact; anyone may keep the
callbacks of one who leaves.

And where an agent sees a number, so that it is hidden once the call is over, however it ends. One row for each number
on a message, kept until it is hidden or the message can no longer be redrawn. Slack redraws by the response_url of what
was pressed, a secret valid for 30 minutes. It is stored because any process may learn of the end and any may be killed
first; it is stored only here, never logged, and deleted when it expires.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session, col

from bot.services.agents import answers_for, as_actor, require
from bot.services.answers.calls import CallRefused, CardGone, Released, Withdrawn
from bot.services.answers.leads import Kept
from bot.services.answers.people import Actor
from bot.services.blanking import blank_about
from bot.services.deciding.decisions import decide_contact
from bot.services.deciding.facts import Offers
from bot.services.deciding.refresh import leave_unreported, tell_withdrawn
from bot.services.deps import Deps, retry_lost_turn
from bot.services.errors import AlreadyGone, NotYours, RoleNeeded
from bot.services.hand_out import hand
from bot.services.hand_out.cards import KEPT_FOR, LEASED_FOR, may_be_kept
from bot.services.hand_out.hand import keep_refusal, lapse_if_due
from policy.vocabulary import NOT_SAID, AttemptState, LeaseEnd, LeaseStage, ReleaseReason, Role
from storage.database.rows import changed, deleted, every, is_any, is_free
from storage.hand_out import leases
from storage.models import Agent, Callback, Contact, Lease, ShownNumber
from storage.queries import attempts, contacts
from storage.queries import messages as rows

# in place of the agent's reason: a team lead returned the contact to the list or moved it to another agent; or the
# agent may not call it any more, since an admin changed their team, the campaign or its client, or paused the list
TAKEN_BACK, MOVED, NOT_THEIRS = "taken_back", "moved", "not_theirs"
BY_LEAD = (TAKEN_BACK, MOVED, NOT_THEIRS)


@retry_lost_turn
def release(
    deps: Deps, actor: Actor, lease_id: int, reason: ReleaseReason | None = None, words: str = ""
) -> Released | CardGone:
    """Give back an offered contact; CardGone while calling: that needs an outcome. Raises NotYours, AlreadyGone.

    Without a reason it is NOT_SAID. A reason given later, for a contact that the agent has given back, takes its place.
    """

    def change(press: hand.Press) -> Released | CardGone:
        session = press.session
        lease, contact = held_by(session, actor, lease_id)
        at = deps.clock()
        lapse_if_due(session, lease, at)
        if lease.ended_at is None and lease.stage is LeaseStage.OFFERED:
            said, blanked = blank_about(words, lease.number)
            because = NOT_SAID if reason is None else reason.value
            leases.end(session, lease, at, LeaseEnd.RELEASED, because, said)
            return Released(lease_id, contact.name, False, contact.callable_from, blanked)
        if lease.ended_because == LeaseEnd.RELEASED and lease.release_reason not in BY_LEAD:
            if reason is None:
                return Released(lease_id, contact.name, True, contact.callable_from)
            said, blanked = blank_about(words, lease.number)
            is_news = (lease.release_reason, lease.release_words) != (reason.value, said)
            lease.release_reason, lease.release_words = reason.value, said
            session.add(lease)
            return Released(lease_id, contact.name, not is_news, contact.callable_from, blanked, is_explained=is_news)
        return why_gone(session, lease, contact)

    return hand.changed(deps, actor, change)


def refuse_others(deps: Deps, actor: Actor, lease_id: int) -> None:
    """Raise NotYours or AlreadyGone for whoever may not give the contact back, before they are asked why."""
    with deps.unit_of_work(is_read_only=True) as uow:
        _refuse_others(uow.session, actor, uow.session.get(Lease, lease_id))


@retry_lost_turn
def take_back(deps: Deps, actor: Actor, lease_id: int) -> Released | CardGone:
    """Take an offered contact back from an agent, who is told. A call under way stays: the answer is CardGone.

    Raises RoleNeeded, AlreadyGone. A repeat changes nothing.
    """
    require(actor, Role.TEAM_LEAD)
    is_repeat = True
    with deps.unit_of_work() as uow:
        lease, contact, holder = led_lease(uow.session, actor, lease_id)
        at = deps.clock()
        lapse_if_due(uow.session, lease, at)
        if lease.stage is LeaseStage.OFFERED and leases.end(uow.session, lease, at, LeaseEnd.RELEASED, TAKEN_BACK):
            is_repeat = False
            gone = Withdrawn(lease.agent_id, holder.slack_user_id, contact.id, TAKEN_BACK)
            tell_withdrawn(uow.session, [gone], at, actor.slack_user_id)
        elif lease.release_reason != TAKEN_BACK:
            return why_gone(uow.session, lease, contact)
    return Released(lease_id, contact.name, is_repeat, contact.callable_from)


def held_by(session: Session, actor: Actor, lease_id: int) -> tuple[Lease, Contact]:
    """The agent's own lease, ended or not, with its contact. Raises NotYours, AlreadyGone."""
    contact = contacts.of_lease(session, lease_id)  # locked before its lease, as events do, to avoid a deadlock
    lease = session.get(Lease, lease_id, with_for_update=True, populate_existing=True)  # it may have been read before
    ours = _refuse_others(session, actor, lease)
    if contact is None:
        raise AlreadyGone
    return ours, contact


def _refuse_others(session: Session, actor: Actor, lease: Lease | None) -> Lease:
    if lease is None or lease.organisation_id != actor.organisation_id:
        raise AlreadyGone
    if lease.agent_id != actor.agent_id:
        holder = session.get(Agent, lease.agent_id)
        raise NotYours("" if holder is None else holder.name)
    return lease


def goes_without_right(session: Session, lease: Lease, at: datetime) -> bool:
    """End an offered lease whose agent may not call the contact any more, whatever the rules of law say."""
    if leases.may_call(session, lease.agent_id, lease.contact_id):
        return False
    leases.end(session, lease, at, LeaseEnd.RELEASED, NOT_THEIRS)
    return True


def led_lease(
    session: Session, actor: Actor, lease_id: int, *, is_only_read: bool = False
) -> tuple[Lease, Contact, Agent]:
    """A lease of an agent whom `actor` leads, ended or not, with contact and agent. Raises RoleNeeded, AlreadyGone."""
    if not is_only_read:
        contacts.of_lease(session, lease_id)  # as above
    lease = session.get(Lease, lease_id, with_for_update=not is_only_read)
    if lease is None or lease.organisation_id != actor.organisation_id:
        raise AlreadyGone
    holder = session.get_one(Agent, lease.agent_id)
    if not answers_for(session, actor, holder, lease.offered_at):
        raise RoleNeeded(Role.MANAGER.value)
    return lease, session.get_one(Contact, lease.contact_id), holder


def why_gone(session: Session, lease: Lease, contact: Contact) -> CardGone:
    """Why a card is stale, and its attempt if that still needs an outcome."""
    attempt = attempts.of_lease(session, lease.id or 0)
    waits = attempt is not None and attempt.state in (AttemptState.OPEN, AttemptState.UNREPORTED)
    return CardGone(
        name=contact.name,
        because=lease.release_reason if lease.release_reason in BY_LEAD else lease.ended_because or lease.stage.value,
        outcome=None if attempt is None else attempt.outcome,
        attempt_id=attempt.id if waits and attempt is not None else None,
    )


@retry_lost_turn
def keep(deps: Deps, actor: Actor, lease_id: int) -> Kept | CallRefused | CardGone:
    """Extend the agent's own offered contact by ten minutes, once. Raises NotYours, AlreadyGone."""

    def change(press: hand.Press) -> Kept | CallRefused | CardGone:
        session = press.session
        lease, contact = held_by(session, actor, lease_id)
        at = deps.clock()
        lapse_if_due(session, lease, at)
        if lease.ended_at is not None or lease.stage is LeaseStage.CALLING:
            return why_gone(session, lease, contact)
        if goes_without_right(session, lease, at):
            return why_gone(session, lease, contact)
        decided = decide_contact(deps, session, contact, at, Offers(except_agent=actor.agent_id))
        if not decided.is_callable or lease.number != contact.number:
            leases.end(session, lease, at, LeaseEnd.REFUSED)
            keep_refusal(deps, session, decided, actor.agent_id, lease.id)
            return CallRefused(contact.name, decided.refusal)
        until = min(lease.offered_at + LEASED_FOR + KEPT_FOR, decided.lawful_until)
        longer = may_be_kept(lease) and until > lease.leased_until
        if longer:
            longer = leases.lengthen(session, lease, until, decided.lawful_until)
        return Kept(contact.name, min(lease.leased_until, decided.lawful_until), longer)

    return hand.changed(deps, actor, change)


def hand_back(session: Session, agent: Agent, at: datetime, *, is_gone: bool = False) -> int:
    """End the agent's leases. Returns how many contacts went back.

    A call under way stays theirs to finish; its person is not offered to others meanwhile. `is_gone`: the agent has
    left Slack and can finish nothing. The call then becomes unreported: it counts, and their team lead can record its
    outcome.
    """
    agent_id = agent.id or 0
    ended = [_end(session, lease, at, is_gone=is_gone) for lease, _ in leases.held_by(session, agent_id)]
    let_anyone_call_back(session, agent_id)
    return sum(ended)


def let_anyone_call_back(session: Session, agent_id: int) -> None:
    """Let anyone keep the callbacks that the agent promised."""
    for callback in every(session, Callback, Callback.agent_id == agent_id, col(Callback.closed_at).is_(None)):
        callback.agent_id = None
        session.add(callback)


def return_offers(session: Session, agent_id: int, at: datetime) -> int:
    """End the leases of contacts that were only offered to an agent who changes teams. Returns how many went back."""
    held = leases.held_by(session, agent_id)
    offered = [one for one, _ in held if one.stage is LeaseStage.OFFERED]
    return sum(leases.end(session, one, at, LeaseEnd.RELEASED, TAKEN_BACK) for one in offered)


def take_away(session: Session, organisation_id: int, at: datetime, other_client: Collection[int] = ()) -> int:
    """End the leases of offered contacts that their agents may not call any more, and tell them. Returns how many.

    For the transaction that takes the right away: a change of team, role or activity, of a campaign, its teams or its
    client (`other_client`: the campaigns), or the pause of a list. A call under way stays theirs to finish. A claim
    that is not committed yet is not seen here: Call asks again.
    """
    session.flush()
    gone = [
        Withdrawn(lease.agent_id, agent.slack_user_id, contact.id, NOT_THEIRS)
        for lease, contact, agent in leases.without_right(session, organisation_id, other_client)
        if leases.end(session, lease, at, LeaseEnd.RELEASED, NOT_THEIRS) and agent.is_active
    ]
    return len(tell_withdrawn(session, gone, at))


def _end(session: Session, lease: Lease, at: datetime, *, is_gone: bool) -> bool:
    if lease.stage is LeaseStage.OFFERED:
        is_back = leases.end(session, lease, at, LeaseEnd.RELEASED, TAKEN_BACK)
        if is_back or lease.ended_at is not None:
            return is_back
    if not is_gone:
        return False
    leave_unreported(session, lease, is_locked=True)  # somebody may just be speaking of the call
    return leases.end(session, lease, at, LeaseEnd.LAPSED)


# By then the answer that ended the call has redrawn its own message, which says more than we can.
ENDED_FOR: Final = timedelta(seconds=3)
TAKEN_FOR: Final = timedelta(minutes=1)  # a process that took a row and hid nothing for so long has died
TRIED_AGAIN_AFTER_S: Final = 5.0
_MOST_AT_ONCE: Final = 20


@dataclass(frozen=True, slots=True)
class Place:
    """A message (channel and ts), the URL that redraws it, and until when that URL works."""

    message: str
    response_url: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Ended:
    """A number to hide now, by the process that took it."""

    row_id: int
    taken_at: datetime
    actor: Actor
    place: Place
    card: CardGone


def note_shown(deps: Deps, actor: Actor, place: Place, lease_ids: Collection[int]) -> Callable[[], None]:
    """Record that a message is about to show the numbers of these leases.

    Call what it returns once the message is redrawn, and shows no others: it forgets those that it showed before.
    """
    on_it = ShownNumber.agent_id == actor.agent_id, ShownNumber.message == place.message
    others = *on_it, col(ShownNumber.lease_id).not_in(lease_ids)
    with deps.unit_of_work(is_read_only=not lease_ids) as uow:
        if lease_ids:
            shown = ShownNumber(
                organisation_id=actor.organisation_id,
                agent_id=actor.agent_id,
                lease_id=0,
                message=place.message,
                response_url=place.response_url,
                expires_at=place.until,
            )
            rows.note(uow.session, shown, lease_ids)
        had_others = is_any(uow.session, ShownNumber, *others)

    def redrawn() -> None:
        if had_others:
            with deps.unit_of_work() as uow:
                deleted(uow.session, ShownNumber, *others)

    return redrawn


def take_ended(deps: Deps) -> list[Ended]:
    """Take numbers for this process to hide, and delete those no process can hide any more."""
    with deps.unit_of_work(is_read_only=True) as uow:
        if not is_any(uow.session, ShownNumber):
            return []
    with deps.unit_of_work() as uow:
        at = deps.clock()
        deleted(uow.session, ShownNumber, ShownNumber.expires_at <= at)  # Slack no longer redraws them
        is_untaken = is_free(ShownNumber, at - TAKEN_FOR)
        found = rows.ended(uow.session, at, at - ENDED_FOR, is_untaken, _MOST_AT_ONCE)
        return [
            Ended(
                row_id=shown.id or 0,
                taken_at=at,
                actor=as_actor(agent),
                place=Place(shown.message, shown.response_url, shown.expires_at),
                card=why_gone(uow.session, lease, contact),
            )
            for shown, lease, contact, agent in found
            if changed(uow.session, ShownNumber, ShownNumber.id == shown.id, is_untaken, taken_at=at)
        ]


def is_wanted(deps: Deps, ended: Ended) -> bool:
    """Whether the number is still to be hidden: the agent may have redrawn the message by a press meanwhile."""
    with deps.unit_of_work(is_read_only=True) as uow:
        return is_any(uow.session, ShownNumber, *_is_ours(ended))


def forget_hidden(deps: Deps, ended: Ended) -> None:
    """Delete the row: the number is hidden, or never can be."""
    with deps.unit_of_work() as uow:
        deleted(uow.session, ShownNumber, *_is_ours(ended))


def not_hidden(deps: Deps, ended: Ended, wait_s: float) -> None:
    """Put the row back, to be tried again in `wait_s` seconds (0: the default)."""
    free_at = deps.clock() + timedelta(seconds=wait_s or TRIED_AGAIN_AFTER_S)
    with deps.unit_of_work() as uow:
        changed(uow.session, ShownNumber, *_is_ours(ended), taken_at=free_at - TAKEN_FOR)


def _is_ours(ended: Ended) -> tuple[bool, ...]:
    """SQL: the row that this process took, unless it is over or another has it."""
    return ShownNumber.id == ended.row_id, ShownNumber.taken_at == ended.taken_at
