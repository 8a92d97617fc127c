"""Frozen answers about promised calls. Facts only, worded by the surface; instants are aware UTC."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.services.answers.calls import Refusal


class Trouble(StrEnum):
    """What is wrong with a promised call."""

    SHUT = "shut"  # it may not be made at its time
    OVERDUE = "overdue"  # it was not made, and may be made now
    MISSED = "missed"  # it was not made, and may not be made now
    CALLED_OFF = "called_off"  # it is not to be made


@dataclass(frozen=True, slots=True)
class CallbackTrouble:
    """A promised call that is not made as it was promised. `refusal`: why, and the next lawful moment, where it is shut."""

    trouble: Trouble
    callback_id: int
    contact_id: int
    name: str
    agent_name: str  # empty: anyone's
    due_at: datetime
    zone: str  # the contact's
    refusal: Refusal | None = None
    is_finished: bool = False  # called off because the contact is finished, and not because of a stop
    team_id: int = 0  # of the lead who reads it; 0: the agent reads it, whose promise it is

    @property
    def next_lawful_at(self) -> datetime | None:
        return None if self.refusal is None else self.refusal.callable_from


@dataclass(frozen=True, slots=True)
class CallbackMoved:
    """A promised call has a new time. `is_repeat`: it had that time already."""

    name: str
    agent_name: str  # empty: anyone's
    due_at: datetime
    zone: str
    is_repeat: bool


@dataclass(frozen=True, slots=True)
class CallbackGiven:
    """A promised call is another agent's now, or has another time: what that agent is told."""

    name: str
    by: str
    due_at: datetime
    zone: str
    is_moved: bool  # it was theirs before, and got another time
    trouble: CallbackTrouble | None = None
