"""Notes and columns as people write them, drawn from a seed: what may say no to calls, and what usual calls leave
behind."""

import tomllib
import unicodedata
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

SEED = 28


class Column(NamedTuple):
    """A column of which one cell says no, and the cells of the other rows. `language`: for the report of a failure."""

    language: str
    heading: str
    no: str
    others: tuple[str, ...]


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text(encoding="utf-8"))


def notes_that_say_no(count: int, seed: int = SEED) -> list[str]:
    """Notes by which somebody may have said no, the same number in each language. Each phrase comes up."""
    return _notes("notes_that_say_no", count, seed)


def ordinary_notes(count: int, seed: int = SEED) -> list[str]:
    """Notes that usual outcomes leave behind, the same number in each language. Each phrase comes up."""
    return _notes("ordinary_notes", count, seed)


def _notes(name: str, count: int, seed: int) -> list[str]:
    draw, languages = Random(f"{name} {seed}"), _read(name)
    found = []
    for at in range(count):
        said = list(languages.values())[at % len(languages)]
        phrases = said["says"]
        round_, place = divmod(at // len(languages), len(phrases))
        text = phrases[place] if round_ == 0 else draw.choice(phrases)
        text = draw.choice(said["before"]) + text + draw.choice(said["after"])
        words = {key: draw.choice(said[key]) for key in ("who", "day", "hour") if key in said}
        found.append(_typed(text.format(**words), draw))
    return found


def columns_that_say_no(count: int, seed: int = SEED) -> list[Column]:
    """Columns in which one cell says no: by itself, by a yes to a stop, or by a no to a permission."""
    draw, languages = Random(f"columns {seed}"), _read("columns_that_say_no")
    found = []
    for at in range(count):
        name, said = list(languages.items())[at % len(languages)]
        way = draw.choice(("plain", "plain", "flag", "ask"))
        if way == "plain":
            heading, no, others = draw.choice(said["headings"]), draw.choice(said["plain"]), said["others"]
        elif way == "flag":
            heading, no, others = draw.choice(said["flags"]), draw.choice(said["yes"]), ["", *said["no"]]
        else:
            heading, no, others = draw.choice(said["asks"]), draw.choice(said["no"]), said["yes"]
        beside = tuple(draw.choice(others) for _ in range(draw.randrange(4)))
        found.append(Column(name, _typed(heading, draw), no if way != "plain" else _typed(no, draw), beside))
    return found


def _typed(text: str, draw: Random) -> str:
    """The text as a hurried person types it: in capitals, without accents, with two blanks or another apostrophe."""
    way = draw.randrange(10)
    if way == 0:
        return text.upper()
    if way == 1:
        return text.capitalize()
    if way == 2:
        plain = unicodedata.normalize("NFKD", text)
        return "".join(char for char in plain if not unicodedata.combining(char))
    if way == 3:
        return text.replace(" ", "  ", 1).replace("'", "’")
    return text
