"""What the intake has done with a file: looked at, previewed, imported, in this process unless there is another way."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from bot.services.answers.registers import FileKind, FileUse
from bot.services.campaigns import home_country
from bot.services.deps import Deps
from bot.services.do_not_call.register_file import recognise
from bot.services.files.row_faults import Progress
from bot.services.intake.calls_work import recognise_calls

Answer = TypeVar("Answer")


class Job(NamedTuple, Generic[Answer]):
    """Work on the file of an `order`, which names its `path`. Another process may do it: all of it can be pickled.

    `is_last`: the file needs nothing more.
    """

    do: Callable[[Deps, Any, Progress], Answer]
    order: Any
    is_last: bool = False


class ListWork(Protocol):
    def __call__(self, deps: Deps, job: Job[Answer], progress: Progress) -> Answer:
        """Raises FileRefused, and whatever `progress` raises."""


def do_here(deps: Deps, job: Job[Answer], progress: Progress) -> Answer:
    """Do it in this process."""
    return job.do(deps, job.order, progress)


class Look(NamedTuple):
    """Asks what a file looks like. `zone`: where a phone system's clock stands, if its times do not say."""

    path: Path
    zone: str


def look_at(deps: Deps, look: Look, _: Progress) -> FileUse:
    """Only a list and call records are taken for what they look: a person says which register a file is of."""
    calls, headings = recognise_calls(deps, look.path, look.zone)
    if calls:
        return calls
    looks = replace(recognise(look.path, deps.rulebook(), home_country(deps)), headings=headings)
    return FileUse(FileKind.LIST if looks.kind is FileKind.LIST else FileKind.UNKNOWN, looks)
