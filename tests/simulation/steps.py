"""What happens in a simulated centre, as values: steps drawn from a seed, and what goes wrong while one is done.

A step carries a lot of its own. Whom and what it concerns is chosen by that lot among what is there when its turn
comes, so that a story with steps taken out is a story still.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True, slots=True)
class Wait:
    """How far the clock moves before a step. `until_morning`: to the next working morning in London, and then so long.

    `at`: to that moment, whatever it is now.
    """

    span: timedelta = timedelta(0)
    until_morning: bool = False
    at: datetime | None = None

    def after(self, now: datetime) -> datetime:
        if self.at is not None:
            return max(now, self.at)
        return (_morning_after(now) if self.until_morning else now) + self.span


@dataclass(frozen=True, slots=True)
class Kill:
    """The bot dies: `before` or `after` its n-th statement or commit. Then the step is delivered again, or never."""

    where: str  # statement | before_commit | after_commit
    nth: int
    is_repeated: bool = True
    is_by_other: bool = False  # the repeat reaches the other bot


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """Before the n-th statement of the one bot, or its n-th transaction, the other does a whole step."""

    nth: int
    step: "Step"
    is_between: bool = False  # before a transaction begins: nothing is locked


@dataclass(frozen=True, slots=True)
class Step:
    """One delivery to one bot."""

    kind: str
    lot: int
    bot: int
    wait: Wait = Wait()
    kill: Kill | None = None
    meanwhile: Meanwhile | None = None
    is_twice: bool = False  # delivered a second time although it was answered

    def rolls(self) -> Random:
        return Random(self.lot)


# How often each is done, of a thousand.
WEIGHTS: dict[str, int] = {
    "hand_out": 110,
    "call": 220,
    "outcome": 220,
    "callback": 25,
    "undo": 45,
    "correct": 25,
    "speak": 40,
    "stop": 25,
    "stop_again": 8,
    "undo_stop": 20,
    "second_word": 14,
    "import_stops": 8,
    "order_by_court": 6,
    "release": 25,
    "keep": 8,
    "take_back": 8,
    "move": 15,
    "reassign": 10,
    "hold": 8,
    "lift": 14,
    "pause": 4,
    "end_pause": 12,
    "override": 20,
    "import_contacts": 8,
    "read_records": 8,
    "screen": 4,
    "tick": 45,
    "change_rules": 3,
    "forget": 3,
    "part": 6,
    "withdraw_list": 2,
    "pause_list": 3,
    "take_up_list": 6,
    "change_campaign": 4,
    "switch_off_held": 4,
    "change_person": 7,
    "move_holder": 6,
    "run_ahead": 3,
    "status": 10,
    "check": 12,
}
_SAID = ("outcome", "callback", "correct", "speak")
_TYPED = ("stop", "stop_again")
_IN_PARTS = ("import_stops",)  # a long list is written in several transactions, and others work between them
_ALWAYS = ("hand_out", "call", "outcome")
_FACTORS = (0.0, 0.3, 1.0, 1.0, 4.0)
# Beginnings of a story: ordinary, and on both kinds of days on which clocks change, in Europe and in America.
BEGINNINGS = (
    datetime(2026, 11, 24, 9, 30, tzinfo=UTC),
    datetime(2026, 10, 22, 8, 30, tzinfo=UTC),
    datetime(2026, 10, 30, 9, 0, tzinfo=UTC),
    datetime(2027, 3, 11, 9, 0, tzinfo=UTC),
    datetime(2027, 3, 25, 9, 0, tzinfo=UTC),
    datetime(2026, 12, 30, 13, 0, tzinfo=UTC),
)


def draw_steps(rolls: Random, how_many: int) -> Iterator[Step]:
    """So many steps, each with a wait before it and, now and then, something that goes wrong.

    Each story has a mood of its own: some things are done often in it and some never, and it is in a hurry or is not.
    What takes several rare things close together would otherwise hardly ever be.
    """
    mood = _Mood(rolls)
    for _ in range(how_many):
        yield mood.draw_step()


class _Mood:
    """What a story is full of."""

    def __init__(self, rolls: Random) -> None:
        self._rolls = rolls
        self._kinds = list(WEIGHTS)
        self._weights = [
            weight * (1.0 if kind in _ALWAYS else rolls.choice(_FACTORS)) for kind, weight in WEIGHTS.items()
        ]
        self._hurry = rolls.choice((0.0, 0.3, 0.6))  # how many of the waits are short, beside those that are anyway
        self._trouble = rolls.choice((0.0, 0.5, 1.0, 2.0))
        self._regret = rolls.choice((0.0, 0.0, 0.1, 0.4))  # how many outcomes are taken back at once
        self._last = ""

    def draw_step(self) -> Step:
        rolls, kill, meanwhile = self._rolls, None, None
        fate = rolls.random() / self._trouble if self._trouble else 1.0
        if fate < 0.04:
            kill = _draw_kill(rolls)
        elif fate < 0.09:
            meanwhile = self._draw_meanwhile()
        wait = draw_short_wait(rolls) if rolls.random() < self._hurry else draw_wait(rolls)
        plain = self._plain_step(wait)
        if self._last in _SAID and rolls.random() < self._regret:
            plain = replace(plain, kind="undo", wait=draw_short_wait(rolls))
        if self._last in _TYPED and rolls.random() < self._regret:
            again = rolls.choice(("stop_again", "undo_stop", "undo_stop"))
            plain = replace(plain, kind=again, wait=draw_short_wait(rolls))
        if plain.kind in _IN_PARTS and kill is None and rolls.random() < 0.5:
            meanwhile = Meanwhile(
                rolls.randint(2, 4), replace(self._draw_meanwhile().step, kind="call"), is_between=True
            )
        self._last = plain.kind
        return Step(plain.kind, plain.lot, plain.bot, plain.wait, kill, meanwhile, is_twice=0.09 <= fate < 0.12)

    def _draw_meanwhile(self) -> Meanwhile:
        rolls = self._rolls
        is_between = rolls.random() < 0.3
        nth = rolls.randint(1, 3) if is_between else rolls.randint(1, 25)
        return Meanwhile(nth, self._plain_step(draw_short_wait(rolls)), is_between)

    def _plain_step(self, wait: Wait) -> Step:
        [kind] = self._rolls.choices(self._kinds, self._weights)
        return Step(kind, self._rolls.getrandbits(32), self._rolls.randrange(2), wait)


def _draw_kill(rolls: Random) -> Kill:
    where = rolls.choice(("statement", "statement", "before_commit", "after_commit"))
    nth = rolls.randint(1, 40) if where == "statement" else rolls.choice((1, 1, 1, 2, 3))
    return Kill(where, nth, is_repeated=rolls.random() < 0.85, is_by_other=rolls.random() < 0.5)


def draw_short_wait(rolls: Random) -> Wait:
    """Parts of a second: two things at nearly the same moment."""
    return Wait(timedelta(microseconds=rolls.choice((0, 1, rolls.randrange(1, 999_999)))))


def draw_wait(rolls: Random) -> Wait:
    """Mostly short, with fractions; sometimes hours, a night, or long enough for a wait of the rules to end."""
    fraction = timedelta(microseconds=rolls.choice((0, rolls.randrange(1_000_000))))
    fate = rolls.random()
    if fate < 0.30:
        return draw_short_wait(rolls)
    if fate < 0.65:
        return Wait(timedelta(seconds=rolls.choice((1, 5, 14, 20, 59))) + fraction)
    if fate < 0.85:
        return Wait(timedelta(minutes=rolls.choice((1, 4, 10, 11, 30, 45))) + fraction)
    if fate < 0.89:
        return Wait(timedelta(hours=rolls.choice((1, 2, 5))) + fraction)
    if fate < 0.975:
        return Wait(timedelta(minutes=rolls.choice((0, 0, 1, 90))) + fraction, until_morning=True)
    if fate < 0.999:
        return Wait(timedelta(days=rolls.choice((1, 2, 3, 7, 30)), minutes=rolls.randrange(60)) + fraction)
    return Wait(timedelta(days=rolls.choice((184, 800))) + fraction)


def _morning_after(now: datetime) -> datetime:
    """Nine in London on the next working day."""
    day: date = now.astimezone(LONDON).date() + timedelta(days=1)
    while day.isoweekday() > 5:
        day += timedelta(days=1)
    return datetime.combine(day, time(9), LONDON).astimezone(UTC)
