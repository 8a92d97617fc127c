"""The table of contents: every kind of rule by the name packs use, with the reader of its parameters."""

from collections.abc import Callable

from policy.calendars import Calendar
from policy.fields import Fields
from policy.rulebook import Parameters
from policy.rules import (
    ban,
    basis,
    callback,
    cap,
    consent_window,
    cool_off,
    duty,
    hold,
    hours,
    personal_hours,
    register,
    spacing,
    stop,
)

_READERS: dict[str, Callable[[Fields], Parameters]] = {
    "ban": ban.read,
    "basis": basis.read,
    "callback": callback.read,
    "cap": cap.read,
    "consent_window": consent_window.read,
    "cool_off": cool_off.read,
    "duty": duty.read,
    "hold": hold.read,
    "personal_hours": personal_hours.read,
    "register": register.read,
    "spacing": spacing.read,
    "stop": stop.read,
}
KINDS = (*_READERS, "hours")


def read_parameters(kind: str, fields: Fields, calendars: dict[str, Calendar]) -> Parameters:
    """The parameters of one rule; `hours` alone speaks of the pack's calendars."""
    if kind in _READERS:
        return _READERS[kind](fields)
    return hours.read(fields, calendars)
