"""`nextcall run`, except for what a test cannot wait for: imports, the time of day and the length of the ticks.

Everything is imported once. Each line on stdin forks a bot whose clock is that many seconds ahead; its process id is
the answer on stdout. Calls are allowed only by day and tests run at night too, so the clock starts where CLOCK_FILE
says.
"""

import os
import signal
import sys
from datetime import timedelta
from functools import partial
from pathlib import Path

from bot import wiring
from bot.cli import main, run
from bot.scheduler import ticks
from tests.crashes.running_clock import RunningClock

TICK_EVERY = 0.2  # seconds


def fork(ahead: float) -> None:
    child = os.fork()
    if child:
        print(child, flush=True)
        return
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    clock = RunningClock(Path(os.environ["CLOCK_FILE"]), timedelta(seconds=ahead))
    setattr(run, "open_installation", partial(wiring.open_installation, clock=clock))  # noqa: B010 - not exported, only used there
    sys.argv = ["nextcall", "run"]
    main()


if __name__ == "__main__":
    ticks.TICKS = tuple((name, TICK_EVERY, work) for name, _, work in ticks.TICKS)  # type: ignore[misc]
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # killed bots leave no zombies
    while ahead := sys.stdin.readline():
        fork(float(ahead))
