"""The limits that an organisation may set for itself, as values and as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from types import MappingProxyType
from typing import Any, Final

from policy.vocabulary import Outcome

DAYS: Final = ("mon-fri", "sat", "sun")
CAPS: Final = ("day", "week", "month")  # a local day; 168 and 720 elapsed hours
WAITS: Final = tuple(one for one in Outcome if one.meaning.has_wait)
# The largest value of each: hours, attempts, seconds, cards, calls.
MOST: Final = MappingProxyType({"wait": 8_760, "cap": 100, "ring_seconds": 120, "open_cards": 10, "open_calls": 10})

Windows = tuple[tuple[time, time], ...]
_NOTHING: Final[Mapping[Any, Any]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit that may be set. `sort`: hours | wait | cap, or a figure's name; `of`: its days, outcome or span."""

    sort: str
    of: str = ""

    @property
    def key(self) -> str:
        """hours:DAYS | wait:OUTCOME | cap:SPAN | ring_seconds | callbacks_wait | open_cards | open_calls."""
        return f"{self.sort}:{self.of}" if self.of else self.sort


LIMITS: Final = (
    *(Limit("hours", day) for day in DAYS),
    *(Limit("wait", outcome.value) for outcome in WAITS),
    *(Limit("cap", span) for span in CAPS),
    *(Limit(figure) for figure in ("ring_seconds", "callbacks_wait", "open_cards", "open_calls")),
)


@dataclass(frozen=True, slots=True)
class HouseLimits:
    """What is not given is not limited, and the packs alone hold.

    `hours`: windows by `DAYS`, an end of 00:00 being midnight; no windows: closed. `waits`: hours after each outcome.
    `caps`: attempts by `CAPS`. `callbacks_wait`: an agreed callback keeps to every wait, cap and hour of the house,
    where it would otherwise be freed from some. Figures of 0 set nothing.
    """

    hours: Mapping[str, Windows] = field(default_factory=dict)
    waits: Mapping[Outcome, int] = field(default_factory=dict)
    caps: Mapping[str, int] = field(default_factory=dict)
    ring_seconds: int = 0
    callbacks_wait: bool = False
    open_cards: int = 0
    open_calls: int = 0

    @property
    def is_empty(self) -> bool:
        return self == HouseLimits()

    def value(self, limit: Limit) -> Any:
        """What is set; None: nothing."""
        of_sort: dict[str, Mapping[Any, Any]] = {"hours": self.hours, "wait": self.waits, "cap": self.caps}
        return of_sort[limit.sort].get(limit.of) if limit.of else getattr(self, limit.sort) or None

    @classmethod
    def of(cls, values: Mapping[Limit, Any]) -> "HouseLimits":
        """The limits with these values; None: not set."""
        known = {limit: value for limit, value in values.items() if value is not None}

        def of_sort(sort: str) -> dict[str, Any]:
            return {limit.of: value for limit, value in known.items() if limit.sort == sort}

        return cls(
            hours=of_sort("hours"),
            waits={Outcome(name): hours for name, hours in of_sort("wait").items()},
            caps=of_sort("cap"),
            **{limit.sort: value for limit, value in known.items() if not limit.of},
        )

    def to_json(self) -> dict[str, Any]:
        """Only what is set, in a fixed order."""
        found = {
            "hours": {
                day: [[f"{opens:%H:%M}", f"{closes:%H:%M}"] for opens, closes in self.hours[day]]
                for day in DAYS
                if day in self.hours
            },
            "waits": {one.value: self.waits[one] for one in WAITS if one in self.waits},
            "caps": {span: self.caps[span] for span in CAPS if span in self.caps},
            "ring_seconds": self.ring_seconds,
            "callbacks_wait": self.callbacks_wait,
            "open_cards": self.open_cards,
            "open_calls": self.open_calls,
        }
        return {key: value for key, value in found.items() if value}

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "HouseLimits":
        """Raises KeyError or ValueError for what `to_json` did not write."""
        return cls(
            hours={day: tuple(map(_window, windows)) for day, windows in said.get("hours", _NOTHING).items()},
            waits={Outcome(one): int(hours) for one, hours in said.get("waits", _NOTHING).items()},
            caps={span: int(most) for span, most in said.get("caps", _NOTHING).items()},
            ring_seconds=int(said.get("ring_seconds", 0)),
            callbacks_wait=bool(said.get("callbacks_wait", False)),
            open_cards=int(said.get("open_cards", 0)),
            open_calls=int(said.get("open_calls", 0)),
        )


def _window(pair: tuple[str, str]) -> tuple[time, time]:
    opens, closes = map(time.fromisoformat, pair)
    return opens, closes
