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
        "The bot connects again within seconds. Press something at once: a command waits and is answered, a press says "
        "“We had some trouble connecting” and can be made again.",
    ),
    "twice": Trouble(
        "Deliver twice",
        "The next command, press or event reaches the bot twice. It counts once: the same cards, one attempt, one outcome.",
    ),
    "limit": Trouble(
        "Answer 429",
        f"Slack refuses the bot’s next call and says “retry after {RETRY_AFTER} s”. Its answer comes {RETRY_AFTER} s late.",
    ),
    "kill": Trouble(
        "Kill the bot",
        "The bot’s process is killed and started again in about 5 s. Nothing recorded is lost. Until then a press says "
        "“We had some trouble connecting”.",
    ),
}


def offered(acts: Mapping[str, Callable[[], None] | None]) -> list[Json]:
    """The faults that can be made here."""
    return [
        {"name": name, "label": one.label, "says": one.says}
        for name, one in TROUBLES.items()
        if acts.get(name) is not None
    ]
