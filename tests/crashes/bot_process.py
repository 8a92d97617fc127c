"""`nextcall run` as it is, but for what a test cannot wait for: imports, the hour of the day and the length of the ticks.

Everything is imported once; each line on stdin forks a bot whose clock is so many seconds ahead, and its process id is the
answer on stdout. A call may be made by day only, and tests run at night too: the clock starts where CLOCK_FILE says.
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
    setattr(run, "open_house", partial(wiring.open_house, clock=clock))  # noqa: B010 - not exported, only used there
    sys.argv = ["nextcall", "run"]
    main()


if __name__ == "__main__":
    ticks.TICKS = tuple((name, TICK_EVERY, work) for name, _, work in ticks.TICKS)  # type: ignore[misc]
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # whoever was killed is no zombie
    while ahead := sys.stdin.readline():
        fork(float(ahead))
