"""The table of contents: every kind of rule by the name packs use, with the reader of its parameters."""

from collections.abc import Callable

from policy.calendars import Calendar
from policy.fields import Fields
from policy.rulebook import Parameters
from policy.rules import callback, cap, cool_off, hold, hours, stop

_READERS: dict[str, Callable[[Fields], Parameters]] = {
    "callback": callback.read,
    "cap": cap.read,
    "cool_off": cool_off.read,
    "hold": hold.read,
    "stop": stop.read,
}
KINDS = (*_READERS, "hours")


def read_parameters(kind: str, fields: Fields, calendars: dict[str, Calendar]) -> Parameters:
    """The parameters of one rule; `hours` alone speaks of the pack's calendars."""
    if kind in _READERS:
        return _READERS[kind](fields)
    return hours.read(fields, calendars)
