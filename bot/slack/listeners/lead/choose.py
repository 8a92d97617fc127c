"""Reassigns any offered contact or overdue callback, from a menu, when team status shows only the first of many."""

from bot.services.hand_out import releases
from bot.services.teams import choices, moves
from bot.slack import ids
from bot.slack.blocks.kit.kit import Block
from bot.slack.blocks.lead import lead_forms, lead_presses, lead_work
from bot.slack.blocks.lead.status_pages import Page
from bot.slack.boundary import replies
from bot.slack.boundary.boundary import Boundary, Taken
from bot.slack.boundary.identity import Ask
from bot.slack.boundary.payloads import Form
from bot.slack.wording import say


def register(boundary: Boundary) -> None:
    boundary.opens(ids.ANY_CONTACT_FORM, "lead_work.any_contact_title", build)
    boundary.submits(ids.ANY_CONTACT_MODAL, take)
    boundary.opens(ids.ANY_CALLBACK_FORM, "lead_work.reassign_title", build_callback)
    boundary.submits(ids.ANY_CALLBACK_MODAL, take_callback)


def build(ask: Ask) -> Block:
    _, team_id = ask.asking.subject_and_team
    held, people = choices.contacts(ask.deps, ask.actor, team_id)
    return lead_forms.any_contact(held, people, ask.asking.remembered(ask.asking.said))


def take(ask: Ask, form: Form) -> Taken:
    replies.subject_on_status(ask)
    lease_id, agent_id = form.id_of(ids.WHAT), form.id_of(ids.WHO)
    if lease_id is None:
        return Taken({ids.WHAT: say("lead_work.choose_contact")})
    if agent_id is not None:
        line = lead_work.moved(moves.move(ask.deps, ask.actor, lease_id, agent_id), ask.reader)
    elif form.choice(ids.WHO) == ids.BACK:
        line = lead_presses.taken_back(releases.take_back(ask.deps, ask.actor, lease_id))
    else:
        return Taken({ids.WHO: say("lead_work.choose_somebody")})
    return Taken(then=lambda: replies.show_status(ask, line, Page.HELD))


def build_callback(ask: Ask) -> Block:
    _, team_id = ask.asking.subject_and_team
    late, people = choices.callbacks_to_reassign(ask.deps, ask.actor, team_id)
    return lead_forms.any_callback(late, people, ask.asking.remembered(ask.asking.said), ask.reader)


def take_callback(ask: Ask, form: Form) -> Taken:
    replies.subject_on_status(ask)
    callback_id, agent_id = form.id_of(ids.WHAT), form.id_of(ids.WHO)
    if callback_id is None:
        return Taken({ids.WHAT: say("lead_work.choose_callback")})
    if agent_id is None and form.choice(ids.WHO) != ids.ANYONE:
        return Taken({ids.WHO: say("lead_work.choose_somebody")})
    done = moves.reassign(ask.deps, ask.actor, callback_id, agent_id)
    return Taken(then=lambda: replies.show_status(ask, lead_work.reassigned(done, ask.reader), Page.HELD))
