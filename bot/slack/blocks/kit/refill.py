"""Redraws a submitted form with its values and a message above them."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.slack.blocks.kit.kit import MOST_BLOCKS_IN_VIEW, Block, Element, section
from bot.slack.wording import shown

# The keys Slack accepts when a modal opens; a submitted view has more.
_KEPT: Final = (
    "type",
    "title",
    "submit",
    "close",
    "callback_id",
    "private_metadata",
    "clear_on_close",
    "notify_on_close",
)
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
    return block | {"element": _begun(element, values.get(element["action_id"], {}))}


def _begun(element: Element, state: Mapping[str, Any]) -> Element:
    begun = {name: value for name, value in element.items() if not name.startswith("initial_")}
    return begun | {to: state[name] for name, to in _BEGINS.items() if state.get(name)}
