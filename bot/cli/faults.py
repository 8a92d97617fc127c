"""What commands that read a list say of rows they could not use."""

from collections.abc import Sequence
from pathlib import Path

from bot.cli.screen import say
from bot.services.rejects import HasFaults, write_rejects
from bot.services.results import RowFault

SHOWN = 10  # faults on the screen; all of them are in the reject file


def written(done: HasFaults, path: Path) -> Path | None:
    """Write the reject file if there is anything to reject; answers where it is."""
    if not done.faults:
        return None
    write_rejects(done, path)
    return path


def say_faults(faults: Sequence[RowFault], reject_file: Path | None) -> None:
    for fault in faults[:SHOWN]:
        say(f"  line {fault.line}: {fault.reason}")
    if len(faults) > SHOWN:
        say(f"  … and {len(faults) - SHOWN:,} more faulty rows")
    if reject_file:
        say(f"The faulty rows are in {reject_file}, each with its reason: correct them there and import that file.")
