"""Registers as their operators publish them: in a zip, tagged as XML. What a file leaves out it does not clear."""

import zipfile
from pathlib import Path

import pytest

from bot.services.answers.registers import Holds, ScreeningReport
from bot.services.do_not_call.register_import import ScreeningOrder, screen
from bot.services.errors import FileRefused
from storage.models import Campaign, Screening
from tests.fakes import SampleOrganisation
from tests.services.files.xlsx import SheetXml, workbook
from tests.services.marketing import TODAY, Marketing

TAGGED = """<?xml version="1.0" encoding="UTF-8"?>
<list type='full' level='ac' val='212'>
 <ac val='212'><ph val='5550124' /><ph val='5550199' /></ac>
</list>
"""
CANADA = "<list level='ac' val='416' /><ac val='416'><ph val='5550125'/></ac></list>"


@pytest.fixture
def america(acme: SampleOrganisation, tmp_path: Path) -> Marketing:
    """Three contacts: two in area code 212, one in 416."""
    acme.change(Campaign, acme.campaign.id, country="US")
    for name, number in (("Ann", "+12125550123"), ("Ben", "+12125550124"), ("Cat", "+14165550125")):
        acme.add_contact(name, number)
    return Marketing(acme, tmp_path)


def recorded(marketing: Marketing) -> dict[str, bool]:
    return {one.number[-4:]: one.is_listed for one in marketing.acme.all(Screening)}


def packed(folder: Path, **files: str) -> Path:
    path = folder / "register.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as into:
        for name, content in files.items():
            into.writestr(name.replace("_", "."), content)
    return path


def screened(marketing: Marketing, path: Path, register: str = "us-dnc", holds: Holds | None = None) -> ScreeningReport:
    return screen(marketing.deps, ScreeningOrder(path, register, TODAY, holds=holds))


@pytest.mark.parametrize("file", [TAGGED, TAGGED.replace("<?xml", "\ufeff<?xml"), TAGGED.replace("'", '"')])
def test_a_tagged_file_says_something_only_of_its_area_codes(america: Marketing, file: str) -> None:
    report = screened(america, america.write(file, "212.xml"))
    assert (report.holds, report.rows, report.listed, report.clear) == (Holds.WHOLE, 2, 1, 1)
    assert recorded(america) == {"0123": False, "0124": True}


@pytest.mark.parametrize("before", ["<!---->" * 40, "<!-- of 2026 --> <!-->-->\n"])
def test_a_tagged_file_begins_below_any_number_of_comments(america: Marketing, before: str) -> None:
    assert screened(america, america.write(before + TAGGED.partition("?>")[2].lstrip(), "212.xml")).listed == 1


def test_comments_without_a_list_below_them_are_refused_at_once(america: Marketing) -> None:
    with pytest.raises(FileRefused, match="begin with a number"):
        screened(america, america.write("<!---->" * 40, "212.xml"))


def test_canadas_list_that_closes_itself_is_read(america: Marketing) -> None:
    assert screened(america, america.write(CANADA, "416.xml"), "ca-dncl").listed == 1
    assert recorded(america) == {"0125": True}


@pytest.mark.parametrize(
    "files",
    [
        {"212_txt": "212,5550124\n212,5550199\n"},
        {"212_xml": TAGGED},
        {"212_txt": "212,5550124\n", "212b_txt": "212,5550199\n"},
        {"212_csv": "Phone\n212-555-0124\n", "212b_csv": "Phone\n212-555-0199\n"},
    ],
)
def test_a_zip_is_read_with_every_file_in_it(america: Marketing, files: dict[str, str]) -> None:
    report = screened(america, packed(america.folder, **files), holds=Holds.WHOLE)
    assert (report.rows, report.listed, report.clear, report.faults) == (2, 1, 1, ())
    assert recorded(america) == {"0123": False, "0124": True}


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (TAGGED.replace("type='full'", "type='change'"), "type=change"),
        (TAGGED.replace("type='full'", "type='incremental'"), "type=incremental"),
        (TAGGED.replace("<ac val='212'", "<ac type='updates' val='212'"), "type=updates"),
        (TAGGED.replace("type='full'", "action='delete'"), "action"),
        (TAGGED.replace("<ph val='5550199'", "<ph val='5550199' action='D'"), "action"),
        (TAGGED.replace("<ph val='5550199'", "<ph val='5550199' status='2'"), "status"),
        (TAGGED.replace("<ac", "<delete><ac").replace("</ac>", "</ac></delete>"), "delete"),
        (TAGGED.replace("<list", "<list xmlns='urn:x'"), "urn:x}list"),
        (TAGGED.replace("<ph val='5550199' />", "<ph>5550199</ph>"), "ph"),
    ],
)
def test_a_tagged_file_that_may_be_of_changes_is_no_register(america: Marketing, file: str, said: str) -> None:
    with pytest.raises(FileRefused, match=f'may be a file of changes: line .* says "{said}"'):
        screened(america, america.write(file, "212.xml"))
    assert not recorded(america)


def test_a_tagged_number_may_say_when_it_was_listed(america: Marketing) -> None:
    file = TAGGED.replace("<ph val='5550124'", "<ph val='5550124' date='2026-01-05'")
    assert screened(america, america.write(file, "212.xml")).listed == 1


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (TAGGED.replace("</list>", ""), "is damaged"),
        ("<!DOCTYPE list [<!ENTITY a 'aaaa'>]>" + TAGGED.partition("?>")[2], "is a web page"),
        ("<?xml version='1.0'?><list val='212'><!DOCTYPE x><ph val='1'/></list>", "is damaged"),
        ("<?xml version='1.0'?><contacts/>", "is a web page"),
    ],
)
def test_what_is_no_whole_list_of_numbers_is_refused(america: Marketing, content: str, told: str) -> None:
    with pytest.raises(FileRefused, match=told):
        screened(america, america.write(content, "212.xml"))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Phone,Day\n+12125550124,2026-01-02\n", "Day,Phone\n2026-01-02,+12125550199\n"),
        ("Phone,Day\n+12125550124,2026-01-02\n", "+12125550199,2026-01-02\n"),
        ("Of today\nPhone,TPS,CTPS\n+12125550124,Y,N\n", "Of today\nPhone,CTPS,TPS\n+12125550199,Y,N\n"),
    ],
)
def test_a_zip_of_files_with_other_columns_names_the_one_that_differs(
    america: Marketing, first: str, second: str
) -> None:
    path = packed(america.folder, a_csv=first, b_csv=second)
    with pytest.raises(FileRefused, match=r"b\.csv in register\.zip does not begin with the headings of a\.csv"):
        screened(america, path, holds=Holds.WHOLE)


def test_a_zip_of_files_with_titles_above_the_same_headings_is_read_whole(america: Marketing) -> None:
    one, two = (f"Of today,\nPhone,Day\n{number},2026-01-02\n" for number in ("+12125550124", "+12125550199"))
    path = packed(america.folder, a_csv=one, b_csv=two.replace("Phone", "PHONE "))
    report = screened(america, path, holds=Holds.WHOLE)
    assert (report.rows, report.listed, report.faults) == (2, 1, ())


@pytest.mark.parametrize(
    "inner",
    ["<ph val='" + "1" * (3 << 20) + "'/>", "<!--" + " " * (3 << 20) + "-->", "<ac val='212'>" * 9 + "</ac>" * 9],
)
def test_tags_that_would_fill_the_memory_are_refused(america: Marketing, inner: str) -> None:
    with pytest.raises(FileRefused, match=r"is damaged \(XML\)"):
        screened(america, america.write(TAGGED.replace("<ac", f"{inner}<ac"), "212.xml"))


def test_a_zip_with_something_else_in_it_is_refused(america: Marketing) -> None:
    with pytest.raises(FileRefused, match="unpack it first"):
        screened(america, packed(america.folder, a_txt="212,5550124\n", b_pdf="%PDF"))


@pytest.mark.parametrize("size", [1, 40])
def test_a_zip_that_unpacks_to_far_more_than_numbers_do_is_refused(america: Marketing, size: int) -> None:
    files = {f"{at}_txt": "0" * ((17 << 20) // size) for at in range(size)}
    with pytest.raises(FileRefused, match="unpacks to far more than it holds"):
        screened(america, packed(america.folder, **files))


def test_a_zip_of_too_many_files_is_refused(america: Marketing) -> None:
    with pytest.raises(FileRefused, match="an archive of more than 500 files"):
        screened(america, packed(america.folder, **{f"{at}_txt": "212,5550124" for at in range(501)}))


def test_a_sheet_that_is_not_read_leaves_nobody_clear(america: Marketing) -> None:
    first, second = (SheetXml(name, [("Phone",), (number,)]) for name, number in (("A", "+12125550124"), ("B", "+1")))
    path = america.folder / "us.xlsx"
    path.write_bytes(workbook(first, second))
    report = screened(america, path, holds=Holds.WHOLE)
    assert (report.is_partial, report.unread_sheets, report.listed, report.clear) == (True, ("B",), 1, 0)
    path.write_bytes(workbook(first, SheetXml("Empty", [])))
    assert screened(america, path, holds=Holds.WHOLE).clear == 1


def test_the_foot_of_a_register_is_no_number_that_is_missing(america: Marketing) -> None:
    path = america.write("Phone,Day,Source\n+12125550124,2026-01-02,us\nTotal: 1,,\n", "us.csv")
    report = screened(america, path, holds=Holds.WHOLE)
    assert ([one.line for one in report.faults], report.is_partial, report.clear) == ([3], False, 1)


@pytest.mark.parametrize("foot", ["Copyright (c) 2000-2026 Acme", "Generated by: Dan Poe 02/01/2026 15:04", "TOTAL"])
def test_a_foot_may_say_of_when_it_is(america: Marketing, foot: str) -> None:
    path = america.write(f"Phone,Day,Source\n+12125550124,2026-01-02,us\n{foot},,\n", "us.csv")
    assert screened(america, path, holds=Holds.WHOLE).is_partial is False


@pytest.mark.parametrize(
    "rows",
    [
        "Total: 1,,\n+1 212 555 0123 ext 4,,\n",
        "Total: 1,,\nTel 212 555 0123,2026-01-02,\n",
        "Filter: 2125550123,,\n",
        "Totally unknown,,\n",
        "Filterhouse,,\n",
        "Gesamtschule,,\n",
    ],
)
def test_a_row_that_may_hold_a_number_is_no_foot_and_clears_nobody(america: Marketing, rows: str) -> None:
    path = america.write(f"Phone,Day,Source\n+12125550124,2026-01-02,us\n{rows}", "us.csv")
    assert screened(america, path, holds=Holds.WHOLE).clear == 0
    assert recorded(america).get("0123") is not False


def test_numbers_below_titles_are_read_and_those_under_an_unknown_heading_are_not_passed_over(
    america: Marketing,
) -> None:
    report = screened(america, america.write("Result of today\n\nPhone\n+12125550124\n", "us.csv"), holds=Holds.WHOLE)
    assert (report.rows, report.listed) == (1, 1)
    with pytest.raises(FileRefused, match='column "Mob tel" looks like telephone numbers'):
        america.suppress("Phone,Mob tel\n+12125550123,+1 212 555 0124\n")
