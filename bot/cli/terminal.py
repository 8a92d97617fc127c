"""What commands share on the screen: a progress bar on stderr, and JSON on stdout."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import MAXYEAR, date, datetime
from typing import Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.services.local_time import YEARS

Report = Callable[[int, int | None], None]  # done, and of how many if that is known


@contextmanager
def progress(title: str) -> Iterator[Report]:
    """A bar that a service moves by telling how much of how much is done; nothing where stderr is no terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def say(text: str = "") -> None:
    typer.echo(text)


def say_json(value: Any) -> None:
    """A value as JSON: dataclasses by field, instants and dates in ISO 8601."""
    typer.echo(json.dumps(asdict(value) if hasattr(value, "__dataclass_fields__") else value, default=_plain, indent=2))


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def counted(number: int, one: str, many: str = "") -> str:
    """`1 row`, `2,000 rows`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def day_of(text: str) -> date | None:
    """A day as a command takes it; None where none was given. BadParameter, and so exit status 2, for anything else."""
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f'"{text}" is not a day: write it as 2026-03-02.') from error
    if not YEARS.start <= found.year < MAXYEAR:  # a day that is yet to come is for the command to judge
        raise typer.BadParameter(f'"{text}" is out of reach: write a day from {YEARS.start} on.')
    return found
