"""What is done with a shared file that is no list of contacts: a register's file, or the organisation's own list."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.services.answers.lists import RowFault
from bot.services.answers.registers import (
    FileKind,
    FileUse,
    ScreeningPreview,
    ScreeningReport,
    SuppressionPreview,
    SuppressionReport,
)
from bot.services.deps import Deps
from bot.services.do_not_call.register_import import ScreeningOrder, preview_screening, screen
from bot.services.do_not_call.suppression_import import SuppressionOrder, import_list, preview_suppressions
from bot.services.files.row_faults import Progress

KINDS: Final = (FileKind.REGISTER, FileKind.OWN)


def preview(
    deps: Deps, use: FileUse, path: Path, rows: Progress, numbers: Progress
) -> tuple[ScreeningPreview | SuppressionPreview, ...]:
    """What importing the file would do, for each register it is about. `rows`, `numbers`: how far it has come.

    Raises FileRefused, UnknownCampaign.
    """
    if use.kind is FileKind.OWN:
        return (preview_suppressions(deps, _stop_order(use, path), rows),)
    return tuple(preview_screening(deps, one, numbers, rows) for one in _orders(use, path))


def import_file(
    deps: Deps, use: FileUse, path: Path, rows: Progress, numbers: Progress
) -> tuple[ScreeningReport | SuppressionReport, ...]:
    """Import the file, for each register it is about. What an interrupted import recorded stays, and is skipped.

    Raises FileRefused, UnknownCampaign.
    """
    if use.kind is FileKind.OWN:
        return (import_list(deps, _stop_order(use, path), rows),)
    return tuple(screen(deps, one, numbers, rows) for one in _orders(use, path))


@dataclass(frozen=True, slots=True)
class Faults:
    """The faulty rows of one file, read once for each register."""

    heading: tuple[str, ...]
    faults: Sequence[RowFault]


def faults_of(reports: Sequence[ScreeningReport | SuppressionReport]) -> Faults:
    """The rows that no register could use, each once."""
    by_line = {one.line: one for report in reports for one in report.faults}
    return Faults(reports[0].heading, [by_line[line] for line in sorted(by_line)])


def _orders(use: FileUse, path: Path) -> list[ScreeningOrder]:
    assert use.obtained_on is not None  # the form asks for it
    return [
        ScreeningOrder(path, key, use.obtained_on, use.campaign, "", use.despite_faults, use.holds)
        for key in use.registers
    ]


def _stop_order(use: FileUse, path: Path) -> SuppressionOrder:
    return SuppressionOrder(path, use.principal, use.reason)
