"""What a campaign's cards show during a call: its script and its outcomes."""

from collections.abc import Sequence
from dataclasses import replace

from bot.services.setup import changes, fields, overview
from bot.services.setup.objects import CARD, CampaignView, Setup
from bot.slack.blocks.admin import form_fields
from bot.slack.blocks.admin.campaign_form import card_form
from bot.slack.blocks.kit.kit import Block, section
from bot.slack.boundary import setup_replies
from bot.slack.boundary.actions import ADMIN, opens, sends
from bot.slack.boundary.boundary import Taken
from bot.slack.boundary.identity import Ask
from bot.slack.boundary.payloads import Form
from bot.slack.listeners.admin import pages
from bot.slack.subjects import NOTHING
from bot.slack.wording import named, say


def build(ask: Ask) -> Block:
    now = overview.organisation_overview(ask.deps, ask.actor)
    one = now.campaign(ask.asking.number)
    headings = overview.headings_now(ask.deps, one)
    return card_form(one, headings, ask.asking.remembered(ask.asking.number), now.own_outcomes)


def take(ask: Ask, form: Form) -> Taken:
    now = overview.organisation_overview(ask.deps, ask.actor)
    one, known = now.campaign(ask.asking.number), {str(each.own_id): each.name for each in now.own_outcomes}

    def names(own_ids: Sequence[str]) -> tuple[str, ...]:
        return tuple(known[key] for key in own_ids if key in known)

    answers = form_fields.answers(CampaignView, form, CARD)
    card = form_fields.parsed(one, answers, {fields.ORDERED: names})
    if errors := form_fields.faults(replace(one, **card), answers):
        return Taken(errors)
    said = {key: getattr(one, key) for key in ("name", "purpose", "principal", "country")}
    changes.save(ask.deps, ask.actor, Setup(campaigns=(fields.entry(CampaignView, **said, **card),)))
    line = [section(say("admin_campaigns.campaign_saved", name=named(one.name)))]
    return Taken(then=lambda: setup_replies.saved(ask, line, lambda line: pages.campaigns(ask, line)))


ACTIONS = (
    opens("admin_card", ADMIN, NOTHING, "admin_campaigns.card_title", build),
    sends("admin_card", ADMIN, NOTHING, take),
)
