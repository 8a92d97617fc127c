"""What commands that read a list say of rows they could not use."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import typer

from bot.cli.logs import LOG_FILE
from bot.cli.terminal import say
from bot.services.answers.lists import RowFault
from bot.services.errors import FileRefused
from bot.services.files import HasFaults, check_reject_file, write_rejects
from bot.wiring import House
from storage.database import files_of

SHOWN = 10  # faults on the screen; all of them are in the reject file


class Rejects(NamedTuple):
    """Where the faulty rows are, if there are any; or why they could not be written."""

    path: Path | None
    fault: str = ""


def reject_file(chosen: Path | None, file: Path, house: House) -> Path:
    """Where the faulty rows of a list will go. FileRefused where that would be over something dear."""
    # Beside a pipe nothing can be kept.
    path = chosen or (file if file.is_file() else Path(file.name)).with_name(f"{file.stem}.rejects.csv")
    check_reject_file(path, (file, *files_of(house.engine), LOG_FILE, Path(".env")))
    return path


def written(done: HasFaults, path: Path) -> Rejects:
    """Write the reject file if there is anything to reject. Where it cannot be written, what was done is done."""
    if not done.faults:
        return Rejects(None)
    try:
        write_rejects(done, path)
    except FileRefused as error:
        return Rejects(None, error.reason)
    return Rejects(path)


def say_faults(faults: Sequence[RowFault], rejects: Rejects) -> None:
    for fault in faults[:SHOWN]:
        say(f"  line {fault.line}: {fault.reason}")
    if len(faults) > SHOWN:
        say(f"  … and {len(faults) - SHOWN:,} more faulty rows")
    if rejects.path:
        say(f"The faulty rows are in {rejects.path}, each with its reason: correct them there and import that file.")


def exit_if_unwritten(rejects: Rejects) -> None:
    """Exit status 1 where the faulty rows could not be written, once the report is out."""
    if rejects.fault:
        typer.echo(rejects.fault, err=True)
        raise typer.Exit(1)
