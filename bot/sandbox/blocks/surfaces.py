"""What Slack takes of the elements, blocks and surfaces that the app uses, and the rules that span blocks."""

from typing import Any, Literal

from bot.sandbox.blocks.checks import (
    Check,
    Fault,
    Faults,
    both,
    by_type,
    choice,
    distinct,
    exactly_one,
    flag,
    items,
    limited,
    matching,
    number,
    offered_options,
    record,
    text,
    whole,
)


def plain(longest: int) -> Check:
    """A text object without markup."""
    return by_type({"plain_text": record({"type": choice("plain_text"), "text": text(longest)}, {"emoji": flag})})


def marked(longest: int) -> Check:
    """A text object of either kind."""
    return by_type(
        {
            "plain_text": record({"type": choice("plain_text"), "text": text(longest)}, {"emoji": flag}),
            "mrkdwn": record({"type": choice("mrkdwn"), "text": text(longest)}, {"verbatim": flag}),
        }
    )


url = text(3000)
identifier = text(255)

confirm = record(
    {"title": plain(100), "text": marked(300), "confirm": plain(30), "deny": plain(30)},
    {"style": choice("primary", "danger")},
)

plain_option = record({"text": plain(75), "value": text(150)}, {"description": plain(75)})
marked_option = record({"text": marked(75), "value": text(150)}, {"description": marked(75)})
option_group = record({"label": plain(75), "options": items(plain_option, 1, 100)})

conversation_filter = record(
    {},
    {
        "include": items(choice("im", "mpim", "private", "public"), 1, 4),
        "exclude_external_shared_channels": flag,
        "exclude_bot_users": flag,
    },
)


def initial_among_options(value: Any, at: str) -> Faults:
    """A preset choice must equal one of the options."""
    if not isinstance(value, dict):
        return
    offered = offered_options(value)
    for name in ("initial_option", "initial_options"):
        if name not in value:
            continue
        chosen = value[name] if isinstance(value[name], list) else [value[name]]
        if any(one not in offered for one in chosen):
            yield Fault(f"{at}/{name}", "must be one of the provided options")


def distinct_values(value: Any, at: str) -> Faults:
    if not isinstance(value, dict):
        return
    values = [one.get("value") for one in offered_options(value) if isinstance(one, dict)]
    if len(set(map(str, values))) != len(values):
        yield Fault(f"{at}/options", "option values must be unique")


date = matching(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", "must be a date: YYYY-MM-DD")
time_of_day = matching(r"([01]\d|2[0-3]):[0-5]\d", "must be a time: HH:mm")

_named = {"action_id": identifier}
_hinted = {"placeholder": plain(150)}
_asked = {"confirm": confirm}
_chooser = _named | _hinted | _asked
_many = {"max_selected_items": whole(1)}


def _element(kind: str, required: dict[str, Check], optional: dict[str, Check]) -> Check:
    return record({"type": choice(kind)} | required, optional)


def _listed(kind: str, extra: dict[str, Check]) -> Check:
    shape = _element(kind, {"options": items(marked_option, 1, 10)}, _named | _asked | extra)
    return both(shape, distinct_values, initial_among_options)


def _static(kind: str, initial: dict[str, Check]) -> Check:
    offered = {"options": items(plain_option, 1, 100), "option_groups": items(option_group, 1, 100)}
    shape = _element(kind, {}, _chooser | offered | initial)
    return both(shape, exactly_one("options", "option_groups"), initial_among_options)


def _lengths_in_order(value: Any, at: str) -> Faults:
    if isinstance(value, dict):
        shortest, longest = value.get("min_length"), value.get("max_length")
        if isinstance(shortest, int) and isinstance(longest, int) and shortest > longest:
            yield Fault(f"{at}/min_length", "must be less than or equal to max_length")


_digits = matching(r"-?\d+(\.\d+)?", "must be a number, as a string")

button = _element(
    "button",
    {"text": plain(75)},
    _named
    | _asked
    | {"url": url, "value": text(2000), "style": choice("primary", "danger"), "accessibility_label": text(75)},
)

PICKERS: dict[str, Check] = {
    "datepicker": _element("datepicker", {}, _chooser | {"initial_date": date}),
    "timepicker": _element("timepicker", {}, _chooser | {"initial_time": time_of_day, "timezone": text(100)}),
    "radio_buttons": _listed("radio_buttons", {"initial_option": marked_option}),
    "checkboxes": _listed("checkboxes", {"initial_options": items(marked_option, 1, 10)}),
    "static_select": _static("static_select", {"initial_option": plain_option}),
    "users_select": _element("users_select", {}, _chooser | {"initial_user": identifier}),
    "conversations_select": _element(
        "conversations_select", {}, _chooser | {"initial_conversation": identifier, "filter": conversation_filter}
    ),
}

MULTI_SELECTS: dict[str, Check] = {
    "multi_static_select": _static("multi_static_select", _many | {"initial_options": items(plain_option, 1, 100)}),
    "multi_users_select": _element(
        "multi_users_select", {}, _chooser | _many | {"initial_users": items(identifier, 1, 100)}
    ),
}

TYPED: dict[str, Check] = {
    "plain_text_input": both(
        _element(
            "plain_text_input",
            {},
            _named
            | _hinted
            | {
                "initial_value": text(3000, 0),
                "multiline": flag,
                "min_length": whole(0, 3000),
                "max_length": whole(1, 3000),
            },
        ),
        _lengths_in_order,
    ),
    "number_input": _element(
        "number_input",
        {"is_decimal_allowed": flag},
        _named | _hinted | {"initial_value": _digits, "min_value": _digits, "max_value": _digits},
    ),
    "file_input": _element(
        "file_input", {}, _named | {"filetypes": items(text(50), 1, 100), "max_files": whole(1, 10)}
    ),
}

in_actions = by_type({"button": button, **PICKERS})
in_accessory = by_type({"button": button, **PICKERS, **MULTI_SELECTS})
in_input = by_type({**PICKERS, **MULTI_SELECTS, **TYPED})
in_context = by_type({"plain_text": marked(3000), "mrkdwn": marked(3000)})  # marked() tells the two apart


def _block(kind: str, required: dict[str, Check], optional: dict[str, Check] | None = None) -> Check:
    return record({"type": choice(kind)} | required, {"block_id": identifier} | (optional or {}))


def characters(value: Any) -> int:
    """The characters in a table's cells, nested texts included."""
    if isinstance(value, dict):
        own = len(value["text"]) if isinstance(value.get("text"), str) else 0
        return own + sum(characters(one) for one in value.values() if isinstance(one, (dict, list)))
    return sum(map(characters, value)) if isinstance(value, list) else 0


def _at_most_10_000(value: Any, at: str) -> Faults:
    if isinstance(value, dict) and characters(value.get("rows")) > 10_000:
        yield Fault(f"{at}/rows", "must be less than 10001 characters over all cells")


_cell = by_type({"raw_text": record({"type": choice("raw_text"), "text": text(10_000)})})
_column = record({}, {"align": choice("left", "center", "right"), "is_wrapped": flag})
_table = both(
    _block("table", {"rows": items(items(_cell, 1, 20), 1, 100)}, {"column_settings": items(_column, 1, 20)}),
    _at_most_10_000,
)

_point = record({"label": text(20), "value": number})
_series = record({"name": text(20), "data": items(_point, 1, 20)})
_axis = record({"categories": items(text(20), 1, 20)}, {"x_label": text(50), "y_label": text(50)})
_bars = record({"type": choice("bar"), "series": both(items(_series, 1, 6), distinct("name")), "axis_config": _axis})


def _every_category(value: Any, at: str) -> Faults:
    chart = value.get("chart") if isinstance(value, dict) else None
    if not isinstance(chart, dict) or list(_bars(chart, at)):
        return
    categories = chart["axis_config"]["categories"]
    if len(set(categories)) < len(categories):
        yield Fault(f"{at}/chart/axis_config/categories", "must be unique")
    for place, series in enumerate(chart["series"]):
        if sorted(point["label"] for point in series["data"]) != sorted(categories):
            yield Fault(f"{at}/chart/series/{place}/data", "must have one point for each category")


_chart = both(_block("data_visualization", {"title": text(50), "chart": _bars}), _every_category)

_everywhere: dict[str, Check] = {
    "section": _block("section", {"text": marked(3000)}, {"accessory": in_accessory}),
    "header": _block("header", {"text": plain(150)}),
    "divider": _block("divider", {}),
    "context": _block("context", {"elements": items(in_context, 1, 10)}),
    "actions": _block("actions", {"elements": both(items(in_actions, 1, 25), distinct("action_id"))}),
    "input": _block("input", {"label": plain(2000), "element": in_input}, {"hint": plain(2000), "optional": flag}),
}
in_message = by_type({**_everywhere, "table": _table, "data_visualization": _chart})
in_view = by_type(_everywhere)

# Text of all blocks together. Slack documents no limit. 13,297 characters of markdown passed, 13,298 did not; more
# blocks leave less room (github.com/slackapi/bolt-js/issues/2509, /2867), so each block counts extra.
HEAVIEST = 13_200
_EACH_BLOCK = 30


def weight(blocks: list[Any]) -> int:
    """The size that ``msg_blocks_too_long`` limits, as measured from outside."""
    return characters(blocks) + _EACH_BLOCK * max(len(blocks) - 1, 0)


def faults_of(surface: Literal["blocks", "modal", "home"], value: Any) -> list[Fault]:
    """Faults of a message's ``blocks``, or of a view. Pointers start at ``/blocks`` or ``/view``."""
    check, root = {"blocks": (_message, "/blocks"), "modal": (_modal, "/view"), "home": (_home, "/view")}[surface]
    return list(check(value, root))


def _objects(blocks: Any) -> list[dict[str, Any]]:
    return [one for one in blocks if isinstance(one, dict)] if isinstance(blocks, list) else []


@limited
def _only(blocks: Any, at: str, most: int, kind: str, says: str) -> Faults:
    places = [place for place, block in enumerate(_objects(blocks)) if block.get("type") == kind]
    yield from (Fault(f"{at}/{place}", f"only {says} allowed in a message") for place in places[most:])


def _no_modal_only_elements(blocks: Any, at: str) -> Faults:
    for place, block in enumerate(_objects(blocks)):
        element = block.get("element")
        if block.get("type") == "input" and isinstance(element, dict) and element.get("type") == "file_input":
            yield Fault(f"{at}/{place}/element/type", "unsupported type: file_input")


def _submit_where_inputs(view: Any, at: str) -> Faults:
    if not isinstance(view, dict) or "submit" in view:
        return
    if any(block.get("type") == "input" for block in _objects(view.get("blocks"))):
        yield Fault(at, "missing required field: submit")


_tables = _only(1, "table", "one table is")
_charts = _only(2, "data_visualization", "two charts are")  # undocumented: github.com/vercel/chat/pull/696
_message = both(items(in_message, 0, 50), distinct("block_id"), _tables, _charts, _no_modal_only_elements)
_about: dict[str, Check] = {"callback_id": text(255, 0), "private_metadata": text(3000, 0)}
_modal = both(
    record(
        {"type": choice("modal"), "title": plain(24), "blocks": both(items(in_view, 1, 100), distinct("block_id"))},
        _about | {"submit": plain(24), "close": plain(24), "clear_on_close": flag},
    ),
    _submit_where_inputs,
)
_home = record(
    {"type": choice("home"), "blocks": both(items(in_view, 0, 100), distinct("block_id"), _no_modal_only_elements)},
    _about,
)
