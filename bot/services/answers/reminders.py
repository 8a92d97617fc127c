"""Frozen answers about messages that are due to agents. Facts only: the surface words them. Instants are aware UTC."""

from dataclasses import dataclass
from datetime import datetime

from bot.services.answers.calls import OpenAttempt
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


@dataclass(frozen=True, slots=True)
class ReminderBatch:
    """One message to one agent: contacts of theirs that are callable again now."""

    reminder_ids: tuple[int, ...]
    slack_user_id: str
    agent_zone: str
    lines: tuple[ReminderLine, ...]


@dataclass(frozen=True, slots=True)
class Chase:
    """Attempts of one agent that nobody reported."""

    slack_user_id: str
    attempts: tuple[OpenAttempt, ...]
