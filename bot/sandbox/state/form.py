"""The values in one message's or view's inputs, as ``state.values`` carries them.

A *fill* maps block_id and action_id to the element's state value.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.sandbox.blocks.checks import elements, offered_options
from bot.sandbox.wire import CannotDo, Json

Fill = dict[str, dict[str, Json]]
Given = Mapping[str, Mapping[str, object]]
"""What a test or the page hands over: block_id, action_id and a plain value (an option's value, a date, a text)."""

# Element type -> (name in the state, name of its preset). Order: API docs "view submission payloads".
_SLOTS: dict[str, tuple[str, str]] = {
    "plain_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_users_select": ("selected_users", "initial_users"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "file_input": ("files", ""),
}
_LISTS = {"selected_options", "selected_users", "files"}

REQUIRED = "Please complete this required field."


def slot(element: Json) -> str:
    """The name of the element's value in the state."""
    return _SLOTS[element["type"]][0]


def state(blocks: list[Json], fill: Fill) -> Json:
    """``{"values": ...}``: the filled values, presets for the rest."""
    values: Fill = {}
    for block, element in elements(blocks):
        if element["type"] not in _SLOTS:
            continue
        chosen = fill.get(block["block_id"], {}).get(element["action_id"])
        name, initial = _SLOTS[element["type"]]
        preset = {"type": element["type"], name: element.get(initial, [] if name in _LISTS else None)}
        values.setdefault(block["block_id"], {})[element["action_id"]] = chosen or preset
    return {"values": values}


def kept(blocks: list[Json], fill: Fill) -> Fill:
    """The values that survive a view's update: same block_id, action_id and type."""
    left: Fill = {}
    for block, element in elements(blocks):
        chosen = fill.get(block["block_id"], {}).get(element["action_id"])
        if chosen is not None and chosen["type"] == element["type"]:
            left.setdefault(block["block_id"], {})[element["action_id"]] = chosen
    return left


def fill_in(blocks: list[Json], fill: Fill, given: Given) -> None:
    """Writes plain values into ``fill``. Raises CannotDo for values that Slack's client would not take."""
    known = {(block["block_id"], element["action_id"]): element for block, element in elements(blocks)}
    for block_id, by_action in given.items():
        for action_id, value in by_action.items():
            if (block_id, action_id) not in known:
                there = ", ".join("/".join(one) for one in known)
                raise CannotDo(f"there is no {block_id}/{action_id} here, only: {there or 'nothing to fill in'}")
            fill.setdefault(block_id, {})[action_id] = state_value(known[block_id, action_id], value)


def state_value(element: Json, value: object) -> Json:
    """The state value for a plain value; None empties the element."""
    name = slot(element)
    if value is None:
        return {"type": element["type"], name: [] if name in _LISTS else None}
    return {"type": element["type"], name: _TRANSLATE.get(name, _as_text)(element, value)}


def option(element: Json, wanted: object) -> Json:
    """The option with this value or text. Raises CannotDo."""
    offered = offered_options(element)
    for one in offered:
        if wanted in (one, one["value"], one["text"]["text"]):
            return dict(one)
    raise CannotDo(f"{wanted!r} is not offered, only: {', '.join(one['value'] for one in offered)}")


def _options(element: Json, value: object) -> list[Json]:
    wanted = value if isinstance(value, list | tuple | set | frozenset) else [value]
    most = element.get("max_selected_items")
    if most is not None and len(wanted) > most:
        raise CannotDo(f"at most {most} may be chosen")
    return [option(element, one) for one in wanted]


def _as_text(_element: Json, value: object) -> str:
    return str(value)


def _as_list(_element: Json, value: object) -> list[Any]:
    return list(value) if isinstance(value, list | tuple | set | frozenset) else [value]


# A file input takes files up to 10 MB (docs.slack.dev/reference/block-kit/block-elements/file-input-element).
LARGEST_FORM_FILE = 10 * 1024 * 1024


def _as_files(element: Json, value: object) -> list[Any]:
    """The files, as Slack's client takes them: not too many, of an accepted type, none too large."""
    files = _as_list(element, value)
    most, types = element.get("max_files", 10), [one.lower() for one in element.get("filetypes", ())]
    if len(files) > most:
        raise CannotDo(f"at most {most} may be chosen")
    for one in files:
        if one["size"] > LARGEST_FORM_FILE:
            raise CannotDo(f"{one['name']} is larger than 10 MB")
        if types and one["name"].rpartition(".")[2].lower() not in types:
            raise CannotDo(f"{one['name']} is not of a type this form takes: {', '.join(types)}")
    return files


def _as_date(_element: Json, value: object) -> str:
    given = value.isoformat() if isinstance(value, date) else str(value)
    try:
        return date.fromisoformat(given).isoformat()
    except ValueError as fault:
        raise CannotDo(f"not a date: {value!r}") from fault


def _as_time(_element: Json, value: object) -> str:
    given = value.strftime("%H:%M") if isinstance(value, time) else str(value)
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", given):
        raise CannotDo(f"not a time of day: {value!r}")
    return given


_TRANSLATE: dict[str, Callable[[Json, object], object]] = {
    "value": _as_text,
    "selected_option": option,
    "selected_options": _options,
    "selected_users": _as_list,
    "files": _as_files,
    "selected_date": _as_date,
    "selected_time": _as_time,
}


def complaints(blocks: list[Json], fill: Fill) -> dict[str, str]:
    """The faults Slack's client shows before sending, as block_id to sentence."""
    values = state(blocks, fill)["values"]
    said: dict[str, str] = {}
    for block in blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        held = values[block["block_id"]][element["action_id"]][slot(element)]
        sentence = REQUIRED if held in (None, "", []) else _complaint(element, held)
        if sentence and not (sentence is REQUIRED and block.get("optional")):
            said[block["block_id"]] = sentence
    return said


def _complaint(element: Json, held: Any) -> str | None:
    if element["type"] == "plain_text_input":
        if len(held) < element.get("min_length", 0):
            return f"Must be at least {element['min_length']} characters."
        if len(held) > element.get("max_length", 3000):
            return f"Must be at most {element.get('max_length', 3000)} characters."
    if element["type"] != "number_input":
        return None
    try:
        number = Decimal(held)
    except InvalidOperation:
        return "Must be a number."
    if not element["is_decimal_allowed"] and number != number.to_integral_value():
        return "Must be a whole number."
    if "min_value" in element and number < Decimal(element["min_value"]):
        return f"Must be at least {element['min_value']}."
    if "max_value" in element and number > Decimal(element["max_value"]):
        return f"Must be at most {element['max_value']}."
    return None
