"""A workbook that is made to do harm is refused, at a price that nobody notices; a good one beside it is read."""

import os
import zipfile
from collections.abc import Iterable
from pathlib import Path
from threading import Thread

import pytest

from bot.services.errors import FileRefused
from bot.services.files import sheet_process
from bot.services.files.sheet_process import MOST_MEMORY, STANDS_FOR_S
from bot.services.files.table import open_list
from bot.services.files.workbook import LONGEST_TEXT
from tests.services.files.xlsx import SheetXml, workbook

GOOD = workbook(SheetXml("L", [("Name", "Phone"), ("Ann", "07700 900123")]))
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET, TEXTS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
_PIECE = 1 << 20


def _written(folder: Path, content: bytes = GOOD) -> Path:
    path = folder / "leads.xlsx"
    path.write_bytes(content)
    return path


def _with(folder: Path, part: str, pieces: Iterable[bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    """The good workbook with one part in place of its own."""
    good, path = _written(folder), folder / "hostile.xlsx"
    with zipfile.ZipFile(good) as before, zipfile.ZipFile(path, "w", method) as file:
        for name in before.namelist():
            if name != part:
                file.writestr(name, before.read(name))
        with file.open(part, "w", force_zip64=True) as out:
            for piece in pieces:
                out.write(piece)
    return path


def _noise(size: int) -> bytes:
    """Text of this size that packs to a half of it."""
    return os.urandom(size // 2).hex().encode()


def _long_attribute() -> Iterable[bytes]:
    yield f'<worksheet xmlns="{MAIN}" a="'.encode()
    for _ in range(400):
        yield b"x" * 99_000 + _noise(1_000)


def _blanks() -> Iterable[bytes]:
    yield f'<worksheet xmlns="{MAIN}"><sheetData>'.encode()
    for _ in range(2_000):
        yield (b" " * 500_000 + _noise(1_600).translate(bytes.maketrans(b"0123456789abcdef", b" \n\t\r" * 4))) * 2


def _many_texts() -> Iterable[bytes]:
    yield f'<sst xmlns="{MAIN}">'.encode()
    for _ in range(800):
        yield b"<si/>" * 9_700 + b"<si><t>%b</t></si>" % _noise(600)


@pytest.mark.night
@pytest.mark.parametrize(
    ("part", "pieces"),
    [(SHEET, _long_attribute), (SHEET, _blanks), (TEXTS, _many_texts)],
    ids=["attribute", "blanks", "texts"],
)
def test_work_without_end_is_ended_within_ten_seconds_of_the_processor(
    tmp_path: Path, part: str, pieces: "object"
) -> None:
    path = _with(tmp_path, part, pieces())  # type: ignore[operator]
    before = os.times().children_user
    with pytest.raises(FileRefused) as refused:
        open_list(path)
    assert "hostile.xlsx" in refused.value.reason
    assert os.times().children_user - before < 10
    assert open_list(_written(tmp_path)).rows == 1


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2], ids=["lzma", "bzip2"])
def test_another_way_of_packing_is_refused_damaged_or_not(tmp_path: Path, method: int) -> None:
    path = _with(tmp_path, "docProps/app.xml", [_noise(2_000)], method)
    for content in (path.read_bytes(), path.read_bytes().replace(b"<", b"\xff")):
        path.write_bytes(content)
        with pytest.raises(FileRefused, match=r"packed in a way that spreadsheets do not use|is not whole"):
            open_list(path)


def test_a_text_longer_than_any_cell_is_refused_before_it_is_in_memory(tmp_path: Path) -> None:
    def pieces() -> Iterable[bytes]:
        yield f'<sst xmlns="{MAIN}"><si><t>'.encode()
        yield from (_noise(_PIECE) for _ in range(4))
        yield b"</t></si></sst>"

    with pytest.raises(FileRefused, match=f"a text of more than {LONGEST_TEXT:,} characters"):
        open_list(_with(tmp_path, TEXTS, pieces()))


def test_a_reader_that_dies_is_a_refusal_and_the_next_file_is_read(tmp_path: Path) -> None:
    """The kernel ends it: here somebody else does, while it waits to hear which sheet is meant."""
    path = _written(tmp_path)

    with sheet_process.opened(path, "") as book:
        assert sheet_process._servers
        server = sheet_process._servers[0]._runs
        for child in Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split():
            os.kill(int(child), 9)
        with pytest.raises(FileRefused, match="takes far more work"):
            book.spool(book.beginnings[0].sheet)
    assert open_list(path).rows == 1


def test_a_server_that_dies_is_started_anew(tmp_path: Path) -> None:
    path = _written(tmp_path)
    assert open_list(path).rows == 1
    assert sheet_process._servers
    server = sheet_process._servers[0]._runs
    server.kill()
    server.wait()
    assert open_list(path).rows == 1


def test_two_files_at_once_are_read_one_after_the_other(tmp_path: Path) -> None:
    path, found = _written(tmp_path), list[int]()
    threads = [Thread(target=lambda: found.append(open_list(path).rows)) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert found == [1] * 4


def test_the_limits_are_those_that_are_promised() -> None:
    assert MOST_MEMORY < 300 << 20
    assert STANDS_FOR_S < 10
