"""The campaign form. Before anything is saved, a page on top of it shows what the campaign means."""

import json
from dataclasses import replace
from datetime import date

from bot.services.numbers.parsing import format_number
from bot.services.setup import caller_numbers, campaign_packs, changes, checks, overview
from bot.services.setup.file import CampaignSetup, Setup
from bot.services.setup.overview import CampaignView, Overview
from bot.slack import ids
from bot.slack.blocks.admin import campaign_form as forms
from bot.slack.blocks.admin.campaign_form import Meaning, Offer
from bot.slack.blocks.kit.kit import Block, section
from bot.slack.boundary import setup_replies
from bot.slack.boundary.actions import ADMIN, opens, sends
from bot.slack.boundary.boundary import Taken
from bot.slack.boundary.identity import Ask
from bot.slack.boundary.payloads import Form
from bot.slack.subjects import NOTHING, Unreadable
from bot.slack.wording import Markup, named, say
from policy.vocabulary import Purpose

_NEW = CampaignView(0, "", Purpose.MARKETING, "", "", "", "", 2, "", (), "creditor", True, "", "", (), is_active=True)

_KEPT = (
    *("campaign_id", "name", "purpose", "sector", "principal", "subject", "country", "priority", "house_pack", "codes"),
    *("caller_role", "is_number_shown", "is_active", "authorised_for", "starts_on", "ends_on", "caller_numbers"),
)
_DAYS = ("starts_on", "ends_on")


def build(ask: Ask) -> Block:
    now, campaign_id = overview.organisation_overview(ask.deps, ask.actor), ask.asking.number
    one = now.campaign(campaign_id) if campaign_id else _new(now)
    offer = _offer(ask, now, one)
    return forms.campaign_form(one, offer, ask.asking.remembered(campaign_id))


def _new(now: Overview) -> CampaignView:
    """A new campaign: every team, the organisation as principal, and the country of the newest campaign, else GB."""
    countries = [one.country for one in now.campaigns] or ["GB"]
    return replace(_NEW, country=countries[-1], principal=now.organisation, teams=tuple(one.name for one in now.teams))


def _offer(ask: Ask, now: Overview, one: CampaignView) -> Offer:
    deps = ask.deps
    words = deps.rulebook().known_words()
    return Offer(
        countries=campaign_packs.countries(deps),
        sectors=words.sectors,
        house_packs=campaign_packs.house_packs(deps),
        codes=words.codes,
        house_default=deps.house_pack_in(one.country),
        teams=now.teams,
    )


def take(ask: Ask, form: Form) -> Taken:
    """Reads the form and shows what the campaign means. Saves nothing."""
    now, campaign_id = overview.organisation_overview(ask.deps, ask.actor), ask.asking.number
    known = now.campaign(campaign_id) if campaign_id else None
    one = _filled_in(known or _NEW, now, form)
    errors = _errors(now, known, one) | _number_errors(form, one)
    if errors:
        return Taken(errors)
    contacts = changes.propose(ask.deps, ask.actor, _wanted(one)).contacts
    page = forms.meaning_page(one.name, _meaning(ask, one, contacts), ask.asking.remembered(_kept(one, now)))
    return Taken(on_top=page)


def save(ask: Ask, _form: Form) -> Taken:
    now = overview.organisation_overview(ask.deps, ask.actor)
    one = _unkept(ask.asking.said, now)
    contacts = changes.propose(ask.deps, ask.actor, _wanted(one)).contacts
    changes.save(ask.deps, ask.actor, _wanted(one))
    return Taken(closes_all=True, then=lambda: _saved(ask, one.name, contacts))


def _saved(ask: Ask, name: str, contacts: int) -> None:
    said: str = say("admin_campaigns.campaign_saved", name=named(name))
    if contacts:
        said = f"{said} {say('admin_campaigns.being_decided', count=contacts)}"
        setup_replies.decide_again(ask.deps)
    setup_replies.saved(ask, [section(said)])


def _kept(one: CampaignView, now: Overview) -> str:
    """The values, as the meaning page carries them."""
    teams = [team.team_id for team in now.teams if team.name in one.teams]
    kept = {name: getattr(one, name) for name in _KEPT} | {"teams": teams}
    kept |= {name: None if kept[name] is None else kept[name].isoformat() for name in _DAYS}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def _unkept(text: str, now: Overview) -> CampaignView:
    """The campaign from the meaning page.

    Raises Unreadable for another version's values, AlreadyGone for a removed team or campaign.
    """
    try:
        kept = json.loads(text)
        values = {name: kept[name] for name in _KEPT}
        values |= {"purpose": Purpose(values["purpose"]), "codes": tuple(values["codes"])}
        values |= {name: tuple(values[name]) for name in ("authorised_for", "caller_numbers")}
        values |= {name: values[name] and date.fromisoformat(values[name]) for name in _DAYS}
        team_ids = [int(one) for one in kept["teams"]]
    except (ValueError, TypeError, KeyError) as cause:
        raise Unreadable from cause
    if values["campaign_id"]:
        now.campaign(values["campaign_id"])
    return replace(_NEW, **values, teams=tuple(now.team(one).name for one in team_ids))


def _errors(now: Overview, known: CampaignView | None, one: CampaignView) -> dict[str, str]:
    found: dict[str, str] = {}
    if not one.name:
        found[ids.NAME] = say("admin.write_a_name")
    elif known is None and one.name.casefold() in {other.name.casefold() for other in now.campaigns}:
        found[ids.NAME] = say("admin.name_taken", name=Markup(one.name))
    if not one.principal:
        found[ids.PRINCIPAL] = say("admin.write_a_name")
    days = {ids.FROM: one.starts_on, ids.UNTIL: one.ends_on}
    found |= {key: say("admin_campaigns.day_too_far") for key, day in days.items() if day and not checks.is_day(day)}
    if one.starts_on and one.ends_on and one.ends_on < one.starts_on:
        found[ids.UNTIL] = say("admin_campaigns.days_reversed")
    return found


def _number_errors(form: Form, one: CampaignView) -> dict[str, str]:
    """What is wrong with the numbers that agents show."""
    _, wrong = caller_numbers.read(caller_numbers.parts_of(form.text(ids.CALLER_NUMBERS)), one.country)
    if wrong:
        return {ids.CALLER_NUMBERS: say("admin_campaigns.not_a_number", written=Markup(wrong[0]))}
    if len(one.caller_numbers) > caller_numbers.MOST:
        return {ids.CALLER_NUMBERS: say("admin_campaigns.too_many_numbers", count=caller_numbers.MOST)}
    return {}


def _filled_in(before: CampaignView, now: Overview, form: Form) -> CampaignView:
    """The campaign with the form's values. Fields the form did not show keep theirs."""
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
    if form.has(ids.CALLER_NUMBERS):
        written = caller_numbers.parts_of(form.text(ids.CALLER_NUMBERS))
        one = replace(one, caller_numbers=caller_numbers.read(written, one.country)[0])
    if form.has(ids.TEAMS):
        one = replace(one, teams=tuple(now.team(int(key)).name for key in form.choices(ids.TEAMS) if key.isdigit()))
    if not form.has(ids.PRIORITY):
        return one
    return replace(
        one,
        priority=int(form.choice(ids.PRIORITY) or before.priority),
        house_pack=_chosen(form, ids.HOUSE_PACK),
        codes=form.choices(ids.CODES),
        authorised_for=form.choices(ids.AUTHORISED),
        subject=form.text(ids.SUBJECT),
        caller_role=form.choice(ids.CALLER_ROLE) or before.caller_role,
        is_active=form.choice(ids.ACTIVE) != ids.NO,
        starts_on=form.day(ids.FROM),
        ends_on=form.day(ids.UNTIL),
    )


def _chosen(form: Form, block_id: str) -> str:
    return form.choice(block_id).replace(ids.NONE, "")


def _wanted(one: CampaignView) -> Setup:
    values = {name: getattr(one, name) for name in _KEPT if name != "campaign_id"}
    values |= {name: values[name] or "" for name in _DAYS}
    joined = {name: " ".join(getattr(one, name)) for name in ("codes", "authorised_for", "caller_numbers")}
    values |= joined | {"teams": one.teams}
    return Setup(campaigns=(CampaignSetup(**values),))


def _meaning(ask: Ask, one: CampaignView, contacts: int) -> Meaning:
    packs = campaign_packs.packs_chosen(
        ask.deps, one.purpose, one.country, one.sector, one.codes, one.house_pack, one.caller_role
    )
    found = caller_numbers.of_elsewhere(one.caller_numbers, one.country)
    elsewhere = [(format_number(number, one.country), one.country) for number in found]
    is_answered_for = campaign_packs.answers_for(ask.deps, one.purpose, one.country)
    return Meaning(packs, is_answered_for, contacts, elsewhere, one.is_active, one.starts_on, one.ends_on)


ACTIONS = (
    opens("admin_campaign", ADMIN, NOTHING, "admin_campaigns.campaign_title", build),
    sends("admin_campaign", ADMIN, NOTHING, take),
    sends("admin_meaning", ADMIN, NOTHING, save),
)
