"""Redraws messages, Homes and desk messages that still show the number of an ended call."""

import logging

from slack_sdk import WebClient

from bot.services import agents
from bot.services.deps import Deps
from bot.services.hand_out import releases
from bot.services.hand_out.hand import held_cards
from bot.services.hand_out.releases import Ended
from bot.services.ports import DeliveryFailed
from bot.services.setup import preferences
from bot.slack.blocks.agent import happened
from bot.slack.blocks.agent.cards import hand_out
from bot.slack.blocks.home.home_page import Pressed
from bot.slack.blocks.kit.kit import Block, Reader, home
from bot.slack.boundary.answers import post_reply
from bot.slack.boundary.desk_drawing import (
    DESK,
    HOME,
    NumbersShown,
    desk_canvas,
    desk_page,
    draw,
    home_canvas,
    home_page,
    unfinished,
)
from bot.slack.delivery.second_tries import SecondTries
from bot.slack.wording import language

log = logging.getLogger(__name__)


def hide_ended(deps: Deps, client: WebClient, tries: SecondTries) -> int:
    """Hides the numbers that are due. Returns the number of screens redrawn."""
    done = 0
    for ended in releases.take_ended(deps):
        user = ended.actor.slack_user_id
        try:
            with language.speaking(language.language_of(agents.spoken_by(deps.unit_of_work, user))):
                is_desk = ended.place.message in (HOME, DESK)
                done += _hide_on_desk(deps, ended, client, tries) if is_desk else _hide(deps, ended)
        except DeliveryFailed as failed:
            log.warning("event=number_not_hidden user=%s permanent=%s reason=%s", user, failed.is_permanent, failed)
            if not failed.is_permanent:
                releases.not_hidden(deps, ended, failed.retry_after)
                continue
        releases.forget_hidden(deps, ended)
    return done


def _hide_on_desk(deps: Deps, ended: Ended, client: WebClient, tries: SecondTries) -> bool:
    """Draws Home or the desk message anew. Returns False if it was drawn meanwhile. Raises DeliveryFailed."""
    if not releases.is_wanted(deps, ended):
        return False
    actor, place = ended.actor, ended.place.message
    if place == DESK and not preferences.desk_message(deps, actor):
        return False  # deleted, with its number
    numbers, is_home = NumbersShown(deps, actor, place), place == HOME
    reader, line = Reader(actor.zone, deps.clock()), happened.gone(ended.card)
    user = actor.slack_user_id
    canvas = home_canvas(client, tries, user) if is_home else desk_canvas(deps, client, tries, actor)

    def render() -> Block:
        if not actor.is_active:
            owed = unfinished(deps, actor, reader, line)
            return home(owed.blocks) if is_home else owed.as_message()
        held = held_cards(deps, actor)
        numbers.leases = held.calling
        if is_home:
            return home_page(deps, actor, reader, held, Pressed(line))
        return desk_page(deps, actor, reader, held, Pressed(line)).as_message()

    draw(canvas, render, numbers, is_pressed=False)
    return True


def _hide(deps: Deps, ended: Ended) -> bool:
    """Redraws the message. Returns False if it was redrawn meanwhile. Raises DeliveryFailed."""
    actor, place = ended.actor, ended.place
    reader = Reader(actor.zone, deps.clock())
    reply = hand_out(held_cards(deps, actor), reader, happened.gone(ended.card), can_be_redrawn=True)
    redrawn = releases.note_shown(deps, actor, place, reply.calling)
    if not releases.is_wanted(deps, ended):
        return False
    post_reply(place.response_url, reply, replaces=True)
    redrawn()
    return True
