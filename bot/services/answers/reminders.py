"""Answers about messages due to agents."""

from dataclasses import dataclass
from datetime import datetime

from policy.vocabulary import Outcome


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


@dataclass(frozen=True, slots=True)
class ReminderBatch:
    """One message to one agent: contacts of theirs that are callable again, or will be in this shift."""

    reminder_ids: tuple[int, ...]
    slack_user_id: str
    agent_zone: str
    lines: tuple[ReminderLine, ...]
