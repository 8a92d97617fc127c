"""Blocks as Slack stores and sends them: with ids, and with complete text objects."""

import copy
from collections.abc import Iterator
from typing import Any

from bot.sandbox.timestamps import random_id
from bot.sandbox.wire import Json


def stored(blocks: list[Json]) -> list[Json]:
    """A deep copy with Slack's additions: random block_ids and action_ids where missing, ``emoji``, ``verbatim``."""
    kept = copy.deepcopy(blocks)
    for block in kept:
        block.setdefault("block_id", random_id())
        for element in interactive(block):
            element.setdefault("action_id", random_id())
    _complete(kept)
    return kept


def interactive(block: Json) -> list[Json]:
    """The elements of a block that a user can use."""
    places = [*block.get("elements", ()), block.get("accessory"), block.get("element")]
    if block.get("type") not in ("actions", "section", "input"):
        return []
    return [one for one in places if isinstance(one, dict)]


def elements(blocks: list[Json] | tuple[Json, ...]) -> Iterator[tuple[Json, Json]]:
    """Every usable element, with its block."""
    for block in blocks:
        for element in interactive(block):
            yield block, element


def words(value: Any) -> Iterator[str]:
    """Every text on screen, in order."""
    if isinstance(value, list | tuple):
        for one in value:
            yield from words(one)
    elif isinstance(value, dict):
        for name in _READ_IN_ORDER:
            inner = value.get(name)
            if isinstance(inner, str) and name == "text":
                yield inner
            elif inner is not None:
                yield from words(inner)


_READ_IN_ORDER = (
    "label",
    "title",
    "text",
    "description",
    "rows",
    "elements",
    "accessory",
    "element",
    "options",
    "option_groups",
    "initial_option",
    "hint",
)


def _complete(value: Any) -> None:
    if isinstance(value, list):
        for one in value:
            _complete(one)
    elif isinstance(value, dict):
        if value.get("type") == "plain_text":
            value.setdefault("emoji", True)
        elif value.get("type") == "mrkdwn":
            value.setdefault("verbatim", False)
        for one in value.values():
            _complete(one)
