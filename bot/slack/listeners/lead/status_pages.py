"""The longer pages of a team's status, and the button that asks an agent for the outcome of a call."""

from functools import partial

from bot.services.answers.leads import OutcomeAsked
from bot.services.reminders import outcome_requests
from bot.services.teams import team_status
from bot.slack import ids
from bot.slack.blocks.kit.kit import Block
from bot.slack.blocks.kit.reply import Reply
from bot.slack.blocks.lead import lead_presses, status_pages
from bot.slack.blocks.lead.status_pages import Page
from bot.slack.blocks.lead.team_status import PAGES
from bot.slack.boundary import replies
from bot.slack.boundary.boundary import Boundary
from bot.slack.boundary.identity import Ask


def register(boundary: Boundary) -> None:
    for action_id, page in PAGES.items():
        boundary.opens(action_id, page.value, partial(build, page))
    boundary.action(ids.ASK_OUTCOME, ask_outcome)
    boundary.action(ids.ASK_FOR_OUTCOME, ask_beside)


def build(page: Page, ask: Ask) -> Block:
    return status_pages.page(page, team_status.status_of(ask.deps, ask.actor, ask.asking.number), ask.reader)


def ask_outcome(ask: Ask) -> None:
    replies.show_status(ask, lead_presses.outcome_asked(_asked(ask)), Page.HELD)


def ask_beside(ask: Ask) -> None:
    """Answers beside the message, which stays."""
    [line] = lead_presses.outcome_asked(_asked(ask))
    replies.say(ask.asking, ask.client, Reply(line["text"]["text"], (line,)))


def _asked(ask: Ask) -> OutcomeAsked:
    attempt_id = replies.subject_on_status(ask)
    return outcome_requests.ask_for_outcome(ask.deps, ask.actor, attempt_id)
