"""A team lead lets a rule give way on one contact: where the rule allows it, for one of its reasons, and in words.

An override is good for one call, or until an end that the team lead sets. It is a fact of the contact, which hand-out
and audit read, and never changes.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from bot.services.answers.leads import LeadDecided, Overridable
from bot.services.answers.people import Actor
from bot.services.blanking import blank_about
from bot.services.deciding import COUNT_NO_OFFERS, Decided, decide_contact, decide_facts, forbidding_findings, refresh
from bot.services.deps import Deps
from bot.services.errors import NothingToOverride, ReasonNeeded, TimeInPast
from bot.services.permissions import led_contact
from bot.services.retries import retry_lost_turn
from policy import Decision, Finding, OverrideFact, Prepared, Rulebook
from policy.vocabulary import Mode, Verdict
from storage.models import Campaign, Contact, Override
from storage.queries import compliance, reminders, states


def options(deps: Deps, actor: Actor, contact_id: int) -> Overridable:
    """What may give way on a contact now, and for which reasons. Raises RoleNeeded, AlreadyGone, NothingToOverride."""
    with deps.unit_of_work(is_read_only=True) as uow:
        at = deps.clock()
        contact = led_contact(uow.session, actor, contact_id, is_only_read=True)
        decided = decide_contact(deps, uow.session, contact, at, COUNT_NO_OFFERS)
        giving_way = may_give_way(deps, decided)
        if not giving_way:
            raise NothingToOverride
        campaign = uow.session.get_one(Campaign, contact.campaign_id)
        reasons = sorted({one for found in giving_way for one in _reasons(deps.rulebook(), found.rule)})
        return Overridable(contact_id, contact.name, campaign.name, giving_way, tuple(reasons))


@retry_lost_turn
def approve(
    deps: Deps, actor: Actor, contact_id: int, reason: str, words: str, until: datetime | None = None
) -> LeadDecided:
    """Let every rule that forbids the call and accepts the reason give way.

    `until` (aware UTC): for every call before it; None: for one call. Raises RoleNeeded, AlreadyGone,
    NothingToOverride, ReasonNeeded, TimeInPast. A repeat changes nothing.
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
        giving_way = [one for one in may_give_way(deps, decided) if reason in _reasons(deps.rulebook(), one.rule)]
        if not giving_way and not _stands(session, actor, contact, reason, decided.decision):
            raise NothingToOverride
        words, blanked = blank_about(words.strip(), contact.number or "")
        for finding in giving_way:
            session.add(
                Override(
                    organisation_id=contact.organisation_id,
                    contact_id=contact_id,
                    rule=finding.rule,
                    reason=reason,
                    words=words,
                    approved_at=at,
                    approved_by=actor.agent_id,
                    until=until,
                )
            )
        refresh.redecide_touched(deps, session, refresh.Touched.about(contact), at)
        # The owner is reminded that it is callable; it is decided once more before the message goes.
        if contact.verdict is Verdict.CALLABLE and contact.owner_id is not None and contact.finished_at is None:
            reminders.schedule(session, contact, contact.owner_id, at, at)
        state = states.state_of(session, contact, at)
        return LeadDecided(contact.name, not giving_way, state, contact.callable_from, blanked, until)


def may_give_way(deps: Deps, decided: Decided[Contact]) -> tuple[Finding, ...]:
    """The rules against a call that allow a reasoned override; none if letting all give way would open nothing."""
    standing = tuple(one for one in forbidding_findings(decided.decision) if one.mode is Mode.OVERRIDE)
    if not standing:
        return ()
    at, rulebook, facts = decided.decision.at, deps.rulebook(), decided.facts.facts
    given = (OverrideFact(at, one.rule, min(_reasons(rulebook, one.rule)), "") for one in standing)
    supposed = Prepared(replace(facts, events=(*facts.events, *given)))
    opens_more = _opens_more(decided.decision, decide_facts(deps, supposed, at, decided.house_pack))
    return standing if opens_more else ()


def _opens_more(before: Decision, after: Decision) -> bool:
    if after.verdict is Verdict.CALLABLE:
        return True
    if after.verdict is not Verdict.LOCKED or after.callable_from is None:
        return False
    return before.callable_from is None or after.callable_from < before.callable_from


def _reasons(rulebook: Rulebook, rule_id: str) -> set[str]:
    return {reason for rule in rulebook.rules() if rule.id == rule_id for reason in rule.override_reasons}


def _stands(session: Session, actor: Actor, contact: Contact, reason: str, decision: Decision) -> bool:
    """Whether the actor approved the same before, and it lets a rule give way now."""
    permitted = {one.rule for one in decision.findings if one.mode is Mode.OVERRIDE}
    found: Iterable[tuple[Override, str]] = compliance.overrides_on(session, [contact.id or 0])
    return any(one.rule in permitted and one.reason == reason and one.approved_by == actor.agent_id for one, _ in found)
