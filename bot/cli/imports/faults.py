"""What import commands print about faulty rows."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import typer

from bot.cli.logs import LOG_FILE
from bot.cli.terminal import say
from bot.services.answers.lists import HasFaults, RowFault
from bot.services.errors import FileRefused
from bot.services.files.rejects import check_reject_file, write_rejects
from bot.wiring import Installation
from storage.database.database_files import files_of

SHOWN = 10  # faults on screen; the reject file has all


class Rejects(NamedTuple):
    """The reject file, if there is one; or why it could not be written."""

    path: Path | None
    fault: str = ""

    def as_json(self) -> str | None:
        return str(self.path) if self.path else None


def reject_file(chosen: Path | None, file: Path, installation: Installation) -> Path:
    """The path of the reject file. Raises FileRefused if that is in use or no file."""
    # A pipe has no folder.
    path = chosen or (file if file.is_file() else Path(file.name)).with_name(f"{file.stem}.rejects.csv")
    check_reject_file(path, (file, *files_of(installation.engine), LOG_FILE, Path(".env")))
    return path


def write_reject_file(done: HasFaults, path: Path) -> Rejects:
    """Writes the reject file if there are faults. If that fails, the import stands."""
    if not done.faults:
        return Rejects(None)
    try:
        write_rejects(done, path)
    except FileRefused as error:
        return Rejects(None, error.reason)
    return Rejects(path)


def say_unread(sheets: Sequence[str]) -> None:
    """Names the sheets of a workbook that were not read."""
    if sheets:
        say(f"Only one sheet was read. Not read: {', '.join(sheets)}. To read one, save it as a file of its own.")


def say_faults(faults: Sequence[RowFault], rejects: Rejects) -> None:
    for fault in faults[:SHOWN]:
        say(f"  line {fault.line}: {fault.reason}")
    if len(faults) > SHOWN:
        say(f"  … and {len(faults) - SHOWN:,} more faulty rows")
    if rejects.path:
        say(f"{rejects.path} has the faulty rows and their reasons. Correct them there and import that file.")


def faults_as_json(faults: Sequence[RowFault]) -> list[dict[str, object]]:
    return [{"line": fault.line, "reason": fault.reason} for fault in faults]


def exit_if_unwritten(rejects: Rejects) -> None:
    """Exits with status 1, after the report, if the reject file could not be written."""
    if rejects.fault:
        typer.echo(rejects.fault, err=True)
        raise typer.Exit(1)
