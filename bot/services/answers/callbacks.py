"""Answers about callbacks and reminders."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.services.answers.calls import Refusal, WithHand
from policy.vocabulary import Outcome


class Trouble(StrEnum):
    """What is wrong with a callback."""

    SHUT = "shut"  # the call may not be made at its time
    OVERDUE = "overdue"  # the call was not made, and may be made now
    MISSED = "missed"  # the call was not made, and may not be made now
    CALLED_OFF = "called_off"  # the call is no longer to be made
    # the call cannot be made while its list is closed or its campaign not active, and stands once that is over
    LIST_PAUSED = "list_paused"
    LIST_EXPIRED = "list_expired"
    LIST_WITHDRAWN = "list_withdrawn"
    CAMPAIGN_INACTIVE = "campaign_inactive"


@dataclass(frozen=True, slots=True)
class CallbackTrouble:
    """A callback that will not be, or was not, made in time. `refusal`: why it is shut, and the next lawful moment."""

    trouble: Trouble
    callback_id: int
    contact_id: int
    name: str
    agent_name: str  # empty: anyone's
    due_at: datetime
    zone: str  # the contact's
    refusal: Refusal | None = None
    is_finished: bool = False  # called off because the contact is finished, not because of a stop
    team_id: int = 0  # the team of the lead who reads this; 0: the callback's own agent reads it
    closed_name: str = ""  # of the list that is closed, or the campaign that is not active

    @property
    def next_lawful_at(self) -> datetime | None:
        return None if self.refusal is None else self.refusal.callable_from


@dataclass(frozen=True, slots=True)
class CallbackSoon:
    """A callback that falls due within minutes."""

    name: str
    due_at: datetime
    zone: str  # the contact's
    is_anyones: bool


@dataclass(frozen=True, slots=True)
class CallbackMoved:
    """A callback has a new time, or had it already."""

    name: str
    due_at: datetime
    zone: str


@dataclass(frozen=True, slots=True)
class CallbackRefused(WithHand):
    """The time asked for would be unlawful. `next_lawful_at`: the first lawful time after it, if any."""

    name: str
    asked_for: datetime
    refusal: Refusal
    next_lawful_at: datetime | None


class Unusual(StrEnum):
    """Why a time is questioned before a callback is agreed for it; each on the contact's clock."""

    EARLY = "early"  # before 08:00
    LATE = "late"  # 20:00 or later
    SUNDAY = "sunday"
    HOLIDAY = "holiday"  # a public one, where the contact may be


@dataclass(frozen=True, slots=True)
class CallbackQuestioned(WithHand):
    """The time asked for is lawful and unusual; nothing is agreed yet. Asking again for the same moment agrees it."""

    name: str
    asked_for: datetime
    zone: str  # the contact's
    why: tuple[Unusual, ...]


@dataclass(frozen=True, slots=True)
class ReminderLine:
    contact_id: int
    name: str
    campaign: str
    last_outcome: Outcome | None
    zone: str
    lawful_until: datetime
    callback_due_at: datetime | None
    opens_at: datetime | None = None  # if it may not be called yet
