"""Fetches a person's desk from the services and draws it, on Home or in a direct message: at Slack's pace, one thread
at a time, remembering its numbers; and redraws what still shows the number of an ended call.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Final

from slack_sdk import WebClient

from bot.services import agents
from bot.services.answers.calls import HandOut
from bot.services.answers.people import Actor
from bot.services.answers.teams import TeamStatus
from bot.services.calls import outcomes
from bot.services.deps import Deps
from bot.services.errors import NextcallError
from bot.services.hand_out import releases
from bot.services.hand_out.hand import held_cards
from bot.services.house_rules import proposals
from bot.services.ports import DeliveryFailed
from bot.services.reports import digests
from bot.services.setup import overview, preferences, readiness
from bot.services.teams import own_day, team_status
from bot.slack.api.client import call_slack, single_try
from bot.slack.api.incidents import log_incident
from bot.slack.blocks.agent import happened
from bot.slack.blocks.agent.cards import hand_out
from bot.slack.blocks.home import messages
from bot.slack.blocks.home.home_page import Pressed, Shown, desk, render
from bot.slack.blocks.kit.kit import Block, Reply, home
from bot.slack.boundary.answers import Note, post_reply, unnoted
from bot.slack.delivery.second_tries import HomePace, SecondTries
from bot.slack.wording.labels import Reader
from bot.slack.wording.say import language_of, say, speaking
from policy.vocabulary import Role

HOME, DESK = "home", "desk"  # stand in for a message where numbers are remembered
# A desk can be drawn anew at any time, so a number on it is hidden whenever its call ends. No call lasts as long.
REMEMBERED_FOR: Final = timedelta(hours=24)
# Slack's codes where a message cannot be drawn anew: deleted, or the workspace lets nobody edit for so long.
_NOT_EDITABLE: Final = frozenset({"message_not_found", "edit_window_closed", "cant_update_message"})
_DELETED: Final = frozenset({"message_not_found", "channel_not_found"})


@dataclass(frozen=True, slots=True)
class Canvas:
    """Where a person's work is drawn anew, again and again.

    `put` sends what was rendered to Slack; it raises DeliveryFailed. `note` is called before that, what it returns once
    it is drawn (see `note_shown`).
    """

    place: str
    user: str
    tries: SecondTries
    put: Callable[[Reply], object]
    note: Note = unnoted

    @property
    def name(self) -> str:
        return f"{self.place} {self.user}"

    @property
    def pace(self) -> HomePace:
        return self.tries.homes if self.place == HOME else self.tries.desks


def home_canvas(client: WebClient, tries: SecondTries, user: str, note: Note = unnoted) -> Canvas:
    publish = single_try(client).views_publish

    def put(drawn: Reply) -> None:
        call_slack(lambda: publish(user_id=user, view=home(drawn.blocks)))

    return Canvas(HOME, user, tries, put, note)


def canvas_of(
    deps: Deps, client: WebClient, tries: SecondTries, actor: Actor, place: str, *, is_moved: bool = False
) -> Canvas:
    """The actor's Home, or their desk message, with the numbers it shows remembered. `is_moved`: the desk message
    becomes the newest one there."""

    def note(drawn: Reply) -> Callable[[], None]:
        until = deps.clock() + REMEMBERED_FOR
        return releases.note_shown(deps, actor, releases.Place(place, "", until), drawn.calling)

    if place == HOME:
        return home_canvas(client, tries, actor.slack_user_id, note)
    message = DeskMessage(deps, client, actor, is_moved=is_moved)
    return Canvas(DESK, actor.slack_user_id, tries, message.put, note)


@dataclass(slots=True)
class DeskMessage:
    """The one message in which a person works. Which one it is stands in the database, for every process."""

    deps: Deps
    client: WebClient
    actor: Actor
    is_moved: bool = field(default=False, kw_only=True)

    def put(self, said: Reply) -> None:
        """Draws the message anew; a new one if there is none. Raises DeliveryFailed."""
        message = preferences.desk_message(self.deps, self.actor)
        if message and self.is_moved:
            self.remove(message)
            message = ""
        if not message:
            self._update(self._post(), said)
            return
        try:
            self._update(message, said)
        except DeliveryFailed as failed:
            if str(failed) not in _NOT_EDITABLE:
                raise
            self.remove(message)
            self._update(self._post(), said)

    def remove(self, message: str) -> None:
        """Deletes the message, with any number on it. Raises DeliveryFailed."""
        self._delete(message)
        preferences.note_desk_message(self.deps, self.actor, message, "")

    def _delete(self, message: str) -> None:
        channel, _, ts = message.partition(":")
        try:
            call_slack(lambda: single_try(self.client).chat_delete(channel=channel, ts=ts))
        except DeliveryFailed as failed:
            if str(failed) not in _DELETED:
                raise

    def _post(self) -> str:
        """Posts the message without a card: if Slack's answer is lost, what stays behind holds no number.

        Returns the message of the process that was first, if two posted one.
        """
        quick, user = single_try(self.client), self.actor.slack_user_id
        said = call_slack(lambda: quick.chat_postMessage(channel=user, text=say("reports.desk_opens")))
        message = f"{said['channel']}:{said['ts']}"
        self.is_moved = False
        if preferences.note_desk_message(self.deps, self.actor, "", message):
            return message
        self._delete(message)
        return preferences.desk_message(self.deps, self.actor)

    def _update(self, message: str, said: Reply) -> None:
        channel, _, ts = message.partition(":")
        call_slack(lambda: single_try(self.client).chat_update(channel=channel, ts=ts, **said.as_message()))


def draw(canvas: Canvas, render: Callable[[], Reply], *, is_pressed: bool = True) -> None:
    """Renders and sends. Raises DeliveryFailed, also where its turn at Slack's pace has not come."""
    with canvas.tries.screens.drawing(canvas.name):
        wait_s = canvas.pace.take(is_pressed=is_pressed)
        if wait_s:
            raise DeliveryFailed("ratelimited", is_permanent=False, retry_after=wait_s)
        rendered = render()
        redrawn = canvas.note(rendered)
        try:
            canvas.put(rendered)
        except DeliveryFailed as failed:
            if failed.retry_after:
                canvas.pace.limit(failed.retry_after)
            raise
        canvas.pace.drawn(canvas.user)
        try:  # it is drawn, so a fault here is no answer to the press
            redrawn()
        except Exception as fault:
            log_incident(fault, canvas.place, canvas.user)


def page(deps: Deps, actor: Actor, reader: Reader, place: str, held: Callable[[], HandOut], pressed: Pressed) -> Reply:
    """What the actor works with: their Home, or its desk as one message; of a deactivated user what they owe."""
    if not actor.is_active:
        return unfinished(deps, actor, reader, pressed.line)
    handed = held()
    shown = Shown(
        handed=handed,
        attempts=outcomes.open_attempts(deps, actor),
        day=own_day.own_day(deps, actor),
        mine=preferences.read(deps, actor),
        teams=own_day.teams_of(deps, actor),
    )
    if place == DESK:
        return desk(shown, reader, pressed)
    is_admin = actor.role is Role.ADMIN
    shown = replace(
        shown,
        status=_status(deps, actor),
        digests=digests.last_digests(deps, actor),
        first_run=readiness.progress(deps) if is_admin else None,
        overview=overview.organisation_overview(deps, actor) if is_admin else None,
        gaps=readiness.gaps(deps, actor) if is_admin else (),
        proposals=proposals.overview(deps, actor).waiting() if is_admin else (),
    )
    return Reply("", tuple(render(actor, shown, reader, pressed)), handed.calling)


def unfinished(deps: Deps, actor: Actor, reader: Reader, line: Sequence[Block]) -> Reply:
    """The attempts that need an outcome, and nothing else: for a deactivated user, and in messages that stay."""
    return messages.open_attempts(outcomes.open_attempts(deps, actor), reader, line)


def _status(deps: Deps, actor: Actor) -> TeamStatus | None:
    """The team's status, for leads, managers and admins. None if they lead no single team; /teamstatus takes a name."""
    if actor.role is Role.AGENT:
        return None
    try:
        return team_status.team_status(deps, actor)
    except NextcallError:
        return None


log = logging.getLogger(__name__)


def hide_ended(deps: Deps, client: WebClient, tries: SecondTries) -> int:
    """Hides the numbers that are due. Returns the number of screens redrawn."""
    done = 0
    for ended in releases.take_ended(deps):
        user = ended.actor.slack_user_id
        try:
            with speaking(language_of(agents.spoken_by(deps.unit_of_work, user))):
                is_desk = ended.place.message in (HOME, DESK)
                done += _hide_on_desk(deps, ended, client, tries) if is_desk else _hide(deps, ended)
        except DeliveryFailed as failed:
            log.warning("event=number_not_hidden user=%s permanent=%s reason=%s", user, failed.is_permanent, failed)
            if not failed.is_permanent:
                releases.not_hidden(deps, ended, failed.retry_after)
                continue
        releases.forget_hidden(deps, ended)
    return done


def _hide_on_desk(deps: Deps, ended: releases.Ended, client: WebClient, tries: SecondTries) -> bool:
    """Draws Home or the desk message anew. Returns False if it was drawn meanwhile. Raises DeliveryFailed."""
    if not releases.is_wanted(deps, ended):
        return False
    actor, place = ended.actor, ended.place.message
    if place == DESK and not preferences.desk_message(deps, actor):
        return False  # deleted, with its number
    reader, pressed = Reader(actor.zone, deps.clock()), Pressed(happened.gone(ended.card))
    render = partial(page, deps, actor, reader, place, partial(held_cards, deps, actor), pressed)
    draw(canvas_of(deps, client, tries, actor, place), render, is_pressed=False)
    return True


def _hide(deps: Deps, ended: releases.Ended) -> bool:
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
