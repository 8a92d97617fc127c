"""`nextcall redecide`, except for the time of day and for how much it does at once.

It uses the centre's clock in CLOCK_FILE, and reads and writes a tenth as many contacts.
With RESTS_FOR it rests that many seconds before each transaction, so that a test can see it at work.
"""

import os
import sys
from functools import partial
from pathlib import Path
from time import sleep

from bot import wiring
from bot.cli import installation, main
from bot.services.deciding import walk
from storage.database.unit_of_work import UnitOfWork, UnitsOfWork
from tests.crashes.running_clock import RunningClock

READ_AT_ONCE, WRITTEN_AT_ONCE = walk.READ_AT_ONCE // 10, walk.WRITTEN_AT_ONCE // 10


class RestingUnits(UnitsOfWork):
    def __call__(self, *, is_read_only: bool = False) -> UnitOfWork:
        sleep(float(os.environ.get("RESTS_FOR", "0")))
        return super().__call__(is_read_only=is_read_only)


if __name__ == "__main__":
    clock = RunningClock(Path(os.environ["CLOCK_FILE"]))
    # Neither is exported, and each is used only there.
    setattr(installation, "open_installation", partial(wiring.open_installation, clock=clock))  # noqa: B010
    setattr(wiring, "UnitsOfWork", RestingUnits)  # noqa: B010
    walk.READ_AT_ONCE, walk.WRITTEN_AT_ONCE = READ_AT_ONCE, WRITTEN_AT_ONCE
    sys.argv = ["nextcall", "redecide", *sys.argv[1:]]
    main()
