"""The result of a submitted form, also one that was not known when the ack had to go.

Slack closes a modal only by an ack, so such a form ends in a page that says it is done. A refused form comes back as
filled in.
"""

from collections.abc import Mapping, Sequence
from time import monotonic
from typing import Any, Final

from slack_sdk import WebClient

from bot.services.ports import DeliveryFailed
from bot.slack.api.client import call_slack, single_try
from bot.slack.blocks.kit.kit import MOST_BLOCKS_IN_VIEW, Block, message_modal, section
from bot.slack.boundary import replies
from bot.slack.boundary.actions import Taken
from bot.slack.boundary.answers import WORD_AFTER_S
from bot.slack.boundary.payloads import Body
from bot.slack.delivery.second_tries import SecondTries
from bot.slack.wording.say import Markup, say, shown


def takes_longer(body: Body) -> Block:
    """The page that says it takes longer, sent in the ack."""
    return message_modal(_title(body), say("forms.takes_longer"))


def show(body: Body, client: WebClient, taken: Taken, tries: SecondTries) -> None:
    """Shows the result in the modal. If that is closed or cannot be drawn, errors go out by message."""
    view_id, user, begun = str(body["view"]["id"]), str(body["user"]["id"]), monotonic()

    if taken.errors:
        view = refilled(body["view"], list(taken.errors.values()))
    else:
        view = taken.next_form or taken.on_top or message_modal(_title(body), say("forms.was_saved"))

    def attempt() -> None:
        try:
            is_open = replies.redraw(client, view_id, view)
        except DeliveryFailed as failed:
            if not taken.errors or not (failed.is_permanent or monotonic() - begun > WORD_AFTER_S):
                raise
            is_open = False
        if taken.errors and not is_open:
            said = say("forms.was_not_saved", title=Markup(_title(body)), why=Markup(" ".join(taken.errors.values())))
            call_slack(lambda: single_try(client).chat_postMessage(channel=user, text=said))

    tries.now_or_later(f"form {view_id}", attempt, replies.FORM_TRIED_FOR_S)


def _title(body: Body) -> str:
    return str((body["view"].get("title") or {}).get("text") or "")


# The keys Slack accepts when a modal opens; a submitted view has more.
_KEPT: Final = ("type", "title", "submit", "close", "callback_id", "private_metadata", "clear_on_close")
# For each element: where its submitted value is stored, and the key of its initial value.
_BEGINS: Final = {
    "value": "initial_value",
    "selected_option": "initial_option",
    "selected_options": "initial_options",
    "selected_date": "initial_date",
    "selected_time": "initial_time",
    "selected_users": "initial_users",
    "selected_conversation": "initial_conversation",
    "selected_channel": "initial_channel",
}


def refilled(view: Mapping[str, Any], sentences: Sequence[str]) -> Block:
    """Redraws `view`, as a submission carries it, with the sentences (plain text) above its fields."""
    values = view["state"]["values"]
    told = [section(f"*{shown(one, 2500)}*") for one in sentences]
    fields = [_refilled(block, values.get(block.get("block_id"), {})) for block in view["blocks"]]
    made = {name: view[name] for name in _KEPT if view.get(name) is not None}
    return made | {"blocks": [*told, *fields][:MOST_BLOCKS_IN_VIEW]}


def _refilled(block: Block, values: Mapping[str, Any]) -> Block:
    if block.get("type") != "input":
        return block
    element = block["element"]
    state = values.get(element["action_id"], {})
    begun = {name: value for name, value in element.items() if not name.startswith("initial_")}
    return block | {"element": begun | {to: state[name] for name, to in _BEGINS.items() if state.get(name)}}
