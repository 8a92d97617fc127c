"""Draws messages anew on which the number of a call stands that is over, and that nobody has pressed since."""

import logging

from bot.services import agents
from bot.services.deps import Deps
from bot.services.hand_out import Ended, shown_numbers
from bot.services.ports import DeliveryFailed
from bot.slack.blocks.agent import hand_out, happened
from bot.slack.blocks.kit import Reader
from bot.slack.boundary.answers import post_reply
from bot.slack.boundary.held_cards import held
from bot.slack.wording import language

log = logging.getLogger(__name__)


def hide_ended(deps: Deps) -> int:
    """Hide what is to be hidden now. Answers how many messages were drawn anew."""
    done = 0
    for ended in shown_numbers.take_ended(deps):
        user = ended.actor.slack_user_id
        try:
            with language.speaking(language.language_of(agents.spoken_by(deps.unit_of_work, user))):
                done += _hide(deps, ended)
        except DeliveryFailed as failed:
            log.warning("event=number_not_hidden user=%s permanent=%s reason=%s", user, failed.is_permanent, failed)
            if not failed.is_permanent:
                shown_numbers.not_hidden(deps, ended, failed.retry_after)
                continue
        shown_numbers.hidden(deps, ended)
    return done


def _hide(deps: Deps, ended: Ended) -> bool:
    """Draw its message as things stand. False: somebody has done so. DeliveryFailed where Slack does not take it."""
    actor, place = ended.actor, ended.place
    reader = Reader(actor.zone, deps.clock())
    reply = hand_out(held(deps, actor), reader, happened.gone(ended.card), can_be_redrawn=True)
    shown_numbers.note(deps, actor, place, reply.calling)
    if not shown_numbers.is_wanted(deps, ended):
        return False
    post_reply(place.response_url, reply, replaces=True)
    shown_numbers.drawn(deps, actor, place.message, reply.calling)
    return True
