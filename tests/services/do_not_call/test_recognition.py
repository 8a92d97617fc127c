"""What a dropped file is taken for, by headings, shape and name. Whatever has names is a list of contacts, or is asked
about if its own name says that these are not to be called."""

from pathlib import Path

import pytest

from bot.services.answers.registers import FileKind, Holds
from bot.services.do_not_call.register_file import recognise
from bot.services.errors import FileRefused
from policy import Rulebook
from tests.services.files.xlsx import SheetXml, workbook

LIST, REGISTER, OWN, UNKNOWN = FileKind.LIST, FileKind.REGISTER, FileKind.OWN, FileKind.UNKNOWN
FOUND, VERDICTS, WHOLE = Holds.FOUND, Holds.VERDICTS, Holds.WHOLE


@pytest.mark.parametrize(
    ("name", "content", "kind", "registers", "holds"),
    [
        ("leads.csv", "Name,Phone\nAnn,07700900123\n", LIST, (), None),
        ("tps.csv", "Name,Phone,TPS\nAnn,07700900123,N\n", LIST, (), None),
        ("do not call.csv", "First name,Mobile\nAnn,07700900123\n", OWN, (), None),
        ("Widersprüche_2026.csv", "Name;Telefon\nAnn;+4915112345678\n", OWN, (), None),
        ("do not call.csv", "Name,Mobile,Do not call\nAnn,07700900123,yes\n", LIST, (), None),
        ("TPS hits.csv", "Name,Mobile\nAnn,07700900123\n", REGISTER, ("tps",), FOUND),
        ("dnc.csv", "Ann,07700900123\n", LIST, (), None),
        ("stops.csv", "Phone,Do not call\n07700900123,no\n", LIST, (), None),
        ("towns.csv", "Name,Town\nAnn,Leeds\n", LIST, (), None),
        ("x.csv", "Phone\n07700900123\n", UNKNOWN, (), None),
        ("x.csv", "07700900123\n07700900124\n", UNKNOWN, (), None),
        ("x.csv", "+447700900123,2026-03-04\n", UNKNOWN, (), None),
        ("x.csv", "Phone,TPS,CTPS\n07700900123,Y,N\n", REGISTER, ("ctps", "tps"), VERDICTS),
        (
            "x.csv",
            "telephone1;bloctel1;telephone2;bloctel2\n0612345678;non;0712345678;oui\n",
            REGISTER,
            ("bloctel",),
            VERDICTS,
        ),
        ("x.csv", "Phone,Bloctel\n0612345678,oui\n", REGISTER, ("bloctel",), VERDICTS),
        ("CTPS_2026-11.txt", "07700900123\n", REGISTER, ("ctps",), FOUND),
        ("TPS hits.txt", "07700900123\n", REGISTER, ("tps",), FOUND),
        ("x.txt", "01635 506160\r\n0191 5657153\r\n", REGISTER, ("tps",), WHOLE),
        ("x.txt", "01635506160 \r\n07860338653 \r\n", REGISTER, ("tps",), WHOLE),
        ("212.txt", "212,5550123\n", REGISTER, ("us-dnc",), WHOLE),
        ("416.csv", "416,5550123\n", REGISTER, ("ca-dncl",), WHOLE),
        ("do-not-call.csv", "Phone\n07700900123\n", OWN, (), None),
        ("Sperrliste.csv", "Telefon\n+4915112345678\n", OWN, (), None),
        ("our_suppression_list.txt", "07700900123\n", OWN, (), None),
        ("dnc_2026.csv", "Name,Phone,Alt\nAnn,07700900123,07700900124\n", OWN, (), None),
        ("dnc_2026.csv", "Name,Alt\nAnn,07700900123\nBen,07700900124\n", OWN, (), None),
        ("TPS hits.csv", "Name,Phone,Alt\nAnn,07700900123,07700900124\n", REGISTER, ("tps",), FOUND),
        ("x.csv", "Phone,TPS,Alt\n07700900123,Y,07700900124\n", REGISTER, ("tps",), VERDICTS),
        ("x.csv", "Phone,Alt\n07700900123,07700900124\n", UNKNOWN, (), None),
        ("leads.csv", "Name,Phone,Alt\nAnn,07700900123,07700900124\n", LIST, (), None),
        ("dnc.csv", "Name,Phone\n", LIST, (), None),
    ],
)
def test_a_file_is_recognised(
    rulebook: Rulebook,
    tmp_path: Path,
    name: str,
    content: str,
    kind: FileKind,
    registers: tuple[str, ...],
    holds: Holds | None,
) -> None:
    path = tmp_path / name
    path.write_bytes(content.encode())
    looks = recognise(path, rulebook, "GB")
    assert (looks.kind, looks.registers, looks.holds) == (kind, registers, holds)


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"", "is empty"), (b"\x89PNG\r\n\x1a\n" + bytes(200), "is a picture"), (b"%PDF-1.7\n", "is a PDF")],
)
def test_a_file_that_is_no_table_is_refused(rulebook: Rulebook, tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "tps.csv"
    path.write_bytes(content)
    with pytest.raises(FileRefused, match=why):
        recognise(path, rulebook, "GB")


def test_a_workbook_is_recognised_too(rulebook: Rulebook, tmp_path: Path) -> None:
    path = tmp_path / "result.xlsx"
    path.write_bytes(workbook(SheetXml("Sheet1", [("Phone", "TPS"), ("07700900123", "Y")])))
    looks = recognise(path, rulebook, "GB")
    assert (looks.kind, looks.registers, looks.rows) == (REGISTER, ("tps",), 1)
