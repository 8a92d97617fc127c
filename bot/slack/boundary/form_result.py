"""The result of a submitted form, also one that was not known when the ack had to go.

Slack closes a modal only by an ack, so such a form ends in a page that says it is done. A refused form comes back as
filled in.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import monotonic

from slack_bolt import Ack
from slack_sdk import WebClient

from bot.services.ports import DeliveryFailed
from bot.slack.api.client import call_slack, single_try
from bot.slack.blocks.kit import forms
from bot.slack.blocks.kit.forms import refilled
from bot.slack.blocks.kit.kit import Block
from bot.slack.boundary import replies
from bot.slack.boundary.answers import WORD_AFTER_S
from bot.slack.boundary.payloads import Body
from bot.slack.delivery.second_tries import SecondTries
from bot.slack.wording import Markup, say


@dataclass(frozen=True, slots=True)
class Taken:
    """What happens to a submitted form.

    `errors` by block_id keep it open, `next_form` replaces it, `on_top` covers it, `closes_all` closes it and every
    modal below; otherwise it closes. `then` runs once it is closed. Views in an ack must be small.
    """

    errors: Mapping[str, str] = field(default_factory=dict)
    next_form: Block | None = None
    on_top: Block | None = None
    closes_all: bool = False
    then: Callable[[], None] | None = None

    def acknowledge(self, ack: Ack) -> None:
        """Acknowledges the submission with this result."""
        if self.errors:
            ack(response_action="errors", errors=dict(self.errors))
        elif self.next_form is not None:
            ack(response_action="update", view=self.next_form)
        elif self.on_top is not None:
            ack(response_action="push", view=self.on_top)
        elif self.closes_all:
            ack(response_action="clear")
        else:
            ack()


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
