"""What the files of known phone systems look like, as systems.toml says."""

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.resources import files
from typing import Any, Final


class Field(StrEnum):
    """What a column of a call record may mean. These words name columns in `--map` too."""

    NUMBER = "number"  # of the person, whoever called
    CALLER = "caller"
    CALLEE = "callee"
    START = "start"
    DATE = "date"
    TIME = "time"
    ANSWERED = "answered"  # when; empty: not answered
    ENDED = "ended"
    RANG = "rang"  # when it began to ring
    DURATION = "duration"  # from start to end
    TALK = "talk"  # from answer to end
    RING = "ring"  # from start to answer, or to the end
    DIRECTION = "direction"
    RESULT = "result"
    AGENT = "agent"  # extension or name
    CALL = "id"
    WHOLE = "whole"  # joins the rows of one call
    SHOWN = "shown"  # the caller's number that the person saw
    INBOUND = "inbound"  # holds something only for calls in
    CONTEXT = "context"  # words of the dial plan
    WAIT = "wait"  # from the answer until an agent spoke


class Clock(StrEnum):
    """How a file writes its times."""

    LOCAL = "local"  # the phone system's clock: someone must say where it stands
    UTC = "utc"
    SECONDS = "seconds"  # since 1970, UTC
    MILLISECONDS = "milliseconds"


@dataclass(frozen=True, slots=True)
class System:
    """One layout. `marks`: headings that together tell it; `columns`: by field, the headings that hold it, best
    first."""

    key: str
    name: str
    marks: tuple[str, ...]
    columns: Mapping[Field, tuple[str, ...]]
    clock: Clock = Clock.LOCAL
    is_outbound: bool = False  # every row is a call out
    results: Mapping[str, str] = field(default_factory=dict)  # words of its own
    names_callers: bool = False  # the column of the agent names who called: of a call in, somebody outside

    def places(self, keys: Mapping[str, int]) -> dict[Field, tuple[int, ...]]:
        """Where each field is. `keys`: those of a heading, with their places."""
        found = {field: tuple(keys[name] for name in names if name in keys) for field, names in self.columns.items()}
        return {field: places for field, places in found.items() if places}


@dataclass(frozen=True, slots=True)
class Bare:
    """The layout of a system's file without a heading. `shapes`: of the columns that tell it, by place."""

    system: System
    headings: tuple[str, ...]
    widths: Sequence[int]
    shapes: Mapping[int, re.Pattern[str]]

    def fits(self, cells: Sequence[str]) -> bool:
        return len(cells) in self.widths and all(one.fullmatch(cells[at].strip()) for at, one in self.shapes.items())

    def places(self, width: int) -> dict[Field, tuple[int, ...]]:
        return self.system.places({name: at for at, name in enumerate(self.headings[:width])})


def _words(said: Mapping[str, str]) -> dict[str, str]:
    """What each word means, by the words for each meaning."""
    return {word: meaning for meaning, words in said.items() for word in words.split()}


def _system(said: Mapping[str, Any]) -> System:
    return System(
        said["key"],
        said["name"],
        tuple(said["marks"].split()),
        {Field(word): tuple(headings.split()) for word, headings in said["columns"].items()},
        Clock(said.get("clock", Clock.LOCAL)),
        said.get("is_outbound", False),
        _words(said.get("results", {})),
        said.get("names_callers", False),
    )


def _bare(system: System, said: Mapping[str, Any]) -> Bare:
    shapes = {int(at): re.compile(shape, re.IGNORECASE) for at, shape in said["shapes"].items()}
    return Bare(system, tuple(said["headings"].split()), said["widths"], shapes)


_SAID = tomllib.loads((files("bot.services.reconcile") / "systems.toml").read_text(encoding="utf-8"))
SYSTEMS: Final = tuple(map(_system, _SAID["system"]))
BARE: Final = tuple(
    _bare(one, said["bare"]) for one, said in zip(SYSTEMS, _SAID["system"], strict=True) if "bare" in said
)
OUT, IN, WITHHELD = (frozenset(_SAID["words"][one].split()) for one in ("out", "in", "withheld"))
RESULTS: Final = _words(_SAID["results"])
GUESSES: Final = {word: Field(field) for word, field in _words(_SAID["guesses"]).items()}


def recognise_heading(keys: Collection[str]) -> System | None:
    """The system whose headings have these keys; None if none."""
    return next((one for one in SYSTEMS if all(mark in keys for mark in one.marks)), None)
