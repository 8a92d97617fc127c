"""Faults on purpose: a button for each, and what a user sees then."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.sandbox.wire import Json

RETRY_AFTER = 3


@dataclass(frozen=True, slots=True)
class Trouble:
    label: str
    says: str


TROUBLES: Mapping[str, Trouble] = {
    "drop": Trouble(
        "Drop the socket",
        "The bot notices within half a minute and connects again. Until then a command says “dispatch_failed” and a "
        "press “We had some trouble connecting”. Do it again later: nothing is lost.",
    ),
    "twice": Trouble(
        "Deliver twice",
        "The next command, press or event reaches the bot twice. It counts once: the same cards come twice, a call "
        "opens one attempt, an outcome “was already recorded”.",
    ),
    "limit": Trouble(
        "Answer 429",
        f"Slack refuses the bot’s next call and says “retry after {RETRY_AFTER} s”. Its answer comes {RETRY_AFTER} s "
        "late; a form does not open, and the bot says when to press again.",
    ),
    "kill": Trouble(
        "Kill the bot",
        "The bot’s process is killed and started again; that takes about 5 s. Until then a command says "
        "“dispatch_failed” and a press “We had some trouble connecting”. Nothing recorded is lost.",
    ),
}


def offered(acts: Mapping[str, Callable[[], None] | None]) -> list[Json]:
    """The faults that can be made here."""
    return [
        {"name": name, "label": one.label, "says": one.says}
        for name, one in TROUBLES.items()
        if acts.get(name) is not None
    ]
