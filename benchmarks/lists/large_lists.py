"""I4a: the most memory that the import of a million rows takes, in megabytes, as the command line does it on SQLite.

A client's file: first and last name, British and American numbers in several forms, country, company, town, a note, a
link, and *Do Not Call*; one number in a hundred is none. Once as CSV and once as a workbook; the larger counts.
"""

import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from io import TextIOWrapper
from itertools import chain, islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter
from xml.sax.saxutils import escape

from benchmarks import goals
from benchmarks.harness.make_contacts import Shape, fill
from benchmarks.harness.servers import sqlite_url

_HEADING = ("First name", "Last name", "Phone", "Country", "Company", "Town", "Details", "Link", "Do Not Call")
_FIRST = [
    "Ann",
    "Ben",
    "Cat",
    "Dan",
    "Eve",
    "Fay",
    "Gus",
    "Hal",
    "Ivy",
    "Jon",
    "Kim",
    "Lea",
    "Max",
    "Nia",
    "Oli",
    "Pat",
]
_LAST = ["Smith", "Jones", "Taylor", "Brown", "Williams", "Wilson", "Johnson", "Davies", "Patel", "Wright", "Walker"]
_TOWNS = ["Leeds", "Bristol", "Glasgow", "Denver", "Boston", "Austin", "York", "Bath"]
_AREAS = ["201", "212", "305", "312", "415", "512", "617", "713", "808", "907"]
_PIECE = 2_000  # rows or texts written at once
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_BOOK = (
    f'<workbook xmlns="{_MAIN}" xmlns:r="{_KINDS}">'
    '<sheets><sheet name="Leads" sheetId="1" r:id="r1"/></sheets></workbook>'
)
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="r1" Type="{_KINDS}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="r2" Type="{_KINDS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
)


def main(*, is_quick: bool = False) -> int:
    lines = 20_000 if is_quick else 1_000_000
    print(f"large_lists: {lines} rows, by the command line, on SQLite")
    most = 0.0
    with TemporaryDirectory(prefix="nextcall-bench-") as folder:
        for name, write in (("list.csv", write_csv), ("list.xlsx", _write_workbook)):
            path = Path(folder) / name
            write(path, lines)
            seconds, megabytes = _imported(path)
            print(
                f"  {name:<10} {seconds:6.0f} s, {lines / seconds:7,.0f} rows a second, {megabytes:4.0f} MB", flush=True
            )
            most = max(most, megabytes)
    goals.report("I4a", most)
    return 0


def _imported(path: Path) -> tuple[float, float]:
    """Seconds, and the most memory of the process."""
    with sqlite_url() as url:
        fill(url, Shape(1, campaigns=1, campaigns_of_team=1))
        command = [sys.executable, "-m", "bot", "import-contacts", str(path), "--campaign", "Campaign 1", "--json"]
        begun = perf_counter()
        with subprocess.Popen(
            command, env={**os.environ, "DATABASE_URL": url}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        ) as process:
            told = process.stderr.read() if process.stderr else b""
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0, told[-500:]
        return perf_counter() - begun, used.ru_maxrss / 1024


def _rows(lines: int) -> Iterator[tuple[str, ...]]:
    random = Random(3)
    for at in range(lines):
        is_british, is_national = at % 5 < 3, at % 2 == 1
        if is_british:
            digits = f"{random.choice('45789')}{random.randrange(10**8):08}"
            number = f"07{digits[:3]} {digits[3:]}" if is_national else f"+447{digits}"
        else:
            digits = f"{random.choice(_AREAS)}{random.randrange(2_000_000, 9_999_999)}"
            number = f"({digits[:3]}) {digits[3:6]}-{digits[6:]}" if is_national else f"+1{digits}"
        yield (
            random.choice(_FIRST),
            f"{random.choice(_LAST)}{at % 977}",
            "not known" if at % 100 == 7 else number,
            "GB" if is_british else "US",
            f"{random.choice(_LAST)} & Sons {at % 5_000}",
            random.choice(_TOWNS),
            f"Asked for an offer on item {at % 3_000}" if at % 3 == 0 else "",
            f"https://crm.example.com/leads/{at}",
            "Yes" if at % 50 == 3 else "No",
        )


def write_csv(path: Path, lines: int) -> None:
    """The list, with a heading."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(",".join(row) + "\n" for row in chain([_HEADING], _rows(lines)))


def _write_workbook(path: Path, lines: int) -> None:
    """As spreadsheets write it: every text once, in a part of its own."""
    texts: dict[str, int] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        book.writestr("xl/workbook.xml", _BOOK)
        book.writestr("xl/_rels/workbook.xml.rels", _RELATIONS)
        rows = (_sheet_row(at, row, texts) for at, row in enumerate(chain([_HEADING], _rows(lines)), 1))
        _write_part(
            book, "worksheets/sheet1", f'<worksheet xmlns="{_MAIN}"><sheetData>', rows, "</sheetData></worksheet>"
        )
        items = (f"<si><t>{escape(text)}</t></si>" for text in texts)
        _write_part(book, "sharedStrings", f'<sst xmlns="{_MAIN}">', items, "</sst>")


def _sheet_row(at: int, row: Sequence[str], texts: dict[str, int]) -> str:
    cells = (
        f'<c r="{chr(65 + column)}{at}" t="s"><v>{texts.setdefault(text, len(texts))}</v></c>'
        for column, text in enumerate(row)
        if text
    )
    return f'<row r="{at}">{"".join(cells)}</row>'


def _write_part(book: zipfile.ZipFile, name: str, head: str, parts: Iterator[str], end: str) -> None:
    with book.open(f"xl/{name}.xml", "w", force_zip64=True) as raw, TextIOWrapper(raw, encoding="utf-8") as out:
        out.write(head)
        while piece := "".join(islice(parts, _PIECE)):
            out.write(piece)
        out.write(end)
