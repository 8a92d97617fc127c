"""Frozen answers about people of the house. Instants are aware UTC; zones are IANA names."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from policy.vocabulary import Role

NOBODY = 0  # no agent has this id


@dataclass(frozen=True, slots=True)
class Actor:
    """A person of the house who asks for something: found by `agents.identify`, trusted by every service after that."""

    agent_id: int
    organisation_id: int
    slack_user_id: str
    name: str
    role: Role
    team_id: int | None
    zone: str  # the clock they read
    language: str = ""  # chosen by the person, such as de; empty: as in Slack
    locale: str = ""  # what Slack said last, such as de-DE; empty: not known
    locale_read_at: datetime | None = None
    paused_at: datetime | None = None  # set: nothing new is handed out to them
    paused_by: int | None = None
    paused_because: str = ""
    is_active: bool = True  # switched off, they may finish what they hold, and say that somebody asked for no calls

    @property
    def is_known(self) -> bool:
        """A person of the house; else a colleague in the same workspace whom nobody has enrolled."""
        return self.agent_id != NOBODY

    @property
    def speaks(self) -> str:
        """A language or a locale; empty: not known yet."""
        return self.language or self.locale


class Reminding(StrEnum):
    """When somebody is told that contacts of theirs may be called again."""

    SHIFT = "shift"  # as they fall due, inside the shift
    QUIET = "quiet"  # once, as the shift begins
    OFF = "off"
