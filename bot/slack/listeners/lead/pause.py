"""Pause an agent, with an optional reason. The agent reads it on Home and at /nextcall."""

from bot.services.teams import pauses
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
    boundary.opens(ids.PAUSE_FORM, "lead_work.pause_title", build)
    boundary.submits(ids.PAUSE_MODAL, take)
    boundary.action(ids.END_PAUSE, end)


def build(ask: Ask) -> Block:
    _, team_id = ask.asking.subject_and_team
    people = pauses.who_may_be_paused(ask.deps, ask.actor, team_id)
    return lead_forms.pause(people, ask.asking.remembered(ask.asking.said))


def take(ask: Ask, form: Form) -> Taken:
    replies.subject_on_status(ask)
    agent_id = form.id_of(ids.WHO)
    if agent_id is None:
        return Taken({ids.WHO: say("lead_work.choose_somebody")})
    done = pauses.pause(ask.deps, ask.actor, agent_id, form.text(ids.WORDS))
    return Taken(then=lambda: replies.show_status(ask, lead_work.paused(done), Page.HELD))


def end(ask: Ask) -> None:
    agent_id = replies.subject_on_status(ask)
    done = pauses.end(ask.deps, ask.actor, agent_id)
    replies.show_status(ask, lead_work.paused(done), Page.HELD)
