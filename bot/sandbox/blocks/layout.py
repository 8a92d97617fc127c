"""Layout blocks.

The sandbox refuses the blocks for assistants (plan, task_card, card, carousel, container, context_actions), and all
charts but bars.
"""

from typing import Any

from bot.sandbox.blocks.checks import (
    Check,
    Fault,
    Faults,
    at_least_one,
    both,
    by_type,
    choice,
    distinct,
    exactly_one,
    flag,
    items,
    number,
    record,
    text,
    whole,
)
from bot.sandbox.blocks.elements import in_accessory, in_actions, in_context, in_input
from bot.sandbox.blocks.objects import identifier, marked, plain, slack_file, url
from bot.sandbox.blocks.rich_text import rich_text

_id = {"block_id": identifier}


def _block(kind: str, required: dict[str, Check], optional: dict[str, Check] | None = None) -> Check:
    return record({"type": choice(kind)} | required, _id | (optional or {}))


def _one_focus(value: Any, at: str) -> Faults:
    """At most one element of a view may take the focus. Checked within one block."""
    elements = value.get("elements") if isinstance(value, dict) else None
    focused = [one for one in elements or [] if isinstance(one, dict) and one.get("focus_on_load") is True]
    if len(focused) > 1:
        yield Fault(at, "only one element may set focus_on_load")


section = both(
    at_least_one("text", "fields"),
    _block(
        "section",
        {},
        {"text": marked(3000), "fields": items(marked(2000), 1, 10), "accessory": in_accessory, "expand": flag},
    ),
)
header = _block("header", {"text": plain(150)})
divider = _block("divider", {})
context = _block("context", {"elements": items(in_context, 1, 10)})
actions = both(_block("actions", {"elements": both(items(in_actions, 1, 25), distinct("action_id"))}), _one_focus)
image = both(
    exactly_one("image_url", "slack_file"),
    _block("image", {"alt_text": text(2000)}, {"image_url": url, "slack_file": slack_file, "title": plain(2000)}),
)
input_block = _block(
    "input",
    {"label": plain(2000), "element": in_input},
    {"dispatch_action": flag, "hint": plain(2000), "optional": flag},
)
markdown = _block("markdown", {"text": text(12000)})
file_block = _block("file", {"external_id": identifier, "source": choice("remote")})
video = _block(
    "video",
    {"alt_text": text(2000), "title": plain(199), "video_url": url, "thumbnail_url": url},
    {
        "title_url": url,
        "description": plain(199),
        "provider_name": text(50),
        "provider_icon_url": url,
        "author_name": text(50),
    },
)
alert = _block(
    "alert",
    {"text": marked(200)},
    {"level": choice("default", "info", "warning", "error", "success")},
)

raw_text = record({"type": choice("raw_text"), "text": text(10_000)})
raw_number = record({"type": choice("raw_number"), "value": number, "text": text(10_000)})
cell = by_type({"raw_text": raw_text, "rich_text": rich_text})
data_cell = by_type({"raw_text": raw_text, "raw_number": raw_number, "rich_text": rich_text})
column = record({}, {"align": choice("left", "center", "right"), "is_wrapped": flag})


def characters(value: Any) -> int:
    """The characters in a table's cells, nested texts included."""
    if isinstance(value, dict):
        own = len(value["text"]) if isinstance(value.get("text"), str) else 0
        return own + sum(characters(one) for one in value.values() if isinstance(one, (dict, list)))
    return sum(map(characters, value)) if isinstance(value, list) else 0


def _at_most(longest: int) -> Check:
    def check(value: Any, at: str) -> Faults:
        if isinstance(value, dict) and characters(value.get("rows")) > longest:
            yield Fault(f"{at}/rows", f"must be less than {longest + 1} characters over all cells")

    return check


table = both(
    _block(
        "table",
        {"rows": items(items(cell, 1, 20), 1, 100)},
        {"column_settings": items(column, 1, 20)},
    ),
    _at_most(10_000),
)


def _even_rows(value: Any, at: str) -> Faults:
    """A data table's rows have one length, and its heading row is plain text."""
    rows = value.get("rows") if isinstance(value, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows) or not rows:
        return
    if len({len(row) for row in rows}) > 1:
        yield Fault(f"{at}/rows", "all rows must have the same number of cells")
    if any(isinstance(one, dict) and one.get("type") == "rich_text" for one in rows[0]):
        yield Fault(f"{at}/rows/0", "header cells cannot contain rich text")


data_table = both(
    _block(
        "data_table",
        {"caption": text(150), "rows": items(items(data_cell, 1, 20), 2, 101)},
        {"page_size": whole(1, 100), "row_header_column_index": whole(0, 19)},
    ),
    _at_most(20_000),
    _even_rows,
)

_point = record({"label": text(20), "value": number})
_series = record({"name": text(20), "data": items(_point, 1, 20)})
_axis = record({"categories": items(text(20), 1, 20)}, {"x_label": text(50), "y_label": text(50)})
_bars = record({"type": choice("bar"), "series": both(items(_series, 1, 6), distinct("name")), "axis_config": _axis})


def _every_category(value: Any, at: str) -> Faults:
    """A series has one point for each category."""
    chart = value.get("chart") if isinstance(value, dict) else None
    if not isinstance(chart, dict) or list(_bars(chart, at)):
        return
    categories = chart["axis_config"]["categories"]
    if len(set(categories)) < len(categories):
        yield Fault(f"{at}/chart/axis_config/categories", "must be unique")
    for place, series in enumerate(chart["series"]):
        if sorted(point["label"] for point in series["data"]) != sorted(categories):
            yield Fault(f"{at}/chart/series/{place}/data", "must have one point for each category")


data_visualization = both(_block("data_visualization", {"title": text(50), "chart": _bars}), _every_category)

_everywhere: dict[str, Check] = {
    "section": section,
    "header": header,
    "divider": divider,
    "context": context,
    "actions": actions,
    "image": image,
    "input": input_block,
    "rich_text": rich_text,
    "video": video,
}
in_message = by_type(
    {
        **_everywhere,
        "markdown": markdown,
        "file": file_block,
        "table": table,
        "data_table": data_table,
        "data_visualization": data_visualization,
    }
)
in_modal = by_type({**_everywhere, "alert": alert})
in_home = by_type(_everywhere)
