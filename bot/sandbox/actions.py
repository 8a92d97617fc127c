"""One entry of a payload's ``actions``: a press, a choice or a typed value."""

from bot.sandbox.blocks.objects import offered_options
from bot.sandbox.blocks.stored import STATELESS
from bot.sandbox.state import option, slot, state_value
from bot.sandbox.wire import CannotDo, Json

_CARRIED = (
    "text",
    "value",
    "style",
    "url",
    "confirm",
    "placeholder",
    "initial_option",
    "initial_options",
    "initial_date",
    "initial_time",
    "initial_date_time",
    "initial_user",
)


def action(block: Json, element: Json, selected: object, action_ts: str) -> Json:
    """The action entry for ``selected``. Raises CannotDo for a choice that is not offered."""
    entry: Json = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": action_ts,
    }
    entry |= {name: element[name] for name in _CARRIED if name in element}
    if element["type"] == "overflow":
        entry["selected_option"] = _overflow(element, selected)
    elif element["type"] not in STATELESS:
        value = state_value(element, selected)
        entry[slot(element)] = value[slot(element)]
    return entry


def _overflow(element: Json, selected: object) -> Json:
    if selected is None:
        raise CannotDo(f"choose one of: {', '.join(one['value'] for one in offered_options(element))}")
    return option(element, selected)


def dispatches(block: Json) -> bool:
    """Whether the app is told of each change. For an input block, only with ``dispatch_action``."""
    return block["type"] != "input" or block.get("dispatch_action") is True
