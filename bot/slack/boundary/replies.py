"""Sends answers: through the response_url, on Home, or as a last resort by message.

Shows an admin the result of a form: in the modal below, on Home, or in the message that opened it.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from math import ceil
from typing import Final

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.services import agents
from bot.services.answers.calls import HandOut
from bot.services.answers.people import Desk
from bot.services.deps import Deps
from bot.services.errors import NextcallError
from bot.services.hand_out import next_call, releases
from bot.services.hand_out.hand import held_cards
from bot.services.ports import DeliveryFailed
from bot.services.setup import plan, preferences, readiness
from bot.services.teams import team_status
from bot.slack.api.client import call_slack, code_of, single_try
from bot.slack.api.directory import own_profile
from bot.slack.api.incidents import log_incident
from bot.slack.blocks.admin import admin_pages
from bot.slack.blocks.agent.cards import USUALLY_WANTED, hand_out, not_shown
from bot.slack.blocks.home.home_page import Pressed
from bot.slack.blocks.kit.kit import Block, CardPlace, Reply, loading_modal, message_modal, section
from bot.slack.blocks.lead import status_pages
from bot.slack.boundary import desk_drawing
from bot.slack.boundary.actions import Ask
from bot.slack.boundary.answers import URL_LIVES, Answer
from bot.slack.boundary.desk_drawing import DESK, HOME
from bot.slack.boundary.payloads import Asking, Surface
from bot.slack.wording import refusals
from bot.slack.wording.say import as_plain, fallback, language_of, speaking
from bot.slack.wording.say import say as sentence
from policy.vocabulary import Role

log = logging.getLogger(__name__)
FORM_TRIED_FOR_S: Final = 300.0  # by then the user has closed the form
BRIEF_S: Final = 3.0  # Home may be late by so much without a word
HOME_TRIED_FOR_S: Final = 300.0  # and a user is told at most once in this time that Home is late
_deciding = threading.Lock()


def say(asking: Asking, client: WebClient, reply: Reply) -> None:
    """Answers privately, beside the screen. A message stays in Slack, so as a last resort it carries only the text."""
    word = lambda said: Reply(said.text)  # noqa: E731 - one line
    Answer(asking=asking, client=client, render=lambda: reply, word=word, is_word_enough=True).give()


def beside(ask: Ask, reply: Reply) -> None:
    """Answers the actor privately, beside the screen."""
    say(ask.asking, ask.client, reply)


def write(ask: Ask, reply: Reply) -> None:
    """Sends a lasting message to the actor."""
    _write(ask.asking, ask.client, reply)


def _write(asking: Asking, client: WebClient, reply: Reply) -> None:
    asking = replace(asking, response_url="")
    Answer(asking=asking, client=client, render=lambda: reply, word=lambda said: said).give()


def show_work(
    ask: Ask, line: Sequence[Block] = (), place: CardPlace | None = None, hand: HandOut | None = None
) -> None:
    """Shows what just happened and the actor's current work, in place of what was pressed.

    `place`: the pressed card. `hand`: what the actor holds, if that was read with what happened.
    """
    if ask.asking.surface.is_desk:
        show_desk(ask, line, place, hand)
    elif ask.asking.surface is Surface.DIRECT or not ask.actor.is_active:
        _replace(ask, partial(desk_drawing.unfinished, ask.deps, ask.actor, ask.reader), line)
    else:
        held = _held(ask, hand)
        _replace(ask, lambda said: _cards(ask, held(), said, place), line, not_shown())


def show_done(ask: Ask, line: Sequence[Block], place: CardPlace | None = None, hand: HandOut | None = None) -> None:
    """As `show_work`, after a card is done. A desk brings the next contacts by itself once the last card is."""
    if ask.asking.surface.is_desk and ask.actor.is_active and ask.actor.role is Role.AGENT:
        hand = held_cards(ask.deps, ask.actor, hand)
        if not hand.cards:
            with suppress(NextcallError):  # the actor may get none
                hand = next_call.hand_out(ask.deps, ask.actor, USUALLY_WANTED)
    show_work(ask, line, place, hand)


def _held(ask: Ask, hand: HandOut | None) -> Callable[[], HandOut]:
    """What the actor holds, at each drawing: first as it was just read, at later tries read anew."""
    first = [] if hand is None else [hand]
    return lambda: held_cards(ask.deps, ask.actor, first.pop() if first else None)


def show_hand_out(ask: Ask, handed: HandOut) -> None:
    """Shows a hand-out, in place of what was pressed or as a new message. A later try shows the cards held then."""
    if ask.asking.surface.is_desk:
        show_desk(ask, handed=handed)
        return
    first = [handed]

    def render(said: Sequence[Block]) -> Reply:
        return _cards(ask, first.pop() if first else replace(handed, cards=held_cards(ask.deps, ask.actor).cards), said)

    _replace(ask, render, (), not_shown())


def _cards(ask: Ask, handed: HandOut, line: Sequence[Block], place: CardPlace | None = None) -> Reply:
    is_own = ask.asking.surface is Surface.CARDS
    return hand_out(handed, ask.reader, line, place, can_be_redrawn=is_own, notes=ask.asking.notes)


def show_status(ask: Ask, team_id: int, line: Sequence[Block], page: status_pages.Page) -> None:
    """Shows the current status of a team, in place of the lead's screen.

    `page`: the longer page that has this button too. It is drawn anew if the button was pressed there.
    """
    if ask.asking.open_id:
        now = team_status.team_status(ask.deps, ask.actor, team_id)
        _redraw(ask, ask.asking.open_id, status_pages.page(page, now, ask.reader, line))
    if ask.asking.surface is Surface.HOME:
        show_home(ask, line)
    else:
        status = partial(team_status.team_status, ask.deps, ask.actor, team_id)
        _replace(ask, lambda said: status_pages.team_status(status(), ask.reader, said), line)


def _redraw(ask: Ask, view_id: str, view: Block) -> None:
    """Draw an open modal anew. What was done stands, even if Slack does not take it."""
    try:
        fill(ask.asking, ask.client, view_id, view)
    except DeliveryFailed as failed:
        log.warning("event=modal_not_redrawn code=%s user=%s", failed, ask.actor.slack_user_id)


def replace_with(ask: Ask, reply: Reply) -> None:
    """Replaces the lasting message that was pressed."""
    _replace(ask, lambda _said: reply, ())


def show_home(ask: Ask, line: Sequence[Block] = ()) -> None:
    """Draws the actor's Home."""
    show_desk(ask, line, at=HOME)


def show_desk(
    ask: Ask,
    line: Sequence[Block] = (),
    place: CardPlace | None = None,
    handed: HandOut | None = None,
    *,
    at: str = "",
    is_moved: bool = False,
) -> None:
    """Draws what the actor works with; of a deactivated user what they owe.

    `handed`: what was just handed out; a later try shows what is held then. `at`: their Home, or their desk message; if
    not given, the desk message for a press there or in messages, else Home. `is_moved`: the desk message becomes the
    newest of the conversation.
    """
    at = at or (HOME if ask.asking.surface in (Surface.HOME, Surface.NOWHERE) else DESK)
    held, pressed = _held(ask, handed), Pressed(line, place, ask.asking.notes)
    canvas = desk_drawing.canvas_of(ask.deps, ask.client, ask.asking.retries, ask.actor, at, is_moved=is_moved)
    render = lambda: desk_drawing.page(ask.deps, ask.actor, ask.reader, at, held, pressed)  # noqa: E731 - one line
    publish(ask.asking, ask.client, render, line, canvas)


def works_in_messages(ask: Ask) -> bool:
    """Whether an answer to this press on a message belongs on the actor's desk message."""
    return ask.asking.surface is Surface.DIRECT and ask.actor.desk == Desk.MESSAGES


def close_desk(ask: Ask) -> None:
    """Deletes the actor's desk message, if there is one; later if Slack does not take it now."""

    def close() -> None:
        if message := preferences.desk_message(ask.deps, ask.actor):
            desk_drawing.DeskMessage(ask.deps, ask.client, ask.actor).remove(message)

    ask.asking.retries.now_or_later(f"{DESK} {ask.actor.slack_user_id}", close, HOME_TRIED_FOR_S)


def publish(
    asking: Asking,
    client: WebClient,
    render: Callable[[], Reply],
    line: Sequence[Block] = (),
    canvas: desk_drawing.Canvas | None = None,
) -> None:
    """Draws a user's Home, or `canvas`, and retries if Slack does not take it: of several that wait, the newest.

    If that takes longer than BRIEF_S, the line goes out by message; without a line, one message says that it is late.
    """
    tries, user = asking.retries, asking.slack_user_id
    canvas = canvas or desk_drawing.home_canvas(client, tries, user)
    key, pace = canvas.name, canvas.pace

    def drawn() -> None:
        desk_drawing.draw(canvas, render)
        tries.settled(key)

    def again() -> None:
        if (newest := pace.waiting(user)) is not None:
            newest()

    try:
        drawn()
        return
    except DeliveryFailed as failed:
        is_news = tries.is_news(key, HOME_TRIED_FOR_S)
        if is_news:
            log.warning("event=%s_not_published user=%s reason=%s", canvas.place, user, failed)
        is_passing = not failed.is_permanent
        wait_s = failed.retry_after
    late = "refusals.desk_not_drawn" if canvas.place == DESK else "refusals.home_not_drawn"
    word = Reply(fallback(str(line[0]["text"]["text"]), 2000), tuple(line)) if line else Reply(sentence(late))
    if (line or is_news) and not 0 < wait_s <= BRIEF_S:
        _write(asking, client, word)
    if is_passing and (pace.put_off(user, drawn) or is_news):
        tries.later(key, again, HOME_TRIED_FOR_S, wait_s)


def open_form(asking: Asking, client: WebClient, title: str, build: Callable[[], Block]) -> None:
    """Opens a waiting modal at once, because the trigger lives 3 s, then shows the form or a refusal in it.

    `title`: its sentence's key. A press in a modal puts the form on top of it.
    """
    show = client.views_push if asking.view_id else client.views_open
    try:
        opened = call_slack(lambda: show(trigger_id=asking.trigger_id, view=loading_modal(sentence(title))))
    except DeliveryFailed as failed:
        log.warning("event=form_not_opened code=%s user=%s", failed, asking.slack_user_id)
        wait_s, why = ceil(failed.retry_after), sentence("refusals.form_not_opened")
        why = sentence("refusals.form_limited", count=wait_s) if wait_s else why
        say(asking, client, Reply(sentence("refusals.form_too_late") if "trigger" in str(failed) else why))
        return
    view_id = opened["view"]["id"]
    try:
        try:
            view = build()
        except NextcallError as refusal:
            view = message_modal(sentence(title), refusals.refusal(refusal))
        fill(asking, client, view_id, view)
    except Exception:
        fill(asking, client, view_id, message_modal(sentence(title), sentence("refusals.form_broken")))
        raise


def fill(asking: Asking, client: WebClient, view_id: str, view: Block) -> None:
    """Shows the view in a modal, and retries if Slack does not take it. Raises DeliveryFailed if Slack refuses it."""

    def again() -> None:
        redraw(client, view_id, view)

    asking.retries.now_or_later(f"form {view_id}", again, FORM_TRIED_FOR_S)


def redraw(client: WebClient, view_id: str, view: Block) -> bool:
    """Redraws a modal. Returns False if the user has closed or replaced it. Raises DeliveryFailed."""
    try:
        call_slack(lambda: single_try(client).views_update(view_id=view_id, view=view))
    except DeliveryFailed as failed:
        if str(failed) != "not_found":
            raise
        return False
    return True


def field_error(sentence: str) -> str:
    """The sentence as plain text: fields show no markup."""
    return as_plain(sentence, 2000)


def _replace(
    ask: Ask, render: Callable[[Sequence[Block]], Reply], line: Sequence[Block], by_message: Sequence[Block] = ()
) -> None:
    """Replaces the pressed screen.

    If the response_url fails, the line and `by_message` go out by message. A screen drawn after that has no line,
    because it may have been undone by then.
    """
    asking, word = ask.asking, (*line, *by_message)
    answer = Answer(
        asking=asking,
        client=ask.client,
        render=lambda: render(() if answer.is_told else line),
        word=(lambda reply: Reply(reply.text, word)) if word else None,
        replaces=asking.surface is not Surface.COMMAND,
    )
    if asking.surface is Surface.CARDS and asking.message:
        place = releases.Place(asking.message, asking.response_url, (asking.heard_at or ask.reader.now) + URL_LIVES)
        answer.note = lambda reply: releases.note_shown(ask.deps, ask.actor, place, reply.calling)
    answer.give()


def introduced(ask: Ask) -> Ask:
    """Gives an admin known only from the environment the name and time zone of their Slack profile."""
    actor = ask.actor
    if actor.role is not Role.ADMIN or actor.name != actor.slack_user_id:
        return ask
    profile = own_profile(ask.client, actor.slack_user_id)
    if not profile.name:
        return ask
    plan.introduce(ask.deps, actor, profile.name, profile.zone)
    return replace(ask, actor=replace(actor, name=profile.name, zone=profile.zone or actor.zone))


def next_step(ask: Ask) -> Reply | None:
    """The first steps, for an admin of an organisation where nothing can be handed out yet."""
    if ask.actor.role is not Role.ADMIN:
        return None
    found = readiness.progress(ask.deps)
    return admin_pages.reply(found) if found.is_empty else None


def saved(ask: Ask, line: Sequence[Block], below: Callable[[Sequence[Block]], Block] | None = None) -> None:
    """Shows what was saved and the current state. `below` redraws the modal from which the form was opened."""
    if ask.asking.open_id and below is not None:
        _redraw(ask, ask.asking.open_id, below(line))
    if ask.asking.surface is Surface.HOME:
        show_home(ask, line)
        return
    found = readiness.progress(ask.deps)
    over = [] if found.next_step else [section(sentence("admin.walk_over_for_callers"))]
    replace_with(ask, admin_pages.reply(found, [*line, *over]))


def decide_again(deps: Deps) -> None:
    """Redecides what a change made due, in the background. If it is cut short, the scheduler continues."""
    threading.Thread(target=_decide, args=[deps], name="deciding again", daemon=True).start()


def _decide(deps: Deps) -> None:
    with _deciding:
        try:
            done = plan.decide_again(deps)
        except Exception as fault:
            log_incident(fault, "deciding again")
        else:
            log.info("event=decided_again contacts=%d", done)


def tell(ask: Ask, users: Iterable[str], render: Callable[[], Reply]) -> int:
    """Sends each user the message. Returns how many got it."""
    told = 0
    for user in users:
        with speaking(language_of(agents.spoken_by(ask.deps.unit_of_work, user))):
            reply = render()
        try:
            ask.client.chat_postMessage(channel=user, **reply.as_message())
            told += 1
        except SlackApiError as fault:
            log.warning("event=not_told code=%s user=%s", code_of(fault), user)
    return told
