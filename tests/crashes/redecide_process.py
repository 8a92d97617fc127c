"""`nextcall redecide` as it is, but for the hour of the day: the clock of the centre, in CLOCK_FILE."""

import os
import sys
from functools import partial
from pathlib import Path

from bot import wiring
from bot.cli import main, opening
from tests.crashes.running_clock import RunningClock

if __name__ == "__main__":
    clock = RunningClock(Path(os.environ["CLOCK_FILE"]))
    setattr(opening, "open_house", partial(wiring.open_house, clock=clock))  # noqa: B010 - not exported, only used there
    sys.argv = ["nextcall", "redecide", *sys.argv[1:]]
    main()
