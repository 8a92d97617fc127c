"""A team lead puts a contact on hold and lifts the hold, each with a reason; and what else waits for a person.

And lets a rule give way on one contact, where the rule allows it, for one of its reasons, and in words. Such an
override is good for one call, or until an end that the team lead sets. It is a fact of the contact, which hand-out and
audit read, and never changes.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import NamedTuple

from sqlmodel import Session, col

from bot.services.agents import led_contact
from bot.services.answers.calls import Closed
from bot.services.answers.leads import HoldPlaced, LeadDecided, Overridable
from bot.services.answers.people import Actor, Sensitive
from bot.services.answers.teams import PACK, PLACE, HeldContact, HeldFor, Waiting
from bot.services.blanking import blank_about
from bot.services.calls import callback_changes, statements
from bot.services.calls.statements import due_on
from bot.services.deciding import refresh
from bot.services.deciding.decisions import Decided, decide_contact, decide_facts, forbidding_findings
from bot.services.deciding.facts import COUNT_NO_OFFERS
from bot.services.deciding.refresh import tell_withdrawn
from bot.services.deps import Deps, retry_lost_turn
from bot.services.errors import NothingToOverride, ReasonNeeded, StaleForm, TimeInPast
from bot.services.numbers.parsing import mask
from policy import Decision, Finding, OverrideFact, Prepared, Rulebook, is_lack_of_rules, is_place_unknown
from policy.templates.sentence import said_again
from policy.vocabulary import DATA_COMPLAINT, HOLDING, OF_PERSON, ContactState, Mode, Outcome, Verdict
from storage.models import Attempt, Campaign, Contact, Hold, Override
from storage.queries import attempts, compliance, contacts, reminders

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
    state, because = contacts.state_of(session, contact, at), said_again(contact.because, contact.sentence)
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


def override_options(deps: Deps, actor: Actor, contact_id: int) -> Overridable:
    """What may give way on a contact now, and for which reasons. Raises RoleNeeded, AlreadyGone, NothingToOverride."""
    with deps.unit_of_work(is_read_only=True) as uow:
        at = deps.clock()
        contact = led_contact(uow.session, actor, contact_id, is_only_read=True)
        decided = decide_contact(deps, uow.session, contact, at, COUNT_NO_OFFERS)
        giving_way = may_give_way(deps, decided)
        if not giving_way:
            raise NothingToOverride
        campaign = uow.session.get_one(Campaign, contact.campaign_id)
        reasons = sorted({one for found in giving_way for one in _override_reasons(deps.rulebook(), found.rule)})
        newest = _newest_overrides(uow.session, contact_id)
        shown = tuple(_asked_mark(one.rule, newest.get(one.rule)) for one in giving_way)
        return Overridable(contact.name, campaign.name, giving_way, tuple(reasons), shown)


@retry_lost_turn
def approve_override(
    deps: Deps,
    actor: Actor,
    contact_id: int,
    reason: str,
    words: str,
    until: datetime | None = None,
    shown: Collection[str] | None = None,
) -> LeadDecided:
    """Let every rule that forbids the call and accepts the reason give way.

    `until` (aware UTC): for every call before it; None: for one call. `shown`: the form's marks (`Overridable`); None:
    asked before any override was on record. Raises RoleNeeded, AlreadyGone, NothingToOverride, ReasonNeeded,
    TimeInPast, StaleForm. A repeat changes nothing, even after the call that it permitted.
    """
    if not words.strip():
        raise ReasonNeeded
    with deps.unit_of_work() as uow:
        session = uow.session
        contact = led_contact(session, actor, contact_id)
        at = deps.clock()
        if until is not None and until <= at:
            raise TimeInPast
        decided = decide_contact(deps, session, contact, at, COUNT_NO_OFFERS)
        is_repeat = _is_answered(session, actor, contact_id, reason, shown)
        giving_way = [] if is_repeat else _asked_for(deps, session, decided, reason, shown)
        words, blanked = blank_about(words.strip(), contact.number or "")
        override = partial(Override, organisation_id=contact.organisation_id, contact_id=contact_id, until=until)
        approved = partial(override, reason=reason, words=words, approved_at=at, approved_by=actor.agent_id)
        session.add_all(approved(rule=finding.rule) for finding in giving_way)
        refresh.redecide_touched(deps, session, refresh.Touched.about(contact), at)
        # The owner is reminded that it is callable; it is decided once more before the message goes.
        if contact.verdict is Verdict.CALLABLE and contact.owner_id is not None and contact.finished_at is None:
            reminders.schedule(session, contact, contact.owner_id, at, at)
        state = contacts.state_of(session, contact, at)
        because = said_again(contact.because, contact.sentence)
        return LeadDecided(contact.name, is_repeat, state, contact.callable_from, blanked, until, because)


def may_give_way(deps: Deps, decided: Decided[Contact]) -> tuple[Finding, ...]:
    """The rules against a call that allow a reasoned override; none if letting all give way would open nothing."""
    standing = tuple(one for one in forbidding_findings(decided.decision) if one.mode is Mode.OVERRIDE)
    if not standing:
        return ()
    at, rulebook, facts = decided.decision.at, deps.rulebook(), decided.facts.facts
    given = (OverrideFact(at, one.rule, min(_override_reasons(rulebook, one.rule)), "") for one in standing)
    supposed = Prepared(replace(facts, events=(*facts.events, *given)))
    opens_more = _opens_more(decided.decision, decide_facts(deps, supposed, at, decided.house_pack))
    return standing if opens_more else ()


def _opens_more(before: Decision, after: Decision) -> bool:
    if after.verdict is Verdict.CALLABLE:
        return True
    if after.verdict is not Verdict.LOCKED or after.callable_from is None:
        return False
    return before.callable_from is None or after.callable_from < before.callable_from


def _asked_for(
    deps: Deps, session: Session, decided: Decided[Contact], reason: str, shown: Collection[str] | None
) -> list[Finding]:
    """The rules that give way for the reason: all of them as the form showed. Raises NothingToOverride, StaleForm."""
    found = [one for one in may_give_way(deps, decided) if reason in _override_reasons(deps.rulebook(), one.rule)]
    if not found:
        raise NothingToOverride
    newest = _newest_overrides(session, decided.contact.id or 0)
    if not all(_is_shown(shown, one.rule, newest.get(one.rule)) for one in found):
        raise StaleForm
    return found


def _override_reasons(rulebook: Rulebook, rule_id: str) -> set[str]:
    return {reason for rule in rulebook.rules() if rule.id == rule_id for reason in rule.override_reasons}


def _asked_mark(rule: str, newest: int | None) -> str:
    """What a form asks: that a rule gives way after the newest override of it. An override answers this once."""
    return f"{rule}@{newest or 0}"


def _is_shown(shown: Collection[str] | None, rule: str, newest: int | None) -> bool:
    return not newest if shown is None else _asked_mark(rule, newest) in shown


def _newest_overrides(session: Session, contact_id: int) -> dict[str, int | None]:
    return {one.rule: one.id for one, _ in compliance.overrides_on(session, [contact_id])}


def _is_answered(session: Session, actor: Actor, contact_id: int, reason: str, shown: Collection[str] | None) -> bool:
    """Whether the actor approved what the form asks, for the same reason, and it may have been used since."""
    before: dict[str, int | None] = {}
    for one, _ in compliance.overrides_on(session, [contact_id]):
        is_same = (one.reason, one.approved_by) == (reason, actor.agent_id)
        if is_same and _is_shown(shown, one.rule, before.get(one.rule)):
            return True
        before[one.rule] = one.id
    return False
