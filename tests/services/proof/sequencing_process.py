"""A bot that does nothing but sequence, over and over, on the database whose URL it is given. It says when it begins."""

import sys
from typing import Any

from bot.clock import system_clock
from bot.services.deps import Deps
from bot.services.proof import sequencing
from storage.database import UnitsOfWork
from storage.database import engine as engines


def deps_on(url: str) -> Deps:
    nothing: Any = None  # neither rules nor Slack are needed here
    return Deps(system_clock, UnitsOfWork(engines.create(url)), lambda: nothing, nothing)


if __name__ == "__main__":
    deps = deps_on(sys.argv[1])
    print("begins", flush=True)
    while True:
        sequencing.sequence_due(deps)
