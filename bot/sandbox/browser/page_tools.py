"""The page's buttons beside Slack's own: moves of the clock, a guide, and faults on purpose."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from bot.sandbox.wire import Json


@dataclass(frozen=True, slots=True)
class Jump:
    """A button that moves the clock. ``to``: from the time now to the one wanted, None if there is none.

    ``otherwise``: the sentence for None.
    """

    name: str
    label: str
    title: str
    to: Callable[[datetime], datetime | None]
    otherwise: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the guide: what ``user_id`` does next.

    ``kind`` and ``target`` say what is done: ``command`` (its line), ``action`` (an action_id, or the beginning of
    several, which ends in "_"), ``jump`` (its name), ``upload`` or ``inside``. ``mark``: the one action of several that
    the page points at. ``place``: the channel to be in; else the conversation with the app.
    """

    user_id: str
    title: str
    says: str
    kind: str
    target: str = ""
    mark: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class PageTools:
    """``sample``: name and text of a file that a step of the guide can share. ``restart``: kills and starts the bot."""

    jumps: tuple[Jump, ...] = ()
    guide: tuple[Step, ...] = ()
    sample: tuple[str, str] | None = None
    restart: Callable[[], None] | None = None

    def jump(self, name: str) -> Jump | None:
        """The jump of this name, or None."""
        return next((one for one in self.jumps if one.name == name), None)

    def as_json(self) -> Json:
        """What the page needs to draw the tools."""
        return {
            "jumps": [{"name": one.name, "label": one.label, "title": one.title} for one in self.jumps],
            "guide": [asdict(one) for one in self.guide],
            "sample": self.sample and {"name": self.sample[0], "text": self.sample[1]},
        }


RETRY_AFTER = 3


# By name: the button, and what a user sees then.
TROUBLES: Mapping[str, tuple[str, str]] = {
    "drop": (
        "Drop the socket",
        "The bot notices within half a minute and connects again. Until then a command says “dispatch_failed” and a "
        "press “We had some trouble connecting”. Do it again later: nothing is lost.",
    ),
    "twice": (
        "Deliver twice",
        "The next command, press or event reaches the bot twice. It counts once: the same cards come twice, a call "
        "opens one attempt, an outcome “was already recorded”.",
    ),
    "limit": (
        "Answer 429",
        f"Slack refuses the bot’s next call and says “retry after {RETRY_AFTER} s”. Its answer comes {RETRY_AFTER} s "
        "late; a form does not open, and the bot says when to press again.",
    ),
    "kill": (
        "Kill the bot",
        "The bot’s process is killed and started again; that takes about 5 s. Until then a command says "
        "“dispatch_failed” and a press “We had some trouble connecting”. Nothing recorded is lost.",
    ),
}


def offered(acts: Mapping[str, Callable[[], None] | None]) -> list[Json]:
    """The faults that can be made here."""
    return [
        {"name": name, "label": label, "says": says}
        for name, (label, says) in TROUBLES.items()
        if acts.get(name) is not None
    ]
