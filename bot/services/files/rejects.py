"""Writes the rows of a file that could not be used, each with its line and reason, ready to be corrected."""

import csv
import os
import stat
from collections.abc import Callable, Iterable
from pathlib import Path

from bot.languages import ENGLISH, of_itself
from bot.services.answers.lists import HasFaults
from bot.services.errors import FileRefused
from bot.services.files.spreadsheet_cells import inert
from storage.database.database_files import is_among, open_private


def check_reject_file(path: Path, kept: Iterable[Path]) -> None:
    """Raise FileRefused if the rejects would overwrite one of the files to keep, or `path` is not a file."""
    if is_among(path, kept):
        raise FileRefused(f"The faulty rows would overwrite {path}, which is in use: choose another file.")
    if path.is_dir() or path.is_block_device():
        raise FileRefused(f"The faulty rows cannot be written to {path}, which is not a file: choose another file.")


def write_rejects(report: HasFaults, path: Path, say: Callable[[str], str] = str, language: str = ENGLISH) -> None:
    """Write the faulty rows so that the corrected file can be imported. Raises FileRefused if it cannot be written.

    Only its owner may read it. `say`: translates a reason into the language.
    """
    width = max(len(report.heading), *(len(fault.row) for fault in report.faults), 0)
    ours = of_itself(language).get("rejects") or of_itself(ENGLISH)["rejects"]
    heading = [*_wide(report.heading, width), *ours] if report.heading else []
    try:
        # The byte order mark makes a spreadsheet read the file as UTF-8.
        with open(path, "w", encoding="utf-8-sig", newline="", opener=open_private) as out:
            if stat.S_ISREG(os.fstat(out.fileno()).st_mode):
                os.fchmod(out.fileno(), 0o600)  # an existing file too, perhaps of a version that let others read it
            writer, faults = csv.writer(out), report.faults
            writer.writerows([heading] if heading else [])
            writer.writerows([*_wide(one.row, width), one.line, inert(say(one.reason))] for one in faults)
    except OSError as error:
        raise FileRefused(
            f"The faulty rows could not be written to {path} ({error.strerror}): choose another file with --rejects."
        ) from error


def _wide(cells: tuple[str, ...], width: int) -> list[str]:
    return [*map(inert, cells), *[""] * (width - len(cells))]
