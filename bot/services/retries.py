"""A request whose transaction was ended in favour of another's is asked again by itself: nobody is told of locks."""

from collections.abc import Callable
from functools import wraps
from random import uniform
from time import sleep
from typing import ParamSpec, TypeVar

from storage.errors import TurnLost

MOST_TRIES = 4
MOST_TRIES_OF_A_LIST = 100  # nobody waits for it, and the rest of it must not be left undone
_AT_MOST_S = 0.05  # between two tries, so that the two do not meet again

P = ParamSpec("P")
R = TypeVar("R")


def retry_lost_turn(service: Callable[P, R], most_tries: int = MOST_TRIES) -> Callable[P, R]:
    """For a service that is one unit of work and tells nobody before its commit: what was ended has left nothing behind.

    TurnLost, which is a DatabaseTrouble, when it lost each time.
    """

    @wraps(service)
    def patient(*given: P.args, **named: P.kwargs) -> R:
        for _ in range(most_tries - 1):
            try:
                return service(*given, **named)
            except TurnLost:
                sleep(uniform(0.0, _AT_MOST_S))  # noqa: S311 - nothing is kept secret by it
        return service(*given, **named)

    return patient


def part_again_if_lost(part: Callable[P, R]) -> Callable[P, R]:
    """The same for one part of a list, with the patience of somebody who does nothing else."""
    return retry_lost_turn(part, MOST_TRIES_OF_A_LIST)
