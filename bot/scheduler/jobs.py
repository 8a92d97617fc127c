"""Runs one tick, logs what it did, and survives any exception."""

import logging
import secrets
from collections.abc import Callable

from bot.services.deps import Deps
from bot.services.errors import is_lost_turn

log = logging.getLogger("nextcall.scheduler")


def run(name: str, work: Callable[[Deps], int], deps: Deps) -> int | None:
    """Returns how much the tick did; None if it failed. The log holds an incident id, and the next tick tries again.

    No incident: PostgreSQL let another transaction go first. Nothing was saved, and nothing is lost.
    """
    try:
        done = work(deps)
    except Exception as error:  # the scheduler must not stop
        if is_lost_turn(error):
            log.warning("event=tick_lost_turn tick=%s", name)
            return None
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
