"""Answers about people of the organisation, and what was not kept of their words."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from policy.vocabulary import Role

NOBODY = 0  # no agent has this id


class Desk(StrEnum):
    """Where a person works: their cards stand there, and are drawn anew after each press."""

    HOME = "home"
    MESSAGES = "messages"  # one message in the app's direct messages


@dataclass(frozen=True, slots=True)
class Actor:
    """The person who asks for something: found by `agents.identify`, trusted by every service after that."""

    agent_id: int
    organisation_id: int
    slack_user_id: str
    name: str
    role: Role
    team_id: int | None
    zone: str  # the time zone they read
    language: str = ""  # the person's choice, such as de; empty: as in Slack
    locale: str = ""  # as Slack last reported it, such as de-DE; empty: unknown
    locale_read_at: datetime | None = None
    paused_at: datetime | None = None  # set: they get no new contacts
    paused_by: int | None = None
    paused_because: str = ""
    is_active: bool = True  # False: they may finish what they hold, and record opt-outs
    dial_with: str = ""  # their own link to dial a number with; empty: tel:
    desk: str = Desk.HOME  # where they work
    desk_message: str = ""  # the direct message that is their desk, by channel and ts; empty: there is none
    also_leads: tuple[int, ...] = ()  # of a team lead of several teams: the others

    @property
    def is_known(self) -> bool:
        """Whether the actor is enrolled; if not, they are another member of the same workspace."""
        return self.agent_id != NOBODY

    @property
    def teams(self) -> tuple[int, ...]:
        """The team they work for now, and the others they lead."""
        return self.also_leads if self.team_id is None else (self.team_id, *self.also_leads)


class BreakReason(StrEnum):
    """Why an agent takes a break."""

    LUNCH = "lunch"
    TRAINING = "training"
    OTHER = "other"


class Reminding(StrEnum):
    """When an agent is told that their contacts are callable again."""

    SHIFT = "shift"  # as they fall due, during the shift
    QUIET = "quiet"  # once a shift, as soon as one of them may be called
    OFF = "off"


class Sensitive(StrEnum):
    """What was blanked before a note was saved."""

    CARD = "card"
    BANK = "bank"
    PHONE = "phone"
