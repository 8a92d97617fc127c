"""A reply: the message, and the reader it is written for."""

from dataclasses import dataclass
from datetime import datetime

from bot.slack.blocks.kit.kit import Block


@dataclass(frozen=True, slots=True)
class Reader:
    """The reader of a reply: their time zone, and the current moment (aware, UTC)."""

    zone: str
    now: datetime


@dataclass(frozen=True, slots=True)
class CardPlace:
    """The card a press came from, by its lease or its attempt. What happened is shown there."""

    lease_id: int = 0
    attempt_id: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """One message. `text` is for notifications and holds no number. `calling`: leases whose numbers the blocks show."""

    text: str
    blocks: tuple[Block, ...] = ()
    calling: tuple[int, ...] = ()
