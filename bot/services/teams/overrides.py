"""A team lead lets a rule give way on one contact: where the rule allows it, for one of its reasons, and in words.

An override is good for one call, or until an end that the team lead sets. It is a fact of the contact, which hand-out
and audit read, and never changes.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from functools import partial

from sqlmodel import Session

from bot.services.agents import led_contact
from bot.services.answers.leads import LeadDecided, Overridable
from bot.services.answers.people import Actor
from bot.services.blanking import blank_about
from bot.services.deciding import refresh
from bot.services.deciding.decisions import Decided, decide_contact, decide_facts, forbidding_findings
from bot.services.deciding.facts import COUNT_NO_OFFERS
from bot.services.deps import Deps, retry_lost_turn
from bot.services.errors import NothingToOverride, ReasonNeeded, StaleForm, TimeInPast
from policy import Decision, Finding, OverrideFact, Prepared, Rulebook
from policy.templates.sentence import said_again
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
        newest = _newest_overrides(uow.session, contact_id)
        shown = tuple(_mark(one.rule, newest.get(one.rule)) for one in giving_way)
        return Overridable(contact.name, campaign.name, giving_way, tuple(reasons), shown)


@retry_lost_turn
def approve(
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
        state = states.state_of(session, contact, at)
        because = said_again(contact.because, contact.sentence)
        return LeadDecided(contact.name, is_repeat, state, contact.callable_from, blanked, until, because)


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


def _asked_for(
    deps: Deps, session: Session, decided: Decided[Contact], reason: str, shown: Collection[str] | None
) -> list[Finding]:
    """The rules that give way for the reason: all of them as the form showed. Raises NothingToOverride, StaleForm."""
    found = [one for one in may_give_way(deps, decided) if reason in _reasons(deps.rulebook(), one.rule)]
    if not found:
        raise NothingToOverride
    newest = _newest_overrides(session, decided.contact.id or 0)
    if not all(_is_shown(shown, one.rule, newest.get(one.rule)) for one in found):
        raise StaleForm
    return found


def _reasons(rulebook: Rulebook, rule_id: str) -> set[str]:
    return {reason for rule in rulebook.rules() if rule.id == rule_id for reason in rule.override_reasons}


def _mark(rule: str, newest: int | None) -> str:
    """What a form asks: that a rule gives way after the newest override of it. An override answers this once."""
    return f"{rule}@{newest or 0}"


def _is_shown(shown: Collection[str] | None, rule: str, newest: int | None) -> bool:
    return not newest if shown is None else _mark(rule, newest) in shown


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
