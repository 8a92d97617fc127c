"""`nextcall redecide`, except for the time of day and for how much it does at once.

An order forks one: `options` of the command, `environ`, the `folder` where it runs, the file `said` that takes what it
prints. It uses the centre's clock in CLOCK_FILE, and reads and writes a tenth as many contacts.
With RESTS_FOR it rests that many seconds before each transaction, so that a test can see it at work.
"""

import os
import sys
from functools import partial
from pathlib import Path
from time import sleep
from typing import Any

from bot import wiring
from bot.cli import installation, main
from bot.services.deciding import walk
from policy import load_rulebook
from storage.database.unit_of_work import UnitOfWork, UnitsOfWork
from tests.crashes.running_clock import RunningClock
from tests.forks import serve

READ_AT_ONCE, WRITTEN_AT_ONCE = walk.READ_AT_ONCE // 10, walk.WRITTEN_AT_ONCE // 10


class RestingUnits(UnitsOfWork):
    def __call__(self, *, is_read_only: bool = False) -> UnitOfWork:
        sleep(float(os.environ.get("RESTS_FOR", "0")))
        return super().__call__(is_read_only=is_read_only)


def start(order: dict[str, Any]) -> None:
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environ"])
    said = os.open(order["said"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(said, sys.stdout.fileno())
    os.dup2(said, sys.stderr.fileno())
    clock = RunningClock(Path(os.environ["CLOCK_FILE"]))
    # Neither is exported, and each is used only there.
    setattr(installation, "open_installation", partial(wiring.open_installation, clock=clock))  # noqa: B010
    setattr(wiring, "UnitsOfWork", RestingUnits)  # noqa: B010
    walk.READ_AT_ONCE, walk.WRITTEN_AT_ONCE = READ_AT_ONCE, WRITTEN_AT_ONCE
    sys.argv = ["nextcall", "redecide", *order["options"]]
    main()


if __name__ == "__main__":
    load_rulebook()
    serve(start)
