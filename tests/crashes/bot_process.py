"""`nextcall run`, except for what a test cannot wait for: imports, the time of day and the length of the ticks.

An order forks a bot: `folder` is where it runs and keeps its log, `environ` its environment, `ahead` how many seconds
its clock is ahead. Calls are allowed only by day and tests run at night too, so the clock starts where CLOCK_FILE says.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy.orm import configure_mappers

from bot import wiring
from bot.cli import main, run
from bot.scheduler import ticks
from bot.settings import Settings
from policy import load_rulebook
from tests.crashes.running_clock import RunningClock
from tests.forks import serve

TICK_AT_MOST_EVERY = 0.5  # seconds
_TIMES_AS_OFTEN = 20  # all of them at that pace would leave no time for people


@contextmanager
def _opened(settings: Settings, clock: RunningClock) -> Iterator[wiring.Installation]:
    """The bot's own time passes as its clock does, so that a test need not wait for it."""
    with wiring.open_installation(settings, clock) as installation:
        installation.deps.kept.timer = lambda: clock().timestamp()
        yield installation


def start(order: dict[str, Any]) -> None:
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environ"])
    log = os.open("log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, sys.stdout.fileno())
    os.dup2(log, sys.stderr.fileno())
    clock = RunningClock(Path(os.environ["CLOCK_FILE"]), timedelta(seconds=order["ahead"]))
    setattr(run, "open_installation", partial(_opened, clock=clock))  # noqa: B010 - not exported, only used there
    sys.argv = ["nextcall", "run"]
    main()


if __name__ == "__main__":
    often = [(name, max(TICK_AT_MOST_EVERY, every / _TIMES_AS_OFTEN), work) for name, every, work in ticks.TICKS]
    ticks.TICKS = tuple(often)  # type: ignore[arg-type]
    load_rulebook()  # each bot would read the rules and prepare the tables again
    configure_mappers()
    serve(start)
