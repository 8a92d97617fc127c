"""Tell the admins which missing facts hold contacts, by message, each in their own language."""

import logging

from slack_sdk.errors import SlackApiError

from bot.services import agents
from bot.services.teams import supply_requests
from bot.services.teams.supply_requests import Wanted
from bot.slack import ids
from bot.slack.api.client import code_of
from bot.slack.blocks.home import direct
from bot.slack.blocks.lead import lead_presses
from bot.slack.blocks.lead.status_pages import Page
from bot.slack.boundary import replies
from bot.slack.boundary.boundary import Boundary
from bot.slack.boundary.identity import Ask
from bot.slack.wording import language

log = logging.getLogger(__name__)


def register(boundary: Boundary) -> None:
    boundary.action(ids.TELL_ADMINS, answer)


def answer(ask: Ask) -> None:
    _, team_id = ask.asking.subject_and_team
    asked = supply_requests.suggested_requests(ask.deps, ask.actor, team_id)
    told = sum(_is_told(ask, asked, admin) for admin in asked.admins) if asked.wanting else 0
    replies.show_status(ask, lead_presses.admins_told(told, is_wanting=bool(asked.wanting)), Page.WHY)


def _is_told(ask: Ask, asked: Wanted, admin: str) -> bool:
    with language.speaking(language.language_of(agents.spoken_by(ask.deps.unit_of_work, admin))):
        reply = direct.wanted_facts(ask.actor.name, asked.team, asked.wanting)
    try:
        ask.client.chat_postMessage(channel=admin, text=reply.text, blocks=list(reply.blocks))
    except SlackApiError as fault:
        log.warning("admin not told: code=%s user=%s", code_of(fault), admin)
        return False
    return True
