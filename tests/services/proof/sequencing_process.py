"""Bots that do nothing but sequence, over and over. An order forks one: `url` is its database."""

from typing import Any

from bot.clock import system_clock
from bot.services.deps import Deps
from bot.services.proof import sequencing
from storage.database import engine as engines
from storage.database.unit_of_work import UnitsOfWork
from tests.forks import serve


def deps_on(url: str) -> Deps:
    nothing: Any = None  # neither rules nor Slack are needed here
    return Deps(system_clock, UnitsOfWork(engines.create(url)), lambda: nothing, nothing)


def sequence(order: dict[str, Any]) -> None:
    deps = deps_on(order["url"])
    while True:
        sequencing.sequence_due(deps)


if __name__ == "__main__":
    serve(sequence)
