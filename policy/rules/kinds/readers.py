"""Every kind of rule by the name that packs use. A new kind is a file of its own and a line here."""

from collections.abc import Callable
from typing import NamedTuple

from policy.calendar import Calendar
from policy.rules.kinds import (
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
from policy.rules.pack_table import Fields
from policy.rules.rule import Parameters

Calendars = dict[str, Calendar]


class Kind(NamedTuple):
    """The parameters of one kind, and the function that reads them from a rule's table and its pack's calendars."""

    parameters: type[Parameters]
    read: Callable[[Fields, Calendars], Parameters]


def kind_of(parameters: type[Parameters], read: Callable[[Fields], Parameters]) -> Kind:
    """A kind that uses no calendar."""
    return Kind(parameters, lambda fields, _: read(fields))


KINDS: dict[str, Kind] = {
    "ban": kind_of(ban.Ban, ban.read),
    "basis": kind_of(basis.Basis, basis.read),
    "callback": kind_of(callback.Callback, callback.read),
    "cap": kind_of(cap.Cap, cap.read),
    "consent_window": kind_of(consent_window.ConsentWindow, consent_window.read),
    "cool_off": kind_of(cool_off.CoolOff, cool_off.read),
    "duty": kind_of(duty.Duty, duty.read),
    "hold": kind_of(hold.Hold, hold.read),
    "hours": Kind(hours.Hours, hours.read),
    "personal_hours": kind_of(personal_hours.PersonalHours, personal_hours.read),
    "register": kind_of(register.Register, register.read),
    "spacing": kind_of(spacing.Spacing, spacing.read),
    "stop": kind_of(stop.Stop, stop.read),
}
