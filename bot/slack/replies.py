"""How answers reach a person: by the response_url of what they did, in their Home tab, or as a last resort by message."""

import logging
from collections.abc import Callable, Sequence

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.services import outcomes, team_status
from bot.services.errors import NextcallError
from bot.services.results import HandOut
from bot.slack import response_urls
from bot.slack.blocks import direct, forms
from bot.slack.blocks import team_status as status_page
from bot.slack.blocks.hand_out import hand_out
from bot.slack.blocks.kit import Block
from bot.slack.blocks.reply import Reply
from bot.slack.blocks.text import as_plain
from bot.slack.client import code_of
from bot.slack.held import held
from bot.slack.home.page import home_page
from bot.slack.identity import Ask
from bot.slack.payloads import Asking, Surface
from bot.slack.wording import refusals

log = logging.getLogger(__name__)


def say(asking: Asking, client: WebClient, reply: Reply) -> None:
    """Privately, leaving what is on screen as it is. A message lasts, so as a last resort it carries the text alone."""
    if not asking.response_url or not _posted(asking, reply, replaces=False):
        client.chat_postMessage(channel=asking.slack_user_id, text=reply.text)


def write(ask: Ask, reply: Reply) -> None:
    """A lasting message to the person alone."""
    ask.client.chat_postMessage(channel=ask.asking.slack_user_id, text=reply.text, blocks=list(reply.blocks))


def show_work(ask: Ask, line: Sequence[Block] = ()) -> None:
    """Show what just happened and how things stand now, in place of what was pressed: a stale screen repairs itself."""
    if ask.asking.surface is Surface.HOME:
        show_home(ask, line)
    elif ask.asking.surface is Surface.DIRECT:
        _replace(ask, direct.open_attempts(outcomes.open_attempts(ask.deps, ask.who), ask.reader, line), line)
    else:
        show_hand_out(ask, held(ask.deps, ask.who), line)


def show_hand_out(ask: Ask, handed: HandOut, line: Sequence[Block] = ()) -> None:
    """The cards of a hand-out, in place of the message that was pressed, or anew."""
    _replace(ask, hand_out(handed, ask.reader, line), line)


def show_status(ask: Ask, team_id: int, line: Sequence[Block] = ()) -> None:
    """How the team stands now, in place of what its lead pressed."""
    if ask.asking.surface is Surface.HOME:
        show_home(ask, line)
    else:
        status = team_status.status_of(ask.deps, ask.who, team_id)
        _replace(ask, status_page.team_status(status, ask.reader, line), line)


def replace_with(ask: Ask, reply: Reply) -> None:
    """In place of the lasting message that was pressed."""
    _posted(ask.asking, reply, replaces=True)


def show_home(ask: Ask, line: Sequence[Block] = ()) -> None:
    ask.client.views_publish(user_id=ask.asking.slack_user_id, view=home_page(ask.deps, ask.who, ask.reader, line))


def open_form(asking: Asking, client: WebClient, title: Callable[[], str], build: Callable[[], Block]) -> None:
    """A waiting modal at once, for the trigger lives three seconds; then the form, or the sentence that refuses it.

    Pressed in a modal, the form lies on top of it.
    """
    show = client.views_push if asking.view_id else client.views_open
    try:
        opened = show(trigger_id=asking.trigger_id, view=forms.waiting(title()))
    except SlackApiError as fault:
        log.warning("form not opened: code=%s user=%s", code_of(fault), asking.slack_user_id)
        say(asking, client, Reply(refusals.form_too_late()))
        return
    view_id = opened["view"]["id"]
    try:
        view = build()
    except NextcallError as refusal:
        view = forms.told(title(), refusals.refusal(refusal))
    except Exception:
        redraw(client, view_id, forms.told(title(), refusals.form_broken()))
        raise
    redraw(client, view_id, view)


def redraw(client: WebClient, view_id: str, view: Block) -> bool:
    """Whether the modal was still there: its reader may have closed it, or have opened another."""
    try:
        client.views_update(view_id=view_id, view=view)
    except SlackApiError as fault:
        if code_of(fault) != "not_found":
            raise
        return False
    return True


def field_error(sentence: str) -> str:
    """Fields know no markup."""
    return as_plain(sentence, 2000)


def _replace(ask: Ask, reply: Reply, line: Sequence[Block]) -> None:
    """A response_url that has run out loses the screen, never the news: the line has no number and may be a message."""
    replaces = ask.asking.surface is not Surface.COMMAND
    if _posted(ask.asking, reply, replaces=replaces) or not line:
        return
    ask.client.chat_postMessage(channel=ask.asking.slack_user_id, text=reply.text, blocks=list(line))


def _posted(asking: Asking, reply: Reply, *, replaces: bool) -> bool:
    body = {"text": reply.text, "response_type": "ephemeral", "replace_original": replaces}
    try:
        status, said = response_urls.post(
            asking.response_url, {**body, "blocks": reply.blocks} if reply.blocks else body
        )
    except OSError as fault:  # the network; what is to be said may still arrive as a message
        log.warning("reply lost: fault=%s user=%s", fault, asking.slack_user_id)
        return False
    if status != 200:
        log.warning("reply refused: status=%s said=%s user=%s", status, said, asking.slack_user_id)
    return status == 200
