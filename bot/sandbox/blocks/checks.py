"""Small checks that can be combined. Each takes a value and its JSON pointer, and yields faults."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault, its place (a JSON pointer), and Slack's wording."""

    pointer: str
    says: str

    def __str__(self) -> str:
        return f"[ERROR] {self.says} [json-pointer:{self.pointer or '/'}]"


Faults = Iterator[Fault]
Check = Callable[[Any, str], Faults]


def text(longest: int, shortest: int = 1) -> Check:
    def check(value: Any, at: str) -> Faults:
        if not isinstance(value, str):
            yield Fault(at, "must be a string")
        elif len(value) > longest:
            yield Fault(at, f"must be less than {longest + 1} characters")
        elif len(value) < shortest:
            yield Fault(at, f"must be more than {shortest - 1} characters")

    return check


def matching(pattern: str, says: str) -> Check:
    compiled = re.compile(pattern)

    def check(value: Any, at: str) -> Faults:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            yield Fault(at, says)

    return check


def choice(*allowed: Any) -> Check:
    def check(value: Any, at: str) -> Faults:
        # 1 == True in Python; Slack's schema tells them apart.
        if not any(value == one and type(value) is type(one) for one in allowed):
            yield Fault(at, f"must be one of: {', '.join(map(str, allowed))}")

    return check


def flag(value: Any, at: str) -> Faults:
    if not isinstance(value, bool):
        yield Fault(at, "must be a boolean")


def whole(least: int | None = None, most: int | None = None) -> Check:
    def check(value: Any, at: str) -> Faults:
        if isinstance(value, bool) or not isinstance(value, int):
            yield Fault(at, "must be an integer")
        elif least is not None and value < least:
            yield Fault(at, f"must be greater than or equal to {least}")
        elif most is not None and value > most:
            yield Fault(at, f"must be less than or equal to {most}")

    return check


def number(value: Any, at: str) -> Faults:
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield Fault(at, "must be a number")


def items(of: Check, least: int, most: int) -> Check:
    def check(value: Any, at: str) -> Faults:
        if not isinstance(value, list):
            yield Fault(at, "must be an array")
            return
        if len(value) < least:
            yield Fault(at, f"must have at least {least} item{'s' if least != 1 else ''}")
        if len(value) > most:
            yield Fault(at, f"no more than {most} items allowed")
        for number, one in enumerate(value):
            yield from of(one, f"{at}/{number}")

    return check


def distinct(name: str) -> Check:
    """Objects in a list, each with a different id under this name."""

    def check(value: Any, at: str) -> Faults:
        seen: set[str] = set()
        for place, one in enumerate(value if isinstance(value, list) else ()):
            key = one.get(name) if isinstance(one, dict) else None
            if isinstance(key, str) and key in seen:
                yield Fault(f"{at}/{place}/{name}", f"`{name}` already exists: {key}")
            if isinstance(key, str):
                seen.add(key)

    return check


def record(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """An object with these properties and no others."""
    known = {**required, **(optional or {})}

    def check(value: Any, at: str) -> Faults:
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

    return check


def by_type(table: Mapping[str, Check]) -> Check:
    """An object whose ``type`` selects the check."""

    def check(value: Any, at: str) -> Faults:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(value, dict):
            yield Fault(at, "must be an object")
        elif kind is None:
            yield Fault(at, "missing required field: type")
        elif kind not in table:
            yield Fault(f"{at}/type", f"unsupported type: {kind}")
        else:
            yield from table[kind](value, at)

    return check


def both(*checks: Check) -> Check:
    def check(value: Any, at: str) -> Faults:
        for one in checks:
            yield from one(value, at)

    return check


def exactly_one(*names: str) -> Check:
    def check(value: Any, at: str) -> Faults:
        if isinstance(value, dict) and sum(name in value for name in names) != 1:
            yield Fault(at, f"must provide exactly one of: {', '.join(names)}")

    return check
