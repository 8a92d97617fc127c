"""One tick: do the work, log what was done, and survive whatever breaks."""

import logging
import secrets
from collections.abc import Callable

from bot.services.deps import Deps

log = logging.getLogger("nextcall.scheduler")


def run(name: str, work: Callable[[Deps], int], deps: Deps) -> int | None:
    """How much was done, or None if it broke: then the log has it under an incident id, and the next tick tries again."""
    try:
        done = work(deps)
    except Exception as error:  # the clock must not stop, whatever broke
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
