"""A request whose transaction was ended in favour of another's is asked again by itself: nobody is told of locks."""

from collections.abc import Callable
from functools import wraps
from random import uniform
from time import sleep
from typing import ParamSpec, TypeVar

from storage.errors import TurnLost

MOST_TRIES = 4
_AT_MOST_S = 0.05  # between two tries, so that the two do not meet again

P = ParamSpec("P")
R = TypeVar("R")


def again_if_lost(service: Callable[P, R]) -> Callable[P, R]:
    """For a service that is one unit of work and tells nobody before its commit: what was ended has left nothing behind.

    TurnLost, which is a DatabaseTrouble, when it lost each time.
    """

    @wraps(service)
    def patient(*given: P.args, **named: P.kwargs) -> R:
        for _ in range(MOST_TRIES - 1):
            try:
                return service(*given, **named)
            except TurnLost:
                sleep(uniform(0.0, _AT_MOST_S))  # noqa: S311 - nothing is kept secret by it
        return service(*given, **named)

    return patient
