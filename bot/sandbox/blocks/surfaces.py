"""Checks whole surfaces (message, modal, Home tab), and the rules that span blocks."""

from typing import Any

from bot.sandbox.blocks.checks import Check, Fault, Faults, both, choice, distinct, flag, items, record, text
from bot.sandbox.blocks.layout import characters, in_home, in_message, in_modal
from bot.sandbox.blocks.objects import identifier, plain

# Text of all blocks together. Slack documents no limit. 13,297 characters of markdown passed, 13,298 did not; more
# blocks leave less room (github.com/slackapi/bolt-js/issues/2509, /2867), so each block counts extra.
HEAVIEST = 13_200
_EACH_BLOCK = 30


def weight(blocks: list[Any]) -> int:
    """The size that ``msg_blocks_too_long`` limits, as measured from outside."""
    return characters(blocks) + _EACH_BLOCK * max(len(blocks) - 1, 0)


def check_message(blocks: Any) -> list[Fault]:
    """Faults of a message's ``blocks``. Pointers start at ``/blocks``."""
    return list(_message(blocks, "/blocks"))


def check_modal(view: Any) -> list[Fault]:
    """Faults of a modal. Pointers start at ``/view``."""
    return list(_modal(view, "/view"))


def check_home(view: Any) -> list[Fault]:
    """Faults of a Home tab. Pointers start at ``/view``."""
    return list(_home(view, "/view"))


def _objects(blocks: Any) -> list[dict[str, Any]]:
    return [one for one in blocks if isinstance(one, dict)] if isinstance(blocks, list) else []


def _one_table(blocks: Any, at: str) -> Faults:
    tables = [n for n, block in enumerate(_objects(blocks)) if block.get("type") == "table"]
    for number in tables[1:]:
        yield Fault(f"{at}/{number}", "only one table is allowed in a message")


def _two_charts(blocks: Any, at: str) -> Faults:
    """Slack documents no limit, and refuses a third (github.com/vercel/chat/pull/696)."""
    charts = [n for n, block in enumerate(_objects(blocks)) if block.get("type") == "data_visualization"]
    for number in charts[2:]:
        yield Fault(f"{at}/{number}", "only two charts are allowed in a message")


def _markdown_in_all(blocks: Any, at: str) -> Faults:
    if sum(characters(block) for block in _objects(blocks) if block.get("type") == "markdown") > 12_000:
        yield Fault(at, "markdown blocks must be less than 12001 characters together")


def _no_modal_only_elements(blocks: Any, at: str) -> Faults:
    for number, block in enumerate(_objects(blocks)):
        element = block.get("element")
        if block.get("type") == "input" and isinstance(element, dict) and element.get("type") == "file_input":
            yield Fault(f"{at}/{number}/element/type", "unsupported type: file_input")


def _one_focus(view: Any, at: str) -> Faults:
    elements = [block.get("element") for block in _objects(view.get("blocks"))] if isinstance(view, dict) else []
    if sum(isinstance(one, dict) and one.get("focus_on_load") is True for one in elements) > 1:
        yield Fault(at, "only one element may set focus_on_load")


def _submit_where_inputs(view: Any, at: str) -> Faults:
    """A modal with an input block needs a submit button."""
    if not isinstance(view, dict) or "submit" in view:
        return
    if any(block.get("type") == "input" for block in _objects(view.get("blocks"))):
        yield Fault(at, "missing required field: submit")


_message = both(
    items(in_message, 0, 50),
    distinct("block_id"),
    _one_table,
    _two_charts,
    _markdown_in_all,
    _no_modal_only_elements,
)
_about: dict[str, Check] = {
    "callback_id": text(255, 0),
    "private_metadata": text(3000, 0),
    "external_id": identifier,
}
_modal = both(
    record(
        {
            "type": choice("modal"),
            "title": plain(24),
            "blocks": both(items(in_modal, 1, 100), distinct("block_id")),
        },
        _about
        | {
            "submit": plain(24),
            "close": plain(24),
            "clear_on_close": flag,
            "notify_on_close": flag,
            "submit_disabled": flag,
        },
    ),
    _one_focus,
    _submit_where_inputs,
)
_home = record(
    {
        "type": choice("home"),
        "blocks": both(items(in_home, 0, 100), distinct("block_id"), _no_modal_only_elements),
    },
    _about,
)
