"""A team lead puts a contact on hold and lifts the hold, each with a reason; and what else waits for a person."""

import math
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col

from bot.services.agents import led_contact
from bot.services.answers.calls import Closed
from bot.services.answers.leads import HoldPlaced, LeadDecided
from bot.services.answers.people import Actor, Sensitive
from bot.services.answers.teams import PACK, PLACE, HeldContact, HeldFor, Waiting
from bot.services.blanking import blank_about
from bot.services.calls import callback_changes, statements
from bot.services.calls.statements import due_on
from bot.services.deciding import refresh
from bot.services.deps import Deps, retry_lost_turn
from bot.services.notices import tell_withdrawn
from bot.services.numbers.parsing import mask
from policy import Rulebook, is_lack_of_rules, is_place_unknown
from policy.templates.sentence import said_again
from policy.vocabulary import DATA_COMPLAINT, HOLDING, OF_PERSON, ContactState, Outcome
from storage.models import Attempt, Campaign, Contact, Hold
from storage.queries import attempts, compliance, contacts, states

ACKNOWLEDGED = "acknowledged"  # why a hold for a complaint about data was lifted


@retry_lost_turn
def place(deps: Deps, actor: Actor, contact_id: int, reason: str) -> HoldPlaced:
    """Hold a contact until a team lead lifts it, and withdraw its card. Raises RoleNeeded, AlreadyGone.

    A repeat by the same team lead changes nothing.
    """
    with deps.unit_of_work() as uow:
        contact = led_contact(uow.session, actor, contact_id)  # locks it: a call opens before, or sees the hold
        at = deps.clock()
        reason, blanked = blank_about(reason, contact.number or "")
        ours = (actor.agent_id, reason, None, None)  # outside any call, and not lifted
        standing = compliance.holds_on(uow.session, [contact_id])
        is_repeat = any((one.placed_by, one.reason, one.attempt_id, one.lifted_at) == ours for one in standing)
        if not is_repeat:
            uow.session.add(statements.hold(contact.organisation_id, contact_id, reason, at, actor.agent_id))
        withdrawn = refresh.redecide_touched(deps, uow.session, refresh.Touched.about(contact), at)
        return HoldPlaced(contact.name, is_repeat, tell_withdrawn(uow.session, withdrawn, at), blanked)


@retry_lost_turn
def lift(deps: Deps, actor: Actor, contact_id: int, reason: str, shown: Collection[str] | None = None) -> LeadDecided:
    """Lift the holds that the form showed by these marks; None: every hold. Raises RoleNeeded, AlreadyGone.

    This includes holds on the person after a complaint or a sign of vulnerability, and the wait for the time of a
    callback agreed without one. What was said since the form opened holds on.
    """
    with deps.unit_of_work() as uow:
        contact = led_contact(uow.session, actor, contact_id)
        at = deps.clock()
        reason, blanked = blank_about(reason, contact.number or "")
        session, stands = uow.session, _standing(uow.session, contact)

        def is_shown(one: Hold | Attempt) -> bool:
            return shown is None or _mark(one) in shown

        # Lifting a hold also ends what earlier outcomes for its reason mean: it stays if one of them was not shown.
        unseen = {str(one.outcome) for one in stands.outcomes if not is_shown(one)}
        held = [one for one in stands.holds if is_shown(one) and one.reason not in unseen]
        missing = {str(one.outcome) for one in stands.outcomes} - unseen - {one.reason for one in held}
        statements.lift(held, reason, at, actor.agent_id)
        if stands.undated and all(map(is_shown, stands.undated)):
            principal = session.get_one(Campaign, contact.campaign_id).principal
            callback_changes.lift_undated(session, contact, principal, at)
            missing.add(Outcome.CALLBACK_AGREED.value)
        # An outcome without a hold of its own still holds the person until one is lifted.
        lifted = [statements.hold(contact.organisation_id, contact_id, one, at, actor.agent_id) for one in missing]
        session.add_all(lifted)
        statements.lift(lifted, reason, at, actor.agent_id)
        return _decided(deps, session, contact, at, is_repeat=not (held or missing), blanked=blanked)


@retry_lost_turn
def acknowledge(deps: Deps, actor: Actor, contact_id: int, shown: Collection[str] | None = None) -> LeadDecided:
    """Say that the complaints about their data that the status showed are acknowledged; None: all of the contact.

    Ends the holds that wait for it, no others. A repeat changes nothing. Raises RoleNeeded, AlreadyGone.
    """
    with deps.unit_of_work() as uow:
        session = uow.session
        contact = led_contact(session, actor, contact_id)
        at = deps.clock()
        found = contacts.of_contact(session, contact_id)
        waiting = [one for one in found if shown is None or _mark(one) in shown]
        statements.lift(waiting, ACKNOWLEDGED, at, actor.agent_id)
        session.flush()
        return _decided(deps, session, contact, at, is_repeat=not waiting)


def _decided(
    deps: Deps,
    session: Session,
    contact: Contact,
    at: datetime,
    *,
    is_repeat: bool,
    blanked: tuple[Sensitive, ...] = (),
) -> LeadDecided:
    """The contact, decided again, and what still stands against a call."""
    refresh.redecide_touched(deps, session, refresh.Touched.about(contact), at, reminds=contact)
    state, because = states.state_of(session, contact, at), said_again(contact.because, contact.sentence)
    return LeadDecided(contact.name, is_repeat, state, contact.callable_from, blanked, because=because)


def asked_about(deps: Deps, actor: Actor, contact_id: int) -> HeldContact:
    """The contact on hold, for the form that asks why to lift it. Raises RoleNeeded, AlreadyGone."""
    with deps.unit_of_work(is_read_only=True) as uow:
        contact = led_contact(uow.session, actor, contact_id, is_only_read=True)
        standing = [one for one in compliance.holds_on(uow.session, [contact_id]) if one.lifted_at is None]
        campaign = uow.session.get_one(Campaign, contact.campaign_id)
        asked = held_contact(contact, campaign.name, standing[0].placed_at if standing else None)
        return replace(asked, shown=_standing(uow.session, contact).shown)


def _mark(one: Hold | Attempt) -> str:
    return f"{one.id}" if isinstance(one, Hold) else f"{one.id}.{one.outcome}"


class _Standing(NamedTuple):
    """What a team lead may lift: holds, calls whose outcome holds the person without one, undated callbacks."""

    holds: list[Hold]
    outcomes: list[Attempt]
    undated: list[Attempt]

    @property
    def shown(self) -> tuple[str, ...]:
        """The marks of what the contact's sentence names: the reasons on record; where none is, the outcomes."""
        named = {one.reason for one in self.holds}
        calls = [one for one in (*self.outcomes, *self.undated) if not named or one.outcome in named]
        return (*map(_mark, self.holds[:_MOST_SHOWN]), *map(_mark, calls))


def _standing(session: Session, contact: Contact) -> _Standing:
    found = [one for one, _ in compliance.holds_of_persons(session, contact.organisation_id, [contact.person_id])]
    holds = [
        one
        for one in found
        if one.lifted_at is None
        and one.reason != DATA_COMPLAINT  # ends only once it is acknowledged
        and (one.contact_id == contact.id or one.reason in OF_PERSON)
    ]
    looked: dict[str, datetime] = {}  # by reason, when a team lead last lifted such a hold
    for hold in found:
        if hold.lifted_at is not None and not hold.is_taken_back:
            looked[hold.reason] = max(hold.lifted_at, looked.get(hold.reason, hold.lifted_at))
    own = {(one.attempt_id, one.reason) for one in holds}
    outcomes = [
        one
        for one in attempts.attempts_on(session, contact.organisation_id, (), [contact.person_id])
        if one.outcome in HOLDING
        and (one.id, one.outcome) not in own
        and (one.outcome not in looked or looked[one.outcome] < one.opened_at)
    ]
    principal = session.get_one(Campaign, contact.campaign_id).principal
    return _Standing(holds, outcomes, callback_changes.undated(session, contact, principal))


_MOST_SHOWN = 100  # holds in a form's metadata; the next form shows the rest
MOST_LISTED = 10
UNKNOWN = "base.unknown"  # the engine's own rule: what it must know is unknown
_MOST_LOOKED_AT = 50
_MOST_HOLDS = 500  # an organisation with more sees the oldest
LIFTED_BY_A_LEAD = ("hold", "callback")  # an agreed callback without a time holds its contact


def what_waits(session: Session, rulebook: Rulebook, campaigns: Sequence[Campaign], rows: Sequence[Closed]) -> Waiting:
    """What waits in these campaigns. `rows`: the state and reason of each of their contacts."""
    kinds = {rule.id: rule.kind for rule in rulebook.rules()}
    closed = [row for row in rows if row.state is ContactState.HELD]
    on_hold = [row for row in closed if kinds.get(row.rule) in LIFTED_BY_A_LEAD]
    found = _on_hold(session, rulebook, campaigns, {row.rule for row in on_hold})
    names = {campaign.id or 0: campaign.name for campaign in campaigns}
    unplaced: list[Contact] = []  # a team lead may know where some of them are, or ask
    if any(row.rule == UNKNOWN for row in closed):
        unknown = compliance.contacts_held(session, names, col(Contact.rule) == UNKNOWN, _MOST_LOOKED_AT)
        unplaced = [one for one in unknown if not (one.places and one.zones)][:MOST_LISTED]
    return Waiting(
        holds=tuple(found[:MOST_LISTED]),
        holds_left=max(len(found), sum(row.count for row in on_hold)) - len(found[:MOST_LISTED]),
        wanting=tuple(
            HeldFor(row.reason, row.count, _unknown(row.reason) or kinds.get(row.rule, ""))
            for row in closed
            if row not in on_hold
        ),
        unplaced=tuple(held_contact(one, names[one.campaign_id], None) for one in unplaced),
    )


def _unknown(reason: str) -> str:
    """The kind of what the engine itself must know and does not; empty if it is neither rules nor a place."""
    if is_lack_of_rules(reason):
        return PACK
    return PLACE if is_place_unknown(reason) else ""


def _on_hold(session: Session, rulebook: Rulebook, campaigns: Sequence[Campaign], rules: set[str]) -> list[HeldContact]:
    """Contacts on hold, the longest held first; then those that only an outcome holds."""
    names = {campaign.id or 0: campaign.name for campaign in campaigns}
    if not names:
        return []
    since: dict[int, datetime] = {}
    of_person: dict[int, datetime] = {}
    for hold, person_id in compliance.open_holds(session, campaigns[0].organisation_id, _MOST_HOLDS):
        since.setdefault(hold.contact_id, hold.placed_at)
        if hold.reason in OF_PERSON:
            of_person.setdefault(person_id, hold.placed_at)
    found: dict[int | None, Contact] = {}
    if since:
        theirs = col(Contact.id).in_(since) | col(Contact.person_id).in_(of_person)
        found |= {one.id: one for one in compliance.contacts_held(session, names, theirs)}
    if rules:
        by_rule = compliance.contacts_held(session, names, col(Contact.rule).in_(rules), MOST_LISTED)
        found |= {one.id: one for one in by_rule}
    complaints = contacts.open_complaints(session, campaigns[0].organisation_id, names)
    due = {one.contact_id: due_on(rulebook, zones, received_at) for one, zones, received_at in reversed(complaints)}
    lines = [
        replace(
            held_contact(one, names[one.campaign_id], since.get(one.id or 0) or of_person.get(one.person_id)),
            acknowledge_by=due.get(one.id or 0),
            shown=tuple(_mark(said) for said, _, _ in complaints if said.contact_id == one.id),
        )
        for one in found.values()
    ]
    return sorted(lines, key=lambda line: (math.inf if line.since is None else line.since.timestamp(), line.contact_id))


def held_contact(contact: Contact, campaign: str, since: datetime | None) -> HeldContact:
    masked = "" if contact.number is None else mask(contact.number)
    reason = said_again(contact.because, contact.sentence)
    return HeldContact(contact.id or 0, contact.name, masked, campaign, reason, since)
