"""Interactive elements, and the blocks that may hold them."""

from typing import Any

from bot.sandbox.blocks.checks import (
    Check,
    Fault,
    Faults,
    both,
    by_type,
    choice,
    exactly_one,
    flag,
    items,
    matching,
    record,
    text,
    whole,
)
from bot.sandbox.blocks.objects import (
    confirm,
    conversation_filter,
    dispatch_config,
    distinct_values,
    identifier,
    initial_among_options,
    marked,
    marked_option,
    option_group,
    overflow_option,
    plain,
    plain_option,
    slack_file,
    url,
)

date = matching(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", "must be a date: YYYY-MM-DD")
time_of_day = matching(r"([01]\d|2[0-3]):[0-5]\d", "must be a time: HH:mm")
# Slack takes ten digits: any moment from September 2001 to November 2286.
moment = whole(1_000_000_000, 9_999_999_999)

_named = {"action_id": identifier}
_focus = {"focus_on_load": flag}
_hinted = {"placeholder": plain(150)}
_asked = {"confirm": confirm}
_chooser = _named | _focus | _hinted | _asked
_many = {"max_selected_items": whole(1)}


def _element(kind: str, required: dict[str, Check], optional: dict[str, Check]) -> Check:
    return record({"type": choice(kind)} | required, optional)


def _listed(kind: str, option: Check, most: int, extra: dict[str, Check]) -> Check:
    """Radio buttons, checkboxes and the like: a flat list of options."""
    shape = _element(kind, {"options": items(option, 1, most)}, _named | _focus | _asked | extra)
    return both(shape, distinct_values, initial_among_options)


def _static(kind: str, initial: dict[str, Check]) -> Check:
    offered = {"options": items(plain_option, 1, 100), "option_groups": items(option_group, 1, 100)}
    shape = _element(kind, {}, _chooser | offered | initial)
    return both(shape, exactly_one("options", "option_groups"), initial_among_options)


def _typed(kind: str, extra: dict[str, Check]) -> Check:
    return _element(kind, {}, _named | _focus | _hinted | {"dispatch_action_config": dispatch_config} | extra)


def _lengths_in_order(value: Any, at: str) -> Faults:
    if isinstance(value, dict):
        shortest, longest = value.get("min_length"), value.get("max_length")
        if isinstance(shortest, int) and isinstance(longest, int) and shortest > longest:
            yield Fault(f"{at}/min_length", "must be less than or equal to max_length")


def _digits(value: Any, at: str) -> Faults:
    yield from matching(r"-?\d+(\.\d+)?", "must be a number, as a string")(value, at)


_ids = items(identifier, 1, 100)

button = _element(
    "button",
    {"text": plain(75)},
    _named
    | _asked
    | {"url": url, "value": text(2000), "style": choice("primary", "danger"), "accessibility_label": text(75)},
)
overflow = both(
    _element("overflow", {"options": items(overflow_option, 1, 5)}, _named | _asked),
    distinct_values,
)
image = both(
    _element("image", {"alt_text": text(2000)}, {"image_url": url, "slack_file": slack_file}),
    exactly_one("image_url", "slack_file"),
)

PICKERS: dict[str, Check] = {
    "datepicker": _element("datepicker", {}, _chooser | {"initial_date": date}),
    "timepicker": _element("timepicker", {}, _chooser | {"initial_time": time_of_day, "timezone": text(100)}),
    "datetimepicker": _element("datetimepicker", {}, _named | _focus | _asked | {"initial_date_time": moment}),
    "radio_buttons": _listed("radio_buttons", marked_option, 10, {"initial_option": marked_option}),
    "checkboxes": _listed("checkboxes", marked_option, 10, {"initial_options": items(marked_option, 1, 10)}),
    "static_select": _static("static_select", {"initial_option": plain_option}),
    "external_select": _element(
        "external_select", {}, _chooser | {"initial_option": plain_option, "min_query_length": whole(0)}
    ),
    "users_select": _element("users_select", {}, _chooser | {"initial_user": identifier}),
    "conversations_select": _element(
        "conversations_select",
        {},
        _chooser
        | {
            "initial_conversation": identifier,
            "default_to_current_conversation": flag,
            "response_url_enabled": flag,
            "filter": conversation_filter,
        },
    ),
    "channels_select": _element(
        "channels_select", {}, _chooser | {"initial_channel": identifier, "response_url_enabled": flag}
    ),
}

MULTI_SELECTS: dict[str, Check] = {
    "multi_static_select": _static("multi_static_select", _many | {"initial_options": items(plain_option, 1, 100)}),
    "multi_external_select": _element(
        "multi_external_select",
        {},
        _chooser | _many | {"initial_options": items(plain_option, 1, 100), "min_query_length": whole(0)},
    ),
    "multi_users_select": _element("multi_users_select", {}, _chooser | _many | {"initial_users": _ids}),
    "multi_conversations_select": _element(
        "multi_conversations_select",
        {},
        _chooser
        | _many
        | {
            "initial_conversations": _ids,
            "default_to_current_conversation": flag,
            "filter": conversation_filter,
        },
    ),
    "multi_channels_select": _element("multi_channels_select", {}, _chooser | _many | {"initial_channels": _ids}),
}

TYPED: dict[str, Check] = {
    "plain_text_input": both(
        _typed(
            "plain_text_input",
            {
                "initial_value": text(3000, 0),
                "multiline": flag,
                "min_length": whole(0, 3000),
                "max_length": whole(1, 3000),
            },
        ),
        _lengths_in_order,
    ),
    "number_input": record(
        {"type": choice("number_input"), "is_decimal_allowed": flag},
        _named
        | _focus
        | _hinted
        | {
            "dispatch_action_config": dispatch_config,
            "initial_value": _digits,
            "min_value": _digits,
            "max_value": _digits,
        },
    ),
    "email_text_input": _typed("email_text_input", {"initial_value": text(3000, 0)}),
    "url_text_input": _typed("url_text_input", {"initial_value": text(3000, 0)}),
    "file_input": _element(
        "file_input", {}, _named | {"filetypes": items(text(50), 1, 100), "max_files": whole(1, 10)}
    ),
}

in_actions = by_type({"button": button, "overflow": overflow, **PICKERS})
in_accessory = by_type({"button": button, "overflow": overflow, "image": image, **PICKERS, **MULTI_SELECTS})
in_input = by_type({**PICKERS, **MULTI_SELECTS, **TYPED})
in_context = by_type(
    {
        "image": image,
        # marked() tells the two kinds of text object apart.
        "plain_text": marked(3000),
        "mrkdwn": marked(3000),
    }
)
