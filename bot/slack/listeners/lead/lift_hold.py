"""Lift a hold, with a reason: it may have to justify a call to a person who complained."""

from bot.services.teams import holds
from bot.slack import ids
from bot.slack.blocks.kit.kit import Block
from bot.slack.blocks.lead import lead_presses
from bot.slack.blocks.lead.status_pages import Page
from bot.slack.boundary import replies
from bot.slack.boundary.boundary import Boundary, Taken
from bot.slack.boundary.identity import Ask
from bot.slack.boundary.payloads import Form
from bot.slack.wording import say


def register(boundary: Boundary) -> None:
    boundary.opens(ids.LIFT_FORM, "forms.lift_title", build)
    boundary.submits(ids.LIFT_MODAL, take)
    boundary.action(ids.ACKNOWLEDGE, acknowledge)


def build(ask: Ask) -> Block:
    contact_id, _ = ask.asking.subject_and_team
    about = holds.asked_about(ask.deps, ask.actor, contact_id)
    return lead_presses.lift_form(about, ask.asking.remembered(ask.asking.said))


def take(ask: Ask, form: Form) -> Taken:
    contact_id = replies.subject_on_status(ask)
    reason = form.text(ids.WORDS)
    if not reason:
        return Taken({ids.WORDS: say("forms.why_lifted")})
    done = holds.lift(ask.deps, ask.actor, contact_id, reason)
    return Taken(then=lambda: replies.show_status(ask, lead_presses.lifted(done, ask.reader), Page.WHY))


def acknowledge(ask: Ask) -> None:
    """A complaint about data was acknowledged to the person."""
    contact_id = replies.subject_on_status(ask)
    done = holds.acknowledge(ask.deps, ask.actor, contact_id)
    replies.show_status(ask, lead_presses.acknowledged(done), Page.WHY)
