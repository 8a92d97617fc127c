"""Writes numbers into the table of results in docs/background/performance.md, in their goals' rows. The sentences
stay."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.goals import GOALS, shown

_NUMBER, _DATE = 3, 6  # indexes of a row's cells


def keep(path: Path, numbers: Mapping[str, float]) -> None:
    """Write the numbers and today's date into the rows of their goals."""
    if numbers:
        path.write_text("".join(_row(line, numbers) for line in path.read_text().splitlines(keepends=True)))


def _row(line: str, numbers: Mapping[str, float]) -> str:
    cells = line.split("|")
    name = cells[1].strip() if len(cells) > _DATE else ""
    if name not in numbers or name not in GOALS:
        return line
    cells[_NUMBER] = f" {shown(numbers[name])} "
    cells[_DATE] = f" {datetime.now(UTC):%Y-%m-%d} "
    return "|".join(cells)
