"""A reply: the message, and the reader it is written for."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.slack import wording
from bot.slack.blocks.kit.kit import Block
from bot.slack.wording import Markup


@dataclass(frozen=True, slots=True)
class Reader:
    """The reader of a reply: their time zone, and the current moment (aware, UTC). For the times see
    `wording.times`."""

    zone: str
    now: datetime

    @property
    def today(self) -> date:
        """The reader's own date; in UTC if their zone is unknown."""
        return self.now.astimezone(wording.zone_of(self.zone) or self.now.tzinfo).date()

    def moment(self, at: datetime) -> Markup:
        return wording.moment(at, self.zone)

    def when(self, at: datetime) -> Markup:
        return wording.when(at, self.zone, self.now)

    def day(self, at: datetime) -> Markup:
        return wording.day(at, self.zone, self.now)

    def until(self, at: datetime, zone: str) -> Markup:
        return wording.until(at, zone, self.zone, self.now)

    def both(self, at: datetime, zone: str) -> Markup:
        return wording.both(at, zone, self.zone, self.now)


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

    def as_message(self) -> Block:
        """As Slack's methods for messages take it."""
        return {"text": self.text, "blocks": list(self.blocks)}
