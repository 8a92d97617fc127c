"""Decides contacts again: those an event touched and those whose window has closed. `rulebook_change` decides all."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Self

from sqlmodel import Session

from bot.services.answers.calls import Withdrawn
from bot.services.answers.people import Actor
from bot.services.deciding.decisions import Decided, cache_verdict, decide_batch, decide_contacts
from bot.services.deciding.facts import COUNT_NO_OFFERS
from bot.services.deps import Deps
from bot.services.notices import tell
from policy.vocabulary import AttemptState, LeaseEnd, LeaseStage, Verdict
from storage.hand_out import leases
from storage.models import Agent, Attempt, Contact, Lease, Reminder
from storage.queries import attempts, contacts, reminders
from storage.record import stored
from storage.record.whole_record import OnRecord, on_record

NUMBER_CLOSED = "number_closed"  # the card was for a number that the person no longer has
FINISHED = "finished"
_BARRING = (Verdict.SUPPRESSED, Verdict.HELD)
_BATCH = 250


class Opening(NamedTuple):
    """What the cache says of a contact: whether it may be called, and from when."""

    verdict: str
    callable_from: datetime | None


class Touched(NamedTuple):
    """Numbers and persons of an organisation, such as those an event affected."""

    organisation_id: int
    numbers: frozenset[str]
    persons: frozenset[int]

    @classmethod
    def about(cls, one: Contact | Lease | Attempt) -> Self:
        numbers = frozenset({one.number} if one.number else ())
        persons = frozenset(() if one.person_id is None else {one.person_id})
        return cls(one.organisation_id, numbers, persons)


def redecide_touched(
    deps: Deps, session: Session, touched: Touched, at: datetime, reminds: Contact | None = None
) -> tuple[Withdrawn, ...]:
    """Decide every contact that shares the number or person, cache the verdicts, and withdraw cards they forbid.

    `reminds`: the contact whose owner is to be reminded when it opens again; others keep their reminders. Those that a
    hold or a stop had closed come back with its end.
    """
    session.flush()
    sharing = contacts.contacts_sharing(session, *touched, for_update=True)
    now = max(at, deps.clock())  # a call made while the locks were waited for is waited after from its own moment
    found = redecide(deps, session, sharing, on_record(session, sharing), now, reminds) if sharing else {}
    session.flush()
    return withdraw_from(session, leases.live_on(session, *touched), found, at)


def redecide(
    deps: Deps, session: Session, sharing: Sequence[Contact], record: OnRecord, at: datetime, reminds: Contact | None
) -> dict[int, Decided[Contact]]:
    """Decide locked contacts of one organisation on a record already read, and cache the verdicts; reminders follow.

    `reminds`: see `redecide_touched`. Returns them by contact.
    """
    found = {one.contact.id or 0: one for one in decide_batch(deps, sharing, record, at, COUNT_NO_OFFERS)}
    for contact_id, decided in found.items():
        was_barred = decided.contact.verdict in _BARRING
        cache_verdict(deps, decided)
        is_new = reminds is not None and contact_id == reminds.id
        _keep_reminders(session, decided, at, is_new=is_new, was_barred=was_barred)
    return found


def refresh_and_withdraw(
    deps: Deps, session: Session, batch: Sequence[Contact], at: datetime
) -> tuple[list[Decided[Contact]], tuple[Withdrawn, ...]]:
    """Decide contacts of one organisation, cache the verdicts, and withdraw cards they forbid."""
    found = refresh(deps, session, batch, at)
    session.flush()
    if not found:
        return [], ()
    touched = Touched(
        batch[0].organisation_id,
        frozenset(contact.number for contact in batch if contact.number),
        frozenset(contact.person_id for contact in batch),
    )
    live, decided = leases.live_on(session, *touched), {one.contact.id or 0: one for one in found}
    return found, withdraw_from(session, live, decided, at)


def withdraw_from(
    session: Session,
    live: Sequence[tuple[Lease, Contact, Agent | Actor]],
    found: Mapping[int, Decided[Contact]],
    at: datetime,
) -> tuple[Withdrawn, ...]:
    """Withdraw the cards, each with its holder, of contacts that may no longer be called."""
    told = [
        withdraw(session, lease, agent, one.contact, one.decision.verdict, at)
        for lease, contact, agent in live
        if (one := found.get(contact.id or 0)) is not None
    ]
    return tuple(one for one in told if one is not None)


def tell_withdrawn(session: Session, cards: Iterable[Withdrawn], at: datetime, but: str = "") -> tuple[str, ...]:
    """Tell each holder, except the one with the Slack user id `but`, that their card is void. Returns those told."""
    others = [card for card in cards if card.slack_user_id != but]
    for card in others:
        holder = session.get_one(Agent, card.agent_id)
        tell(session, [holder], "card_withdrawn", at, {"because": card.because}, contact_id=card.contact_id)
    return tuple(card.slack_user_id for card in others)


def refresh(deps: Deps, session: Session, batch: Sequence[Contact], at: datetime) -> list[Decided[Contact]]:
    """Decide contacts and cache the verdicts; their reminders follow."""
    found = decide_contacts(deps, session, batch, at, COUNT_NO_OFFERS)
    before = {one.contact.id or 0: Opening(one.contact.verdict, one.contact.callable_from) for one in found}
    for decided in found:
        cache_verdict(deps, decided)
    now = {one.contact.id or 0: Opening(one.contact.verdict, one.contact.callable_from) for one in found}
    remind_again(session, before, now, at)
    return found


def remind_again(session: Session, before: Mapping[int, Opening], now: Mapping[int, Opening], at: datetime) -> None:
    """Bring back the reminders of contacts that are barred no longer; of those that open earlier, bring them forward.

    Other reminders are left alone: they decide again when they fall due.
    """
    freed = [key for key, one in now.items() if one.verdict not in _BARRING and before[key].verdict in _BARRING]
    session.flush()
    reminders.reopen_closed(session, freed, at)
    opened = {key: one.callable_from for key, one in before.items()}
    reminders.bring_forward(session, opened, {key: one.callable_from for key, one in now.items()}, at)


def redecide_stale(deps: Deps, most: int = 500) -> int:
    """Give contacts whose window has closed their next one. Returns how many were decided."""
    at = deps.clock()
    done = 0
    while done < most:
        with deps.unit_of_work() as uow:
            count = sweep_batch(deps, uow.session, at, min(_BATCH, most - done))
        done += count
        if not count:
            break
    return done


def sweep_batch(deps: Deps, session: Session, at: datetime, most: int, campaigns: Collection[int] | None = None) -> int:
    """Sweep at most `most` contacts in an open transaction."""
    stale = contacts.stale_contacts(session, at, most, campaigns)
    refresh(deps, session, stale, at)
    session.flush()
    return len(stale)


def _keep_reminders(
    session: Session, decided: Decided[Contact], at: datetime, *, is_new: bool, was_barred: bool
) -> None:
    contact, decision = decided.contact, decided.decision
    standing: Sequence[Reminder] = [one for one in decided.record.reminders if one.contact_id == contact.id]
    if contact.finished_at is not None or decision.verdict in _BARRING:
        reminders.close_reminders(session, [one.id or 0 for one in standing], at, "not_callable")
        return
    if was_barred and not standing:
        session.flush()
        reminders.reopen_closed(session, [contact.id or 0], at)
        standing = reminders.open_of(session, [contact.id or 0])[contact.id or 0]
    if was_barred and is_new and not standing and decision.verdict is Verdict.CALLABLE:
        _remind(session, decided, standing, at, at)
    if decision.verdict is not Verdict.LOCKED or decision.callable_from is None or not (is_new or standing):
        return
    _remind(session, decided, standing, decision.callable_from, at)


def _remind(
    session: Session, decided: Decided[Contact], standing: Sequence[Reminder], due_at: datetime, at: datetime
) -> None:
    """Remind the agent of the callback due first, else the contact's owner."""
    contact = decided.contact
    ours = [one for one in decided.record.callbacks if one.contact_id == contact.id and one.closed_at is None]
    soonest = sorted(ours, key=lambda one: one.due_at)
    keeper = next((one.agent_id for one in soonest if one.agent_id is not None), contact.owner_id)
    if keeper is not None:
        others = [one.id or 0 for one in standing if (one.agent_id, one.due_at) != (keeper, due_at)]
        wanted = {contact.id or 0: (keeper, due_at)} if len(others) == len(standing) else {}
        reminders.reschedule(session, contact.organisation_id, wanted, others, at)


def withdraw_cards(session: Session, verdicts: Mapping[int, Verdict], at: datetime) -> list[Withdrawn]:
    """Withdraw the cards of contacts that may no longer be called, each by its id."""
    forbidden = [contact_id for contact_id, verdict in verdicts.items() if verdict is not Verdict.CALLABLE]
    cards = stored.cards_on(session, forbidden) if forbidden else []
    told = (withdraw(session, lease, agent, contact, verdicts[contact.id or 0], at) for lease, contact, agent in cards)
    return [one for one in told if one is not None]


def withdraw(
    session: Session, lease: Lease, agent: Agent | Actor, contact: Contact, verdict: Verdict, at: datetime
) -> Withdrawn | None:
    """Withdraw an offered card if the call is forbidden or the contact finished; a call under way only if stopped."""
    is_callable, is_finished = verdict is Verdict.CALLABLE, contact.finished_at is not None
    if is_callable and lease.number == contact.number and not is_finished:
        return None
    if lease.stage is LeaseStage.CALLING and verdict is not Verdict.SUPPRESSED:
        return None
    if not leases.end(session, lease, at, LeaseEnd.WITHDRAWN):
        return None
    leave_unreported(session, lease)
    why_callable = FINISHED if is_finished else NUMBER_CLOSED
    return Withdrawn(lease.agent_id, agent.slack_user_id, contact.id, why_callable if is_callable else verdict.value)


def leave_unreported(session: Session, lease: Lease, *, is_locked: bool = False) -> None:
    """The call of a lease that ends is over, and lacks its outcome. `is_locked`: nobody speaks of it meanwhile."""
    attempt = attempts.of_lease(session, lease.id or 0, is_locked=is_locked)
    if attempt is not None and attempt.state is AttemptState.OPEN:
        attempt.state = AttemptState.UNREPORTED
