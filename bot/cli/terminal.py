"""Output shared by commands: progress bars on stderr, text and JSON on stdout."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import MAXYEAR, date, datetime
from typing import Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from policy.calendar.local_time import YEARS
from policy.vocabulary import ContactState

# As Slack says them. JSON keeps the names of the verdicts and states.
STATES: Mapping[str, str] = {
    ContactState.CALLABLE: "callable now",
    ContactState.LEASED: "with an agent",
    ContactState.LOCKED: "locked",
    ContactState.HELD: "on hold",
    ContactState.FINISHED: "finished",
    ContactState.SUPPRESSED: "do not call",
}
Report = Callable[[int, int | None], None]  # done, and the total if known


@contextmanager
def progress(title: str) -> Iterator[Report]:
    """A progress bar on stderr, moved by the yielded Report. Hidden if stderr is no terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def say(text: str = "") -> None:
    typer.echo(text)


def say_lines(lines: Iterable[str]) -> None:
    """Prints each line as it comes."""
    for line in lines:
        say(line)


def say_json(value: Any) -> None:
    """Prints a value as JSON: dataclasses by field, moments and dates in ISO 8601."""
    typer.echo(json.dumps(value, default=_plain, indent=2))


def answer(value: Any, lines: Iterable[str], *, as_json: bool) -> None:
    """Prints a value as JSON, or the lines that tell of it."""
    say_json(value) if as_json else say_lines(lines)


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def counted(number: int, one: str, many: str = "") -> str:
    """`1 row`, `2,000 rows`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def counted_each(found: Mapping[str, int]) -> str:
    """`2 contacts, 1 number`."""
    return ", ".join(counted(number, one) for one, number in found.items())


def day_of(text: str) -> date | None:
    """Parses a day option; None if empty. Raises BadParameter (exit status 2) for anything else."""
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f'"{text}" is not a day: write it as 2026-03-02.') from error
    if not YEARS.start <= found.year < MAXYEAR:  # the command itself judges future days
        raise typer.BadParameter(f'"{text}" is out of range: write a day from {YEARS.start} on.')
    return found


class Refused(Exception):
    """The command cannot do what was asked. Carries the sentence to print."""
