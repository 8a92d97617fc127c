"""Take back: frees a contact offered to an agent of the lead. The agent is told, and their card repairs itself."""

from bot.services.hand_out import releases
from bot.slack import ids
from bot.slack.blocks.lead import lead_presses
from bot.slack.blocks.lead.status_pages import Page
from bot.slack.boundary import replies
from bot.slack.boundary.boundary import Boundary
from bot.slack.boundary.identity import Ask


def register(boundary: Boundary) -> None:
    boundary.action(ids.TAKE_BACK, answer)


def answer(ask: Ask) -> None:
    lease_id = replies.subject_on_status(ask)
    replies.show_status(ask, lead_presses.taken_back(releases.take_back(ask.deps, ask.actor, lease_id)), Page.HELD)
