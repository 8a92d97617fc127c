"""What is done with a shared file that is no list of contacts: a register's file, or the organisation's own list."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.services.answers.lists import RowFault
from bot.services.answers.registers import FileKind, FileUse, ScreeningReport, SuppressionReport
from bot.services.deps import Deps
from bot.services.do_not_call.register_import import ScreeningOrder, screen
from bot.services.do_not_call.suppression_import import SuppressionOrder, import_list
from bot.services.files.row_faults import Progress

KINDS: Final = (FileKind.REGISTER, FileKind.OWN)


def bring_in(
    deps: Deps, use: FileUse, path: Path, rows: Progress, numbers: Progress, *, is_preview: bool = False
) -> tuple[ScreeningReport | SuppressionReport, ...]:
    """Import the file, for each register it is about, or say what that would do. `rows`, `numbers`: how far it has
    come. What an interrupted import recorded stays, and is skipped.

    Raises FileRefused, UnknownCampaign.
    """
    if use.kind is FileKind.OWN:
        stops = SuppressionOrder(path, use.principal, use.reason)
        return (import_list(deps, stops, rows, is_preview=is_preview),)
    assert use.obtained_on is not None  # the form asks for it
    on, despite = use.obtained_on, use.despite_faults
    orders = [ScreeningOrder(path, key, on, use.campaign, "", despite, use.holds) for key in use.registers]
    return tuple(screen(deps, one, numbers, rows, is_preview=is_preview) for one in orders)


@dataclass(frozen=True, slots=True)
class Faults:
    """The faulty rows of one file, read once for each register."""

    heading: tuple[str, ...]
    faults: Sequence[RowFault]


def faults_of(reports: Sequence[ScreeningReport | SuppressionReport]) -> Faults:
    """The rows that no register could use, each once."""
    by_line = {one.line: one for report in reports for one in report.faults}
    return Faults(reports[0].heading, [by_line[line] for line in sorted(by_line)])
