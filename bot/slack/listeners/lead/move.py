"""Give to another agent: an offered contact, or an overdue callback."""

from bot.services.teams import moves
from bot.slack import ids
from bot.slack.blocks.kit.kit import Block
from bot.slack.blocks.lead import lead_forms, lead_work
from bot.slack.blocks.lead.status_pages import Page
from bot.slack.boundary import replies
from bot.slack.boundary.boundary import Boundary, Taken
from bot.slack.boundary.identity import Ask
from bot.slack.boundary.payloads import Form
from bot.slack.wording import say


def register(boundary: Boundary) -> None:
    boundary.opens(ids.MOVE_FORM, "lead_work.move_title", build)
    boundary.submits(ids.MOVE_MODAL, take)
    boundary.opens(ids.REASSIGN_FORM, "lead_work.reassign_title", build_callback)
    boundary.submits(ids.REASSIGN_MODAL, take_callback)


def build(ask: Ask) -> Block:
    lease_id, _ = ask.asking.subject_and_team
    name, people = moves.who_may_take(ask.deps, ask.actor, lease_id)
    return lead_forms.move(name, people, ask.asking.remembered(ask.asking.said))


def take(ask: Ask, form: Form) -> Taken:
    lease_id = replies.subject_on_status(ask)
    agent_id = form.id_of(ids.WHO)
    if agent_id is None:
        return Taken({ids.WHO: say("lead_work.choose_somebody")})
    done = moves.move(ask.deps, ask.actor, lease_id, agent_id)
    return Taken(then=lambda: replies.show_status(ask, lead_work.moved(done, ask.reader), Page.HELD))


def build_callback(ask: Ask) -> Block:
    callback_id, team_id = ask.asking.subject_and_team
    name, due_at, people = moves.callback_takers(ask.deps, ask.actor, callback_id, team_id)
    return lead_forms.reassign(name, due_at, people, ask.asking.remembered(ask.asking.said), ask.reader)


def take_callback(ask: Ask, form: Form) -> Taken:
    callback_id = replies.subject_on_status(ask)
    agent_id = form.id_of(ids.WHO)
    if agent_id is None and form.choice(ids.WHO) != ids.ANYONE:
        return Taken({ids.WHO: say("lead_work.choose_somebody")})
    done = moves.reassign(ask.deps, ask.actor, callback_id, agent_id)
    return Taken(then=lambda: replies.show_status(ask, lead_work.reassigned(done, ask.reader), Page.HELD))
