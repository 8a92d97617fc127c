"""A campaign: what it means is shown above the form before it is saved, and again whenever something was changed since."""

import hashlib
from dataclasses import replace

from bot.services import house_now, packs_chosen, setup_changes
from bot.services.house_now import CampaignNow, HouseNow
from bot.services.setup_file import CampaignSetup, Setup
from bot.slack import ids, setup_replies
from bot.slack.blocks import campaign_form as forms
from bot.slack.blocks.campaign_form import Meaning, Offer
from bot.slack.blocks.kit import Block, section
from bot.slack.blocks.text import named
from bot.slack.boundary import Boundary, Taken
from bot.slack.identity import Ask
from bot.slack.modals import admin_pages
from bot.slack.payloads import Form, Unreadable
from bot.slack.wording import admin, admin_campaigns
from policy.vocabulary import Purpose

_NEW = CampaignNow(0, "", Purpose.MARKETING, "", "", "", "", 2, "", (), "creditor", True, "", "", (), is_active=True)


def register(boundary: Boundary) -> None:
    boundary.opens(ids.ADMIN_CAMPAIGN, admin_campaigns.campaign_title, build)
    boundary.submits(ids.ADMIN_CAMPAIGN, take)


def build(ask: Ask) -> Block:
    now, campaign_id = house_now.house_now(ask.deps, ask.who), ask.asking.number
    offer = _offer(ask, now)
    one = now.campaign(campaign_id) if campaign_id else _new(now)
    return forms.campaign_form(one, offer, ask.asking.remembered(f"{campaign_id}:"))


def _new(now: HouseNow) -> CampaignNow:
    """Worked by every team, for the organisation itself, in the country of the campaign before it."""
    countries = [one.country for one in now.campaigns] or ["GB"]
    return replace(_NEW, country=countries[-1], principal=now.organisation, teams=tuple(one.name for one in now.teams))


def _offer(ask: Ask, now: HouseNow) -> Offer:
    deps = ask.deps
    return Offer(
        countries=packs_chosen.countries(deps),
        sectors=packs_chosen.sectors(deps),
        house_packs=packs_chosen.house_packs(deps),
        codes=packs_chosen.codes(deps),
        house_default=deps.house_pack,
        teams=now.teams,
    )


def take(ask: Ask, form: Form) -> Taken:
    now = house_now.house_now(ask.deps, ask.who)
    campaign_id, shown_before = ask.asking.subject_and_mark
    known = now.campaign(campaign_id) if campaign_id else None
    one = _filled_in(known or _NEW, now, form)
    errors = _errors(now, known, one)
    if errors:
        return Taken(errors)
    wanted = _wanted(one)
    proposal = setup_changes.propose(ask.deps, ask.who, wanted)
    mark = _mark(one, proposal.contacts)
    if mark != shown_before:
        means = _meaning(ask, one, proposal.contacts)
        metadata = ask.asking.remembered(f"{campaign_id}:{mark}")
        return Taken(next_form=forms.campaign_form(one, _offer(ask, now), metadata, means))
    setup_changes.save(ask.deps, ask.who, wanted)
    return Taken(then=lambda: _saved(ask, one.name, proposal.contacts))


def _saved(ask: Ask, name: str, contacts: int) -> None:
    said = admin_campaigns.campaign_saved(named(name))
    line = [section(f"{said} {admin_campaigns.being_decided(contacts)}" if contacts else said)]
    if contacts:
        setup_replies.decide_again(ask.deps)
    setup_replies.saved(ask, line, lambda line: admin_pages.campaigns(ask, line))


def _errors(now: HouseNow, known: CampaignNow | None, one: CampaignNow) -> dict[str, str]:
    found = {}
    if not one.name:
        found[ids.NAME] = admin.write_a_name()
    elif known is None and one.name.casefold() in {other.name.casefold() for other in now.campaigns}:
        found[ids.NAME] = admin.name_taken(one.name)
    if not one.principal:
        found[ids.PRINCIPAL] = admin.write_a_name()
    return found


def _filled_in(before: CampaignNow, now: HouseNow, form: Form) -> CampaignNow:
    """What the form did not ask is as it was."""
    if form.choice(ids.PURPOSE) not in set(Purpose):
        raise Unreadable
    one = replace(
        before,
        name=before.name or form.text(ids.NAME),
        purpose=Purpose(form.choice(ids.PURPOSE)),
        sector=_chosen(form, ids.SECTOR),
        principal=form.text(ids.PRINCIPAL),
        country=form.choice(ids.COUNTRY),
        is_number_shown={ids.YES: True, ids.NO: False}.get(form.choice(ids.SHOWN)),
    )
    if form.has(ids.TEAMS):
        one = replace(one, teams=tuple(now.team(int(key)).name for key in form.choices(ids.TEAMS) if key.isdigit()))
    if not form.has(ids.PRIORITY):
        return one
    return replace(
        one,
        priority=int(form.choice(ids.PRIORITY) or before.priority),
        house_pack=_chosen(form, ids.HOUSE_PACK),
        codes=form.choices(ids.CODES),
        subject=form.text(ids.SUBJECT),
        caller_role=form.choice(ids.CALLER_ROLE) or before.caller_role,
        is_active=form.choice(ids.ACTIVE) != ids.NO,
    )


def _chosen(form: Form, block_id: str) -> str:
    return form.choice(block_id).replace(ids.NONE, "")


def _wanted(one: CampaignNow) -> Setup:
    campaign = CampaignSetup(
        name=one.name,
        purpose=one.purpose,
        principal=one.principal,
        country=one.country,
        teams=one.teams,
        sector=one.sector,
        subject=one.subject,
        priority=one.priority,
        house_pack=one.house_pack,
        caller_role=one.caller_role,
        authorised_for=None,
        codes=" ".join(one.codes),
        is_number_shown=one.is_number_shown,
        script=None,
        outcomes=None,
        is_active=one.is_active,
    )
    return setup_changes.of(campaigns=(campaign,))


def _meaning(ask: Ask, one: CampaignNow, contacts: int) -> Meaning:
    packs = packs_chosen.packs_chosen(
        ask.deps, one.purpose, one.country, one.sector, one.codes, one.house_pack, one.caller_role
    )
    return Meaning(packs, packs_chosen.answers_for(ask.deps, one.purpose, one.country), contacts)


def _mark(one: CampaignNow, contacts: int) -> str:
    """What was shown, so that only that is saved; contacts that came meanwhile are no reason to ask again."""
    seen = repr(replace(one, script="", outcomes="")) + str(bool(contacts))
    return hashlib.sha256(seen.encode()).hexdigest()[:16]
