"""What a listener gives back: a message, and whose eyes it is for."""

from dataclasses import dataclass
from datetime import datetime

from bot.slack.blocks.kit.kit import Block


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a reply is written: their clock, and the moment (aware, UTC) at which they look."""

    zone: str
    now: datetime


@dataclass(frozen=True, slots=True)
class CardPlace:
    """The card on which something was pressed: what is said of it stands there. By its lease, or by its call."""

    lease_id: int = 0
    attempt_id: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """One message. `text` is what a notification shows: never a number. `calling`: the leases whose numbers it shows."""

    text: str
    blocks: tuple[Block, ...] = ()
    calling: tuple[int, ...] = ()
