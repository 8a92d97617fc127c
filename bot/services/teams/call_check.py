"""Whether a number may be called, why, and when; and the rules of a campaign's country. Changes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from bot.services.agents import may_lead
from bot.services.answers.calls import CallCheck, HeldNow, NumberChecked
from bot.services.answers.evidence.checks import StoredDecision
from bot.services.answers.house_rules import CampaignRules
from bot.services.answers.people import Actor
from bot.services.answers.reconciliation import CallIn
from bot.services.calls import off_list
from bot.services.calls.history import calls_in, days_rung_often, last_call
from bot.services.calls.off_list import as_contact
from bot.services.calls.standing import is_in_force
from bot.services.campaigns import begins_with
from bot.services.deciding.decisions import Decided, closed_days, decide_contacts, forbidding_findings, warning_findings
from bot.services.deciding.facts import COUNT_NO_OFFERS, call_facts
from bot.services.deciding.refresh import Touched
from bot.services.deciding.replaying import as_stored
from bot.services.deps import Deps
from bot.services.erased_numbers import as_recorded
from bot.services.errors import NoTeam
from bot.services.hand_out.hand import held_now, promised_now
from bot.services.hand_out.places import places_of
from bot.services.numbers.parsing import mask, parse_number
from bot.services.teams import holds
from policy import ContactFacts, Rulebook, choose_packs
from policy.calendar.local_time import latest_zone
from policy.guide.countries import answers
from policy.vocabulary import Effect, Role, Verdict
from storage.models import Campaign, Contact
from storage.queries import compliance, contacts


def check_number(deps: Deps, actor: Actor, number: str, at: datetime | None = None) -> NumberChecked:
    """The verdict on a number now, or at `at`, for each of the actor's campaigns that has it. Raises BadNumber.

    A number in none of them is decided as if the first campaign were to call it; its name is then empty.
    """
    moment = deps.clock() if at is None else at
    with deps.unit_of_work(is_read_only=True) as uow:
        worked = off_list.every_campaign_for(uow.session, actor.organisation_id, actor.team_id)
        known = {one.id: one for one in worked}  # the active ones first
        parsed = parse_number(number, off_list.country_of(uow.session, actor))
        recorded = as_recorded(uow.session, actor.organisation_id, parsed)
        strangers = [_ringing(as_contact(one, parsed), recorded) for one in list(known.values())[:1]]
        # Of an erased number only its stops and calls are left: who it was stays unsaid.
        listed = _contacts(uow.session, actor, parsed, known) if recorded == parsed else []
        persons = frozenset(one.person_id for one in listed)
        whom, found = Touched(actor.organisation_id, frozenset({recorded}), persons), listed or strangers
        decided = decide_contacts(deps, uow.session, found, moment, COUNT_NO_OFFERS, is_now=at is None)
        where = places_of(uow.session, [one.contact for one in decided])
        held = _held(uow.session, actor, decided, moment) if at is None else [None] * len(decided)
        checks = [
            replace(_check(deps, one, known[one.contact.campaign_id], parsed, moment), places=place, held=holder)
            for one, place, holder in zip(decided, where, held, strict=True)
        ]
        rang: tuple[CallIn, ...] = ()
        if at is None:
            checks = [_offered(deps, uow.session, actor, *pair) for pair in zip(checks, decided, strict=True)]
            # The last calls from the people at the number, for an actor on whose lists they are.
            clients = {known[one.campaign_id].principal for one in listed}
            rang = calls_in(uow.session, whom, clients) if listed else ()
        if rang:
            checks = [_ringing_back(uow.session, actor, *pair, known) for pair in zip(checks, decided, strict=True)]
        stops = compliance.suppressions_on(uow.session, actor.organisation_id, [recorded], [])
        since = min((one.since for one in stops if is_in_force(one, moment) and one.since <= moment), default=None)
        may_see = listed or actor.role in (Role.MANAGER, Role.ADMIN)
        there = compliance.persons_at(uow.session, actor.organisation_id, parsed) if may_see else ()
        number_id = there[0].id if there else None
        # When the people at the number were rung against the rules, for the actor's clients.
        rung = days_rung_often(deps, uow.session, actor, whom, {one.principal for one in known.values()}, moment)
        return NumberChecked(mask(parsed), tuple(checks), since, rang, number_id, rung)


def decisions_about_number(deps: Deps, actor: Actor, number: str, most: int) -> tuple[StoredDecision, ...]:
    """The newest stored decisions about everyone at a number, newest first. Raises BadNumber."""
    with deps.unit_of_work(is_read_only=True) as uow:
        parsed = parse_number(number, off_list.country_of(uow.session, actor))
        rows = compliance.decisions_about(uow.session, actor.organisation_id, parsed, most)
        return tuple(as_stored(*row) for row in rows)


def _contacts(session: Session, actor: Actor, number: str, known: dict[int | None, Campaign]) -> list[Contact]:
    persons = [row.person_id for row in compliance.persons_at(session, actor.organisation_id, number)]
    found = contacts.contacts_sharing(session, actor.organisation_id, [number], persons)
    order = list(known)
    ours = [_ringing(one, number) for one in found if one.campaign_id in known]
    return sorted(ours, key=lambda one: (order.index(one.campaign_id), one.id or 0))


def _ringing(contact: Contact, number: str) -> Contact:
    """The contact as if it called this number, since a person may have several. Never stored."""
    return contact if contact.number == number else Contact(**{**contact.model_dump(), "number": number})


def _check(deps: Deps, decided: Decided[Contact], campaign: Campaign, number: str, at: datetime) -> CallCheck:
    decision, contact = decided.decision, decided.contact
    zone = latest_zone(contact.zones.split(), at)
    is_finished = contact.finished_at is not None and contact.finished_at <= at
    permits = tuple(one for one in decision.findings if one.effect is Effect.PERMIT)
    return CallCheck(
        masked_number=mask(number),
        name=contact.name,
        campaign=campaign.name,
        verdict=decision.verdict,
        callable_from=decision.callable_from,
        lawful_until=decision.lawful_until,
        missing=decision.missing,
        findings=(
            *forbidding_findings(decision),
            *closed_days(deps, decided, zone, at),
            *warning_findings(decision.findings),
            *permits,
        ),
        zone=zone,
        at=at,
        rulebook=decision.rulebook,
        is_state_unknown=_is_state_unknown(deps.rulebook(), contact.places.split()),
        finished_because=contact.finished_because if is_finished else "",
        is_active=campaign.is_active,
    )


def _held(session: Session, actor: Actor, decided: Sequence[Decided[Contact]], at: datetime) -> list[HeldNow | None]:
    """Who holds each contact or, if it could be called, promised to call back about now."""
    free = [one.contact.id for one in decided if one.is_callable and one.contact.id is not None]
    promised = promised_now(session, actor, free, at)
    held = held_now(session, actor, [one.contact for one in decided], at)
    return [one or promised.get(each.contact.id or 0) for one, each in zip(held, decided, strict=True)]


def _is_state_unknown(rulebook: Rulebook, places: Sequence[str]) -> bool:
    countries = tuple(f"{one}-" for one in places if "-" not in one)
    return bool(countries) and any(
        area.startswith(countries) for pack in rulebook.packs.values() for area in pack.areas
    )


def _offered(deps: Deps, session: Session, actor: Actor, check: CallCheck, decided: Decided[Contact]) -> CallCheck:
    """Add the offer to override, if the contact is open, a rule may give way and the actor leads the contact."""
    contact = decided.contact
    if (
        contact.id is None
        or contact.finished_at is not None
        or not may_lead(session, actor, contact)
        or not holds.may_give_way(deps, decided)
    ):
        return check
    return replace(check, contact_id=contact.id, may_be_overridden=True)


def _ringing_back(
    session: Session, actor: Actor, check: CallCheck, decided: Decided[Contact], known: Mapping[int | None, Campaign]
) -> CallCheck:
    """Add the client's last call to a person who called, and whether an agent may take their card."""
    contact = decided.contact
    principal = known[contact.campaign_id].principal
    last = last_call(session, Touched.about(contact), principal)
    is_free = check.verdict is Verdict.CALLABLE and check.held is None and contact.finished_at is None
    may_be_taken = is_free and check.is_active and actor.role is Role.AGENT and contact.id is not None
    return replace(
        check,
        last_call=last,
        may_be_taken=may_be_taken,
        contact_id=contact.id or 0 if may_be_taken else check.contact_id,
    )


def rules_of_campaign(deps: Deps, actor: Actor, name: str = "") -> CampaignRules:
    """Of the campaign whose name is or begins with `name`; of the actor's first. Raises NoTeam, UnknownCampaign."""
    with deps.unit_of_work(is_read_only=True) as uow:
        known = off_list.campaigns_of(uow.session, actor)
        if not known:
            raise NoTeam
        campaign = begins_with(known, name) if name else known[0]
        others = tuple(one.name for one in known if one.id != campaign.id)
        call, contact = call_facts(campaign), ContactFacts("", "", places=(campaign.country,))
        rulebook, on = deps.rulebook(), deps.clock().date()
        names = choose_packs(call, contact, rulebook, deps.house_pack_of(campaign))
        packs = [rulebook.packs[one] for one in names]
        national = [pack for pack in packs if not pack.is_regional]
        bases = [pack for pack in national if pack.is_base_of_area]
        told = (campaign.name, campaign.purpose, campaign.country)
        if not any(not pack.covers or campaign.purpose in pack.covers for pack in bases):
            return CampaignRules(*told, None, others=others)
        rules = [
            rule
            for pack in national
            for rule in pack.rules
            if rule.in_force(on) and rule.applies.solicited is not True and rule.applies.met_by(call, contact)
        ]
        found = answers(rules, bases[0].areas[0][:2], campaign.purpose)
        return CampaignRules(*told, found, has_parts=len(packs) > len(national), others=others)
