"""Forms whose result was not known when the ack had to go.

Slack closes a modal only by an ack, so such a form ends in a page that says it is done. A refused form comes back as
filled in.
"""

from time import monotonic

from slack_sdk import WebClient

from bot.services.ports import DeliveryFailed
from bot.slack.api.client import call_slack, single_try
from bot.slack.blocks.kit import forms
from bot.slack.blocks.kit.kit import Block
from bot.slack.blocks.kit.refill import refilled
from bot.slack.boundary import replies
from bot.slack.boundary.answers import WORD_AFTER_S
from bot.slack.boundary.form_result import Taken
from bot.slack.boundary.payloads import Body
from bot.slack.delivery.second_tries import SecondTries
from bot.slack.wording import Markup, say


def takes_longer(body: Body) -> Block:
    """The page that says it takes longer, sent in the ack."""
    return forms.message_modal(_title(body), say("forms.takes_longer"))


def show(body: Body, client: WebClient, taken: Taken, tries: SecondTries) -> None:
    """Shows the result in the modal. If that is closed or cannot be drawn, errors go out by message."""
    view_id, user, begun = str(body["view"]["id"]), str(body["user"]["id"]), monotonic()

    def attempt() -> None:
        try:
            is_open = replies.redraw(client, view_id, _view(body, taken))
        except DeliveryFailed as failed:
            if not taken.errors or not (failed.is_permanent or monotonic() - begun > WORD_AFTER_S):
                raise
            is_open = False
        if taken.errors and not is_open:
            said = say("forms.was_not_saved", title=Markup(_title(body)), why=Markup(" ".join(taken.errors.values())))
            call_slack(lambda: single_try(client).chat_postMessage(channel=user, text=said))

    tries.now_or_later(f"form {view_id}", attempt, replies.FORM_TRIED_FOR_S)


def _view(body: Body, taken: Taken) -> Block:
    if taken.errors:
        return refilled(body["view"], list(taken.errors.values()))
    return taken.next_form or taken.on_top or forms.message_modal(_title(body), say("forms.was_saved"))


def _title(body: Body) -> str:
    return str((body["view"].get("title") or {}).get("text") or "")
