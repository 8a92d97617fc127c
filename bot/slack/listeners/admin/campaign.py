"""The campaign form, and what its cards show during a call.

Before a campaign is saved, a page on top of its form shows what the campaign means.
"""

import json
from collections.abc import Sequence
from dataclasses import replace

from bot.services.setup import campaign_packs, fields, overview, plan
from bot.services.setup.objects import CARD, CampaignView, Setup
from bot.services.setup.overview import Overview
from bot.slack import ids
from bot.slack.blocks.admin import campaign_form as forms
from bot.slack.blocks.admin import form_fields
from bot.slack.blocks.admin.campaign_form import card_form
from bot.slack.blocks.admin.form_fields import Offer
from bot.slack.blocks.kit.kit import Block, section
from bot.slack.boundary import setup_replies
from bot.slack.boundary.actions import ADMIN, NOTHING, opens, sends
from bot.slack.boundary.boundary import Taken
from bot.slack.boundary.identity import Ask
from bot.slack.boundary.payloads import Form, Unreadable
from bot.slack.listeners.admin.organisation import campaigns_page, name_fault, saved
from bot.slack.wording.say import named, say


def build(ask: Ask) -> Block:
    now, campaign_id = overview.organisation_overview(ask.deps, ask.actor), ask.asking.number
    if campaign_id:
        one = now.campaign(campaign_id)
    else:  # every team, the organisation as principal, and the country of the newest campaign, else GB
        countries = [each.country for each in now.campaigns] or ["GB"]
        teams = tuple(each.name for each in now.teams)
        one = CampaignView(country=countries[-1], principal=now.organisation.name, teams=teams)
    deps = ask.deps
    words = deps.rulebook().known_words()
    offer = Offer(
        countries=campaign_packs.countries(deps),
        sectors=words.sectors,
        house_packs=campaign_packs.house_packs(deps),
        titles=[(pack.id, pack.title) for pack in deps.rulebook().packs.values()],
        codes=words.codes,
        house_default=deps.house_pack_in(one.country),
        teams=now.teams,
    )
    return forms.campaign_form(one, offer, ask.asking.remembered(campaign_id))


def take(ask: Ask, form: Form) -> Taken:
    """Reads the form and shows what the campaign means. Saves nothing."""
    now, campaign_id = overview.organisation_overview(ask.deps, ask.actor), ask.asking.number
    if campaign_id:
        answers = form_fields.changes(CampaignView, form)
    else:
        answers = form_fields.answers(CampaignView, form) | {"name": form.text(ids.NAME)}
    one = _filled_in(now, campaign_id, answers)
    taken = () if one.campaign_id else (other.name for other in now.campaigns)
    errors = name_fault(one.name, taken) | form_fields.faults(one, answers)
    if one.starts_on and one.ends_on and one.ends_on < one.starts_on:
        errors[ids.UNTIL] = say("admin_campaigns.days_reversed")
    if errors:
        return Taken(errors)
    contacts = plan.count_affected(ask.deps, ask.actor, _wanted(one))
    kept = json.dumps({"campaign_id": campaign_id, **answers}, ensure_ascii=False, separators=(",", ":"))
    packs = campaign_packs.packs_chosen(ask.deps, one)
    is_answered_for = campaign_packs.answers_for(ask.deps, one.purpose, one.country)
    metadata = ask.asking.remembered(kept)
    return Taken(on_top=forms.meaning_page(one, packs, contacts, metadata, is_answered_for=is_answered_for))


def save(ask: Ask, _form: Form) -> Taken:
    """Saves what the form under the page of its meaning said."""
    now = overview.organisation_overview(ask.deps, ask.actor)
    try:
        answers = json.loads(ask.asking.said)
        campaign_id = int(answers.pop("campaign_id"))
    except (ValueError, TypeError, KeyError, AttributeError) as cause:
        raise Unreadable from cause
    one = _filled_in(now, campaign_id, answers)
    contacts = plan.count_affected(ask.deps, ask.actor, _wanted(one))
    plan.save(ask.deps, ask.actor, _wanted(one))

    def then() -> None:
        said: str = say("admin_campaigns.campaign_saved", name=named(one.name))
        if contacts:
            said = f"{said} {say('admin_campaigns.being_decided', count=contacts)}"
            setup_replies.decide_again(ask.deps)
        setup_replies.saved(ask, [section(said)])

    return Taken(closes_all=True, then=then)


def _filled_in(now: Overview, campaign_id: int, answers: form_fields.Answers) -> CampaignView:
    """The campaign with the answers; what the form did not ask stays.

    Raises Unreadable for what no form of this version says, AlreadyGone for a removed team or campaign.
    """

    def names(team_ids: Sequence[str]) -> tuple[str, ...]:
        return tuple(now.team(int(key)).name for key in team_ids if key.isdigit())

    before = now.campaign(campaign_id) if campaign_id else CampaignView()
    try:
        return replace(before, **form_fields.parsed(before, answers, {fields.NAMES: names}))
    except (ValueError, TypeError, KeyError, AttributeError) as cause:
        raise Unreadable from cause


def _wanted(one: CampaignView) -> Setup:
    return Setup(campaigns=({"name": one.name, **fields.asked_values(one)},))


def build_card(ask: Ask) -> Block:
    now = overview.organisation_overview(ask.deps, ask.actor)
    one = now.campaign(ask.asking.number)
    headings = overview.headings_now(ask.deps, one)
    return card_form(one, headings, ask.asking.remembered(ask.asking.number), now.own_outcomes)


def take_card(ask: Ask, form: Form) -> Taken:
    now = overview.organisation_overview(ask.deps, ask.actor)
    one, known = now.campaign(ask.asking.number), {str(each.own_id): each.name for each in now.own_outcomes}

    def names(own_ids: Sequence[str]) -> tuple[str, ...]:
        return tuple(known[key] for key in own_ids if key in known)

    answers = form_fields.changes(CampaignView, form, CARD)
    card = form_fields.parsed(one, answers, {fields.ORDERED: names})
    if errors := form_fields.faults(replace(one, **card), answers):
        return Taken(errors)
    said = {key: getattr(one, key) for key in ("name", "purpose", "principal", "country")}
    plan.save(ask.deps, ask.actor, Setup(campaigns=(fields.entry(CampaignView, **said, **card),)))
    return saved(ask, say("admin_campaigns.campaign_saved", name=named(one.name)), campaigns_page)


ACTIONS = (
    opens("admin_campaign", ADMIN, NOTHING, "admin_campaigns.campaign_title", build),
    sends("admin_campaign", ADMIN, NOTHING, take),
    sends("admin_meaning", ADMIN, NOTHING, save),
    opens("admin_card", ADMIN, NOTHING, "admin_campaigns.card_title", build_card),
    sends("admin_card", ADMIN, NOTHING, take_card),
)
