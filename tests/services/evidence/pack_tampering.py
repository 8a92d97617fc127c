"""Plants tamperings in a proof pack, each as somebody would who can edit the file and cannot sign it."""

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

Pack = dict[str, Any]
Place = tuple[Any, Any, str]


def places(holder: Any, what: str = "") -> Iterator[Place]:
    """Every value of the pack that is no object or list, and the names that lead to it; places in lists are left
    out."""
    pairs = holder.items() if isinstance(holder, dict) else enumerate(holder)
    for key, one in pairs:
        name = f"{what}.{key}".strip(".") if isinstance(key, str) else what
        if isinstance(one, dict | list):
            yield from places(one, name)
        else:
            yield holder, key, name


def flipped(text: str, place: int, chosen: random.Random) -> str:
    """The text with one bit of one character flipped."""
    return text[:place] + chr(ord(text[place]) ^ 1 << chosen.randrange(7)) + text[place + 1 :]


def other(value: Any, chosen: random.Random) -> Any:
    """A value of the same kind that is another: one bit of it, or a little of a number with a fraction."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value ^ 1 << chosen.randrange(4)
    if isinstance(value, float):
        return value + 2.0 ** chosen.randrange(-4, 4)
    return flipped(value, chosen.randrange(len(value)), chosen) if value else "x"


def _flip(pack: Pack, chosen: random.Random) -> Pack | str:
    text = json.dumps(pack)
    return flipped(text, chosen.randrange(len(text)), chosen)


def _change(pack: Pack, chosen: random.Random) -> Pack:
    holder, key, _ = chosen.choice([*places(pack)])
    holder[key] = other(holder[key], chosen)
    return pack


def _remove(pack: Pack, chosen: random.Random) -> Pack:
    del pack["statements"][chosen.randrange(len(pack["statements"]))]
    return pack


def _repeat(pack: Pack, chosen: random.Random) -> Pack:
    pack["statements"].append(json.loads(json.dumps(chosen.choice(pack["statements"]))))
    return pack


def _swap_proofs(pack: Pack, chosen: random.Random) -> Pack:
    one, two = chosen.sample([each for each in pack["statements"] if each["proof"]], 2)
    one["proof"], two["proof"] = two["proof"], one["proof"]
    return pack


def _another_moment(pack: Pack, chosen: random.Random) -> Pack:
    """A statement at the moment of another: none that its leaf says."""
    one, two = chosen.sample([each for each in pack["statements"] if each["proof"]], 2)
    one["at"] = two["at"] if two["at"] not in one["values"].values() else "2026-01-02T03:04:05.000006Z"
    return pack


def _unproven(pack: Pack, chosen: random.Random) -> Pack:
    """A statement without its proof, and with what it shows."""
    one = chosen.choice([each for each in pack["statements"] if each["proof"]])
    one["proof"], one["unproven"] = None, chosen.choice(["", "waiting", "not_stated", "no_log"])
    return pack


def _ending(pack: Pack, chosen: random.Random) -> Pack:
    """The signed note with another end of a line."""
    note = pack["log"]["note"]
    ends = [
        note + "\n",
        note.rstrip("\n"),
        note.replace("\n\n", "\n"),
        note.replace("\n", "\r\n"),
        " " + note,
        note + " ",
    ]
    pack["log"]["note"] = chosen.choice(ends)
    return pack


def _another_signature(pack: Pack, chosen: random.Random) -> Pack:
    pack["signature"] = chosen.choice(["", pack["signature"][::-1], pack["signature"].rstrip("="), "AAAA" * 22])
    return pack


def _path(pack: Pack, chosen: random.Random) -> Pack:
    path = chosen.choice([each for each in pack["statements"] if each["proof"] and each["proof"]["path"]])["proof"][
        "path"
    ]
    chosen.choice([path.reverse, path.pop, lambda: path.append(path[0])])()
    return pack


KINDS: dict[str, Callable[[Pack, random.Random], Pack | str]] = {
    "flip a bit of a character": _flip,
    "change a value": _change,
    "remove a statement": _remove,
    "repeat a statement": _repeat,
    "swap two proofs": _swap_proofs,
    "give a statement another moment": _another_moment,
    "take a proof away": _unproven,
    "end a signed line otherwise": _ending,
    "sign otherwise": _another_signature,
    "change a path": _path,
}
# What fails by what the log says of it, whatever the pack's own signature: a forger may have that one too.
BY_THE_LOG = ("swap two proofs", "give a statement another moment", "take a proof away", "end a signed line otherwise")


def plant(text: str, kind: str, chosen: random.Random) -> str:
    """The text of the pack with one tampering; the same text if it came out as it was."""
    made = KINDS[kind](json.loads(text), chosen)
    return made if isinstance(made, str) else json.dumps(made)


def is_same(one: str, two: str) -> bool:
    """Whether two texts are the same pack, however they are formatted."""
    try:
        return bool(json.loads(one) == json.loads(two))
    except (ValueError, RecursionError):
        return False
