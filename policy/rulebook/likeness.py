"""A pack may take the rules of another and say only what differs: `like`. Here the two become one whole table."""

import re
import tomllib
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from policy.rules.case import selects

SHIPPED = Path(__file__).parents[1] / "packs"
Table = dict[str, Any]
Tell = Callable[[str, str], None]  # of a fault: its key, and what is wrong
_NAME = re.compile(r"[a-z0-9-]+")
_FREED = ("frees", "frees_if_hour_named")  # by a callback
_ITS_OWN = frozenset(["id", "title", "effective_from", "effective_until", "reviewed_on", "review_by"])


class Source(NamedTuple):
    """The file of a pack, and that of the pack it is like; empty: of none."""

    path: Path
    text: bytes
    model: bytes = b""


def read_source(path: Path) -> Source:
    """A pack's file as it stands. The other pack is looked for beside it, then among those shipped. Raises OSError."""
    text = path.read_bytes()
    name = _like(text) if b"like" in text else ""
    beside = [folder / f"{name}.toml" for folder in (path.parent, SHIPPED)] if _NAME.fullmatch(name) else []
    model = next((one.read_bytes() for one in beside if one.is_file()), b"")
    return Source(path, text, model)


@lru_cache(maxsize=256)  # each look at the packs reads all of their files
def _like(text: bytes) -> str:
    try:
        head = tomllib.loads(text.decode("utf-8")).get("pack")
    except (ValueError, RecursionError):
        return ""  # told when the pack is read
    named = head.get("like", "") if isinstance(head, dict) else ""
    return named if isinstance(named, str) else ""


def stated_by(table: Table) -> frozenset[tuple[str, str]]:
    """What a pack that is like another says itself of its rules: their ids, or patterns of them, and the keys."""
    return frozenset((str(rule.get("id", "")), key) for rule in rules_of(table) for key in rule if key != "id")


def rules_of(table: Table) -> list[Table]:
    """The tables of a pack's rules, as far as they are tables."""
    said = table.get("rule")
    return [one for one in said if isinstance(one, dict)] if isinstance(said, list) else []


def table_of(path: Path) -> Table:
    """The table of a pack without faults, as if it were written out."""
    source = read_source(path)
    table = tomllib.loads(source.text.decode("utf-8"))
    return whole_table(table, source.model, lambda _key, _what: None) if is_like(table) else table


def is_like(table: Table) -> bool:
    head = table.get("pack")
    return isinstance(head, dict) and "like" in head


def whole_table(table: Table, model: bytes, tell: Tell) -> Table:
    """The table of a pack as if it were written out. `tell` hears of each fault; the table is then good for nothing."""
    head = dict(table["pack"])
    like, without, said = head.pop("like"), head.pop("without", []), table.get("rule", [])
    other = _read(model)
    fault = _fault(like, without, said, head, other)
    if fault is None and not isinstance(table.get("calendar", {}), dict):
        fault = "calendar", "must be tables, each under [calendar.NAME]"
    if fault is not None:
        tell(*fault)
        return {**table, "pack": head}
    theirs, own = other["pack"], str(head.get("id", ""))
    rules = [_renamed(rule, f"{theirs['id']}.", f"{own}.") for rule in other["rule"]]
    for rule in rules:
        if "effective_from" in head and rule.get("effective_from") == theirs.get("effective_from"):
            rule["effective_from"] = head["effective_from"]
    for one in without:
        if not any(selects(f"{own}.{one}", rule["id"]) for rule in rules):
            tell("pack.without", f"no rule of {like} is named {one!r}")
    left = list(_left(rules, [f"{own}.{one}" for one in without]))
    return {
        **table,
        "pack": {**{key: value for key, value in theirs.items() if key not in _ITS_OWN}, **head},
        "calendar": {**other.get("calendar", {}), **table.get("calendar", {})},
        "rule": [*_changed(left, said, tell)],
    }


@lru_cache(maxsize=1)  # many house packs are like one
def _read(model: bytes) -> Table:
    """The table of the other pack, which nobody may change."""
    try:
        return tomllib.loads(model.decode("utf-8"))
    except (ValueError, RecursionError):
        return {}  # its own faults are told where it is read itself


def _fault(like: Any, without: Any, said: Any, head: Table, other: Table) -> tuple[str, str] | None:
    theirs = other.get("pack", {})
    if theirs and other.get("rule") and not _is_sound(other):
        return "pack.like", f"{like} has faults of its own: put that pack right first"
    if not theirs or not other.get("rule"):
        return "pack.like", f"there is no pack {like!r} with rules beside this one or among those shipped"
    if "like" in theirs:
        return "pack.like", f"{like} is itself like {theirs['like']}: name that one"
    if theirs.get("kind") != "house" or head.get("kind", "house") != "house":
        return "pack.like", "is for house packs alone: a law has its own words"
    if not isinstance(without, list):
        return "pack.without", "must be a list of names of rules"
    if not isinstance(said, list) or not all(isinstance(one, dict) for one in said):
        return "rule", "must be tables, each under [[rule]]"
    return None


def _is_sound(other: Table) -> bool:
    """Whether the other pack is so far a pack that it can be taken over: its own faults are told where it is read
    itself."""
    theirs, rules = other["pack"], other["rule"]
    if not isinstance(theirs, dict) or not isinstance(theirs.get("id"), str) or not isinstance(rules, list):
        return False
    if not isinstance(other.get("calendar", {}), dict):
        return False
    return all(isinstance(one, dict) and isinstance(one.get("id"), str) and _frees_names(one) for one in rules)


def _frees_names(rule: Table) -> bool:
    freed = [rule.get(key, []) for key in _FREED]
    return all(isinstance(some, list) and all(isinstance(one, str) for one in some) for some in freed)


def _renamed(value: Any, before: str, now: str) -> Any:
    """The value with every name of the other pack's rules made one of this pack."""
    if isinstance(value, str):
        return now + value.removeprefix(before) if value.startswith(before) else value
    if isinstance(value, list):
        return [_renamed(one, before, now) for one in value]
    if isinstance(value, dict):
        return {key: _renamed(one, before, now) for key, one in value.items()}
    return value


def _left(rules: list[Table], without: list[str]) -> Iterator[Table]:
    """The rules that are not left out; a callback frees only these."""

    def is_left(name: str) -> bool:
        return not any(selects(pattern, name) for pattern in without)

    for rule in rules:
        if is_left(rule["id"]):
            freed = {key: [one for one in rule[key] if is_left(one)] for key in _FREED if key in rule}
            yield {**rule, **freed}


def _changed(rules: list[Table], own: list[Table], tell: Tell) -> Iterator[Table]:
    """Each rule with what this pack says of it, then the pack's further rules."""
    for rule in rules:
        said = [one for one in own if selects(str(one.get("id", "")), rule["id"])]
        yield {key: value for one in (rule, *said) for key, value in one.items()} | {"id": rule["id"]}
    for one in own:
        name = str(one.get("id", ""))
        if any(selects(name, rule["id"]) for rule in rules):
            continue
        if name.endswith("*"):
            tell("rule", f"{name!r} names no rule")
        yield one
