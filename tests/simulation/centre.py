"""One simulated centre at work: its database, its two bots, its clock, and what may be chosen from as things stand."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from bot.services import agents
from bot.services.answers.people import Actor
from policy import Rulebook
from tests.simulation import cast
from tests.simulation.bots import Bot
from tests.simulation.oracle.raw import Raw

Choice = TypeVar("Choice")


@dataclass(frozen=True, slots=True)
class Delivery:
    """What Slack, a shell or the clock brings to a bot: always the same, however often it is brought."""

    says: str
    run: Callable[[Bot], Any]
    confirm: Callable[[Any], None] = lambda _answer: None  # the answer was read: what it says is a promise
    must_be_taken: bool = False  # a fact: no refusal is an answer to it
    doubt: Callable[[], None] = lambda: None  # nobody knows whether it was done


@dataclass
class Centre:
    """`story`: what was done so far, a line each."""

    bots: tuple[Bot, Bot]
    folder: Path
    rulebooks: Sequence[Rulebook]
    now: datetime
    raw: Raw = field(init=False)
    story: list[str] = field(default_factory=list)
    withdrawn: set[int] = field(default_factory=set)  # lists, also those taken up again: that drops their reminders
    rules: int = 0  # which of the rulebooks is in force
    answers: int = 0
    refusals: int = 0

    def __post_init__(self) -> None:
        self.raw = Raw(self.bots[0].url)
        for bot in self.bots:
            bot.start(lambda: self.now, lambda: self.rulebook)

    @property
    def rulebook(self) -> Rulebook:
        return self.rulebooks[self.rules % len(self.rulebooks)]

    def open(self, rolls: Random) -> None:
        """Move in and bring the first lists."""
        deps = self.bots[0].deps
        with deps.unit_of_work() as uow:
            cast.move_in(uow.session)
        cast.fill_lists(deps, self.folder, rolls, self.now)

    def close(self) -> None:
        for bot in self.bots:
            bot.stop()
        self.raw.close()

    def note(self, line: str) -> None:
        self.story.append(f"{self.now:%a %d %b %H:%M:%S.%f}  {line}")

    def file(self, name: str, text: str) -> Path:
        """A file for the next delivery; each its own, for it may be delivered again."""
        path = self.folder / name
        path.write_text(text)
        return path


def as_actor(bot: Bot, name: str) -> Actor:
    """Who presses or types, as the bot finds out. Raises what it says to strangers."""
    return agents.identify(bot.deps, cast.WORKSPACE, cast.user_of(name))


def pick(rolls: Random, newest_first: Sequence[Choice]) -> Choice | None:
    """One of the first few, mostly. How many follow makes no difference, and so a story holds when earlier steps go."""
    place = int(rolls.expovariate(0.6))
    return newest_first[min(place, len(newest_first) - 1)] if newest_first else None


def agent_names(centre: Centre, *roles: str) -> list[str]:
    """Who works here in one of the roles, as things stand; all of the staff without one."""
    rows = centre.raw.rows("SELECT slack_user_id, role FROM agent ORDER BY id")
    return [str(user)[2:].lower() for user, role in rows if not roles or role in roles]


def name_of(centre: Centre, agent_id: int) -> str:
    return str(centre.raw.one("SELECT slack_user_id FROM agent WHERE id = ?", agent_id))[2:].lower()
