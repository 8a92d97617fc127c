"""What an owner of the workspace adds to the page: moves of the clock, a guide, and a bot that can be killed."""

from collections.abc import Callable
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
