"""Bots that do nothing but sequence, over and over.

An order forks one: `url` is its database, `keys` the file of its keys.
"""

from pathlib import Path
from typing import Any

from bot.clock import system_clock
from bot.services.deps import Deps
from bot.services.proof import sequencing
from bot.wiring import KeyFile
from storage.database import engine as engines
from storage.database.unit_of_work import UnitsOfWork
from tests.forks import serve


def deps_on(url: str, keys: str) -> Deps:
    """`keys`: the file that has them."""
    nothing: Any = None  # neither rules nor Slack are needed here
    units = UnitsOfWork(engines.create(url))
    return Deps(system_clock, units, lambda: nothing, nothing, log_keys=KeyFile(Path(keys)))


def sequence(order: dict[str, Any]) -> None:
    deps = deps_on(order["url"], order["keys"])
    while True:
        sequencing.sequence_due(deps)


if __name__ == "__main__":
    serve(sequence)
