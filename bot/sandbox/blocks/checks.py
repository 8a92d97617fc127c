"""Checks of blocks and their parts: each takes a value and its JSON pointer, and yields faults; and the stored form."""

import copy
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec

from bot.sandbox.clock import random_id
from bot.sandbox.wire import Json


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault, its place (a JSON pointer), and Slack's wording."""

    pointer: str
    says: str

    def __str__(self) -> str:
        return f"[ERROR] {self.says} [json-pointer:{self.pointer or '/'}]"


Faults = Iterator[Fault]
Check = Callable[[Any, str], Faults]
Limits = ParamSpec("Limits")


def limited(rule: Callable[Concatenate[Any, str, Limits], Faults]) -> Callable[Limits, Check]:
    """Makes a check of a rule's limits: ``text(75)`` is a check of one value at its place."""

    def with_limits(*args: Limits.args, **named: Limits.kwargs) -> Check:
        return lambda value, at: rule(value, at, *args, **named)

    return with_limits


@limited
def text(value: Any, at: str, longest: int, shortest: int = 1) -> Faults:
    if not isinstance(value, str):
        yield Fault(at, "must be a string")
    elif len(value) > longest:
        yield Fault(at, f"must be less than {longest + 1} characters")
    elif len(value) < shortest:
        yield Fault(at, f"must be more than {shortest - 1} characters")


@limited
def matching(value: Any, at: str, pattern: str, says: str) -> Faults:
    if not isinstance(value, str) or not re.fullmatch(pattern, value):
        yield Fault(at, says)


@limited
def choice(value: Any, at: str, *allowed: Any) -> Faults:
    # 1 == True in Python; Slack's schema tells them apart.
    if not any(value == one and type(value) is type(one) for one in allowed):
        yield Fault(at, f"must be one of: {', '.join(map(str, allowed))}")


def flag(value: Any, at: str) -> Faults:
    if not isinstance(value, bool):
        yield Fault(at, "must be a boolean")


@limited
def whole(value: Any, at: str, least: int | None = None, most: int | None = None) -> Faults:
    if isinstance(value, bool) or not isinstance(value, int):
        yield Fault(at, "must be an integer")
    elif least is not None and value < least:
        yield Fault(at, f"must be greater than or equal to {least}")
    elif most is not None and value > most:
        yield Fault(at, f"must be less than or equal to {most}")


def number(value: Any, at: str) -> Faults:
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield Fault(at, "must be a number")


@limited
def items(value: Any, at: str, of: Check, least: int, most: int) -> Faults:
    if not isinstance(value, list):
        yield Fault(at, "must be an array")
        return
    if len(value) < least:
        yield Fault(at, f"must have at least {least} item{'s' if least != 1 else ''}")
    if len(value) > most:
        yield Fault(at, f"no more than {most} items allowed")
    for number, one in enumerate(value):
        yield from of(one, f"{at}/{number}")


@limited
def distinct(value: Any, at: str, name: str) -> Faults:
    """Objects in a list, each with a different id under this name."""
    seen: set[str] = set()
    for place, one in enumerate(value if isinstance(value, list) else ()):
        key = one.get(name) if isinstance(one, dict) else None
        if isinstance(key, str) and key in seen:
            yield Fault(f"{at}/{place}/{name}", f"`{name}` already exists: {key}")
        if isinstance(key, str):
            seen.add(key)


@limited
def record(value: Any, at: str, required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Faults:
    """An object with these properties and no others."""
    known = {**required, **(optional or {})}
    if not isinstance(value, dict):
        yield Fault(at, "must be an object")
        return
    for name in required:
        if name not in value:
            yield Fault(at, f"missing required field: {name}")
    for name, one in value.items():
        if name in known:
            yield from known[name](one, f"{at}/{name}")
        else:
            yield Fault(at, f"invalid additional property: {name}")


@limited
def by_type(value: Any, at: str, table: Mapping[str, Check]) -> Faults:
    """An object whose ``type`` selects the check."""
    kind = value.get("type") if isinstance(value, dict) else None
    if not isinstance(value, dict):
        yield Fault(at, "must be an object")
    elif kind is None:
        yield Fault(at, "missing required field: type")
    elif kind not in table:
        yield Fault(f"{at}/type", f"unsupported type: {kind}")
    else:
        yield from table[kind](value, at)


@limited
def both(value: Any, at: str, *checks: Check) -> Faults:
    for one in checks:
        yield from one(value, at)


@limited
def exactly_one(value: Any, at: str, *names: str) -> Faults:
    if isinstance(value, dict) and sum(name in value for name in names) != 1:
        yield Fault(at, f"must provide exactly one of: {', '.join(names)}")


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


def words(value: Any) -> Sequence[str]:
    """Every text on screen, in order."""
    if isinstance(value, list | tuple):
        return [said for one in value for said in words(one)]
    if not isinstance(value, dict):
        return []
    parts = ((name, value.get(name)) for name in _READ_IN_ORDER)
    are_said = ([part] if name == "text" and isinstance(part, str) else words(part) for name, part in parts)
    return [said for some in are_said for said in some]


_READ_IN_ORDER = (
    *("label", "title", "text", "description", "rows", "elements", "accessory", "element"),
    *("options", "option_groups", "initial_option", "hint"),
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


def offered_options(value: dict[str, Any]) -> list[Any]:
    """The options of a select, those in groups included."""
    groups: Any = value.get("option_groups")
    are_objects = isinstance(groups, list) and all(isinstance(one, dict) for one in groups)
    in_groups = [one for group in groups for one in group.get("options", [])] if are_objects else []
    loose = value.get("options")
    return (loose if isinstance(loose, list) else []) + in_groups
