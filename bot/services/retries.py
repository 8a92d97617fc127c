"""Retries a service call whose transaction lost a deadlock, a serialisation conflict or the lease it was about."""

from collections.abc import Callable
from functools import wraps
from random import uniform
from time import sleep
from typing import ParamSpec, TypeVar

from storage.errors import LeaseLost, TurnLost

MOST_TRIES = 4
MOST_TRIES_OF_A_LIST = 100  # no person waits for it, and it must be finished
_AT_MOST_S = 0.05  # random pause between two tries, so that the same two do not collide again

P = ParamSpec("P")
R = TypeVar("R")


def retry_lost_turn(service: Callable[P, R], most_tries: int = MOST_TRIES) -> Callable[P, R]:
    """Retry a service that is one unit of work and sends nothing before its commit: a lost one leaves no trace.

    Raises TurnLost, a DatabaseTrouble, or LeaseLost after the last try.
    """

    @wraps(service)
    def patient(*given: P.args, **named: P.kwargs) -> R:
        for _ in range(most_tries - 1):
            try:
                return service(*given, **named)
            except (TurnLost, LeaseLost):
                sleep(uniform(0.0, _AT_MOST_S))  # noqa: S311 - not used for secrets
        return service(*given, **named)

    return patient


def part_again_if_lost(part: Callable[P, R]) -> Callable[P, R]:
    """Retry one part of a list, up to `MOST_TRIES_OF_A_LIST` times."""
    return retry_lost_turn(part, MOST_TRIES_OF_A_LIST)
