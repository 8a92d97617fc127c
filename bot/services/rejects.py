"""Rows of a file that could not be used, written as they were: each with its line and reason, ready to be corrected."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from bot.services.errors import FileRefused
from bot.services.results import RowFault

REJECT_COLUMNS = ("Line", "Why it was not imported")


class HasFaults(Protocol):
    """A report on a file: its heading, empty where it has none, and the rows that could not be used."""

    @property
    def heading(self) -> tuple[str, ...]: ...

    @property
    def faults(self) -> Sequence[RowFault]: ...


def write_rejects(report: HasFaults, path: Path) -> None:
    """Write the faulty rows so that the corrected file can be imported. FileRefused where it cannot be written."""
    width = max(len(report.heading), *(len(fault.row) for fault in report.faults), 0)
    heading = [*_wide(report.heading, width), *REJECT_COLUMNS] if report.heading else []
    try:
        # The mark at the start makes a spreadsheet read it as UTF-8.
        with path.open("w", encoding="utf-8-sig", newline="") as out:
            writer = csv.writer(out)
            writer.writerows([heading] if heading else [])
            writer.writerows([*_wide(fault.row, width), fault.line, fault.reason] for fault in report.faults)
    except OSError as error:
        raise FileRefused(
            f"The faulty rows could not be written to {path} ({error.strerror}): name another file."
        ) from error


def _wide(cells: tuple[str, ...], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))]
