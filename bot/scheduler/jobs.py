"""Runs one tick, logs what it did, and survives any exception."""

import logging
import secrets
from collections.abc import Callable

from bot.services.deps import Deps

log = logging.getLogger("nextcall.scheduler")


def run(name: str, work: Callable[[Deps], int], deps: Deps) -> int | None:
    """Returns how much the tick did; None if it failed. The log holds an incident id, and the next tick tries again."""
    try:
        done = work(deps)
    except Exception as error:  # the scheduler must not stop
        log.error(
            "event=tick_broke tick=%s incident=%s error=%s",
            name,
            secrets.token_hex(4),
            type(error).__name__,
            exc_info=error,
        )
        return None
    if done:
        log.info("event=tick tick=%s done=%d", name, done)
    return done
