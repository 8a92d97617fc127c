"""A form whose answer was not known when its ack had to go: it says so, and then what came of it.

Slack closes a modal only by an ack, so one that has waited ends in a page that says it is done. What was refused comes back
as it was filled in: nothing has to be typed twice.
"""

from slack_sdk import WebClient

from bot.slack import replies
from bot.slack.blocks import forms
from bot.slack.blocks.kit import Block
from bot.slack.blocks.refilled import refilled
from bot.slack.payloads import Body
from bot.slack.taken import Taken
from bot.slack.wording import forms as wording


def takes_longer(body: Body) -> Block:
    """In the form's place, within the ack."""
    return forms.told(_title(body), wording.takes_longer())


def show(body: Body, client: WebClient, taken: Taken) -> None:
    """In the modal; to somebody who has closed it, only what still wants doing is said, by message."""
    is_open = replies.redraw(client, str(body["view"]["id"]), _view(body, taken))
    if taken.errors and not is_open:
        client.chat_postMessage(channel=str(body["user"]["id"]), text=_not_saved(body, taken))


def _view(body: Body, taken: Taken) -> Block:
    if taken.errors:
        return refilled(body["view"], list(taken.errors.values()))
    return taken.next_form or taken.on_top or forms.told(_title(body), wording.was_saved())


def _not_saved(body: Body, taken: Taken) -> str:
    return wording.was_not_saved(_title(body), " ".join(taken.errors.values()))


def _title(body: Body) -> str:
    return str((body["view"].get("title") or {}).get("text") or "")
