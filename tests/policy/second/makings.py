"""Parts of random events: moments around the one asked about, at the edges of terms and counts, and random words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from tests.policy.second.known import later, months_later
from tests.policy.second.packs import Table

SECOND = timedelta(seconds=1)
OTHER_NUMBER = "+447700900456"


@dataclass(frozen=True)
class Makings:
    """The inputs for random events: the moment on the person's clock, the call, the contact, the packs and their
    figures."""

    at: datetime
    zone: str
    call: Table
    contact: Table
    figures: list[int]
    packs: list[Table]
    near: list[Table]  # the packs, or the one pack, whose rules should be met

    @property
    def rules(self) -> list[Table]:
        return [rule for pack in self.near for rule in pack["rules"]]

    def word(self, rng: Random, words: tuple[str, ...]) -> str:
        """One of the words; if a single rule is tested, mostly one that it names."""
        rules = [str(rule) for rule in self.rules] if len(self.rules) <= 2 else []
        named = [word for word in words if any(f"'{word}'" in rule for rule in rules)]
        return rng.choice(named if named and rng.random() < 0.7 else words)


def written(at: datetime) -> str:
    return at.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def before(rng: Random, one: Makings) -> datetime:
    """A moment before the question: a figure of hours or days ago to the second, or at the edge of such a local day."""
    figure, slip = rng.choice(one.figures), SECOND * rng.choice((-60, -1, -0.3, 0, 0, 0.3, 1, 60))
    how = rng.random()
    if how < 0.2:
        then = one.at.astimezone(UTC) - timedelta(hours=figure) + slip
    elif how < 0.35:
        then = one.at.astimezone(UTC) - timedelta(minutes=rng.choice((5, 10, 15))) + slip
    elif how < 0.8:
        slipped = rng.choice((-1, 0, 0, 1))
        on = later(one.at.date(), -(figure + slipped))
        if how < 0.45 and figure <= 60:
            on = later(months_later(one.at.date(), -figure), slipped)
        clock = rng.choice((time(0), time(23, 59, 59), time(12), time(11, 30, 15)))
        then = datetime.combine(on, clock, ZoneInfo(one.zone))
    else:
        then = one.at.astimezone(UTC) - timedelta(minutes=rng.randint(0, 3 * 24 * 60))
    return min(then.astimezone(UTC), one.at.astimezone(UTC)) if rng.random() < 0.97 else then.astimezone(UTC)


def around(rng: Random, one: Makings) -> datetime:
    """A moment before or after the question, often to the second."""
    minutes = rng.choice((0, 0, 30, 60, 24 * 60, rng.randint(0, 5 * 24 * 60)))
    slip = SECOND * rng.choice((-1, -0.3, 0, 0.3, 1))
    return one.at.astimezone(UTC) + timedelta(minutes=minutes * rng.choice((-1, 1))) + slip


def a_day(rng: Random, one: Makings) -> date:
    """A day some figure of days or months before the question, or near it."""
    today = one.at.date()
    if rng.random() < 0.4:
        return months_later(today, -rng.choice((1, 3, 6, 12, 18, 24))) + timedelta(days=rng.choice((-1, 0, 1)))
    return later(today, rng.choice((-1, 0, 0, 1)) - rng.choice([0, *one.figures]))


def maybe(rng: Random, make: Callable[[Random, Makings], datetime], one: Makings, share: float) -> str | None:
    return written(make(rng, one)) if rng.random() < share else None


def whose(rng: Random) -> str:
    return rng.choice(("", "", "P", "P", "Q"))


def a_number(rng: Random, one: Makings) -> str:
    return rng.choice(("", "", one.contact["number"], OTHER_NUMBER))


def a_principal(rng: Random) -> str:
    return rng.choice(("Bright", "Bright", "Bright", "", "Other"))
