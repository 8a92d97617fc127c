"""What every scene of the tour uses: the players, the clock and the steps."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.cli.demo import cast
from bot.cli.demo.player import Player, TourFailed
from bot.cli.demo.stage import LONDON, Stage
from bot.cli.terminal import say
from bot.scheduler.ticks import tick_once
from storage.models import Attempt, Contact


class Tour:
    """The players, the clock and the step counter."""

    def __init__(self, at: Stage) -> None:
        self.stage = at
        self.alice, self.bob, self.dana, self.erin, self.charlie = (
            Player(name, at.server.person(user_id))
            for name, user_id in (
                ("Alice", cast.ALICE),
                ("Bob", cast.BOB),
                ("Dana", cast.DANA),
                ("Erin", cast.ERIN),
                ("Charlie", cast.CHARLIE),
            )
        )
        self._steps = 0

    def step(self, title: str, at: datetime | None = None) -> None:
        """Begins a step, first moving the clock to `at`, if given. Its heading shows the time."""
        self._steps += 1
        if at is not None:
            self.passes(at - self.stage.clock.now())
        now = self.stage.clock.now().astimezone(ZoneInfo(LONDON))
        say(f"\n{self._steps:>2}. {title}  ({now:%a} {now.day} {now:%b %H:%M}, London)")

    def expect(self, holds: object, what: str) -> None:
        if not holds:
            raise TourFailed(f"expected: {what}")
        self.shown(what)

    def shown(self, what: str) -> None:
        """Prints what the last answer has proved."""
        say(f"      ✓ {what}")

    def passes(self, by: timedelta) -> None:
        """Moves the clock and runs everything that is due."""
        self.stage.clock.advance(by)
        broken = [name for name, done in tick_once(self.stage.installation.deps).items() if done is None]
        if broken:
            raise TourFailed(f"a tick broke: {', '.join(broken)}")

    def contact_of(self, attempt_id: int) -> Contact:
        """The contact of an attempt, read from the database."""
        with self.stage.installation.deps.unit_of_work(is_read_only=True) as uow:
            attempt = uow.session.get_one(Attempt, attempt_id)
            return uow.session.get_one(Contact, attempt.contact_id)

    @property
    def steps(self) -> int:
        return self._steps
