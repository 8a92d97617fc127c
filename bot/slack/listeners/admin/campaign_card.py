"""What a campaign's cards show during a call: its script and its outcomes."""

from bot.services.hand_out import cards
from bot.services.hand_out.cards import stored_choice
from bot.services.setup import changes, overview
from bot.services.setup.fields import entry
from bot.services.setup.objects import CampaignView, Setup
from bot.services.setup.overview import Overview
from bot.slack import ids
from bot.slack.blocks.admin.campaign_form import card_form
from bot.slack.blocks.kit.kit import Block, section
from bot.slack.boundary import setup_replies
from bot.slack.boundary.actions import ADMIN, opens, sends
from bot.slack.boundary.boundary import Taken
from bot.slack.boundary.identity import Ask
from bot.slack.boundary.payloads import Form
from bot.slack.listeners.admin import pages
from bot.slack.subjects import NOTHING
from bot.slack.wording import named, plain, say
from bot.slack.wording.say import Markup
from policy.vocabulary import Outcome


def build(ask: Ask) -> Block:
    now = overview.organisation_overview(ask.deps, ask.actor)
    one = now.campaign(ask.asking.number)
    headings = overview.headings_now(ask.deps, one)
    return card_form(one, headings, ask.asking.remembered(ask.asking.number), now.own_outcomes)


def take(ask: Ask, form: Form) -> Taken:
    now, script = overview.organisation_overview(ask.deps, ask.actor), form.text(ids.SCRIPT)
    one = now.campaign(ask.asking.number)
    if wrong := cards.unknown_variables(script):
        known, named_so = ", ".join(f"{{{one}}}" for one in cards.VARIABLES), f"{{{plain(wrong[0], 40)}}}"
        said = say("admin_campaigns.script_unknown", wrong=Markup(named_so), variables=Markup(known))
        return Taken({ids.SCRIPT: said})
    details, links = (_chosen(form, one) for one in (ids.CARD_DETAILS, ids.CARD_LINKS))
    if details is not None and links is not None and set(links) - set(details):
        return Taken({ids.CARD_LINKS: say("admin_campaigns.link_not_shown")})
    ticked = [
        Outcome(word) for word in (*form.choices(ids.OFFERED), *form.choices(ids.OFFERED_TOO)) if word in set(Outcome)
    ]
    wanted = entry(
        CampaignView,
        name=one.name,
        purpose=one.purpose,
        principal=one.principal,
        country=one.country,
        script=script,
        outcomes=stored_choice(ticked) if ticked else "",
        own_buttons=_own(form, ids.OWN_AS_BUTTONS, now),
        own_outcomes=_own(form, ids.OWN_IN_MENU, now),
        card_details=None if details is None else cards.stored_headings(details),
        card_links=None if links is None else cards.stored_headings(links),
    )
    changes.save(ask.deps, ask.actor, Setup(campaigns=(wanted,)))
    line = [section(say("admin_campaigns.campaign_saved", name=named(one.name)))]
    return Taken(then=lambda: setup_replies.saved(ask, line, lambda line: pages.campaigns(ask, line)))


def _chosen(form: Form, block_id: str) -> tuple[str, ...] | None:
    """The headings chosen; None if the form did not ask. Slack's menus let nobody choose more than a card has room
    for."""
    return form.choices(block_id)[: cards.MOST_DETAILS] if form.has(block_id) else None


def _own(form: Form, block_id: str, now: Overview) -> tuple[str, ...] | None:
    """The own outcomes chosen, in order; None if the form did not ask."""
    names = {str(one.own_id): one.name for one in now.own_outcomes}
    return tuple(names[key] for key in form.choices(block_id) if key in names) if form.has(block_id) else None


ACTIONS = (
    opens("admin_card", ADMIN, NOTHING, "admin_campaigns.card_title", build),
    sends("admin_card", ADMIN, NOTHING, take),
)
