"""Real-world files: encodings, delimiters, headings; and files that are no lists."""

from pathlib import Path

import pytest

from bot.services.answers.lists import Meaning
from bot.services.errors import FileRefused, UnknownCampaign
from bot.services.files import text
from bot.services.files.columns import read_heading
from bot.services.files.headings import kind_of_phone_heading
from bot.services.files.number_list import open_numbers
from bot.services.files.table import Wishes, open_list
from bot.services.lists.importing import ListOrder, import_contacts
from bot.services.lists.reading import Reading
from tests.services.import_stage import Lists, reasons

# -- the shape of files


def test_it_imports_a_plain_list(lists: Lists) -> None:
    report = lists.take("Name,Phone\nSiân Llywelyn,07700 900123\n")
    assert (report.rows, report.imported, report.faults) == (1, 1, ())
    contact = lists.one()
    assert (contact.name, contact.number, contact.zones) == ("Siân Llywelyn", "+447700900123", "Europe/London")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_it_reads_every_usual_encoding(lists: Lists, encoding: str) -> None:
    lists.take("Name,Phone\nZoë Brontë,07700 900123\n", encoding=encoding)
    assert lists.one().name == "Zoë Brontë"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_it_detects_the_delimiter_from_the_heading(lists: Lists, delimiter: str) -> None:
    lists.take(
        delimiter.join(["Surname", "Notes", "Mobile"]) + "\n" + delimiter.join(["Smith", '"a, b; c"', "07700900123"])
    )
    assert (lists.one().name, lists.one().number) == ("Smith", "+447700900123")


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_it_reads_quoted_line_breaks_and_counts_lines_as_an_editor_does(lists: Lists, ending: str) -> None:
    rows = ["Name,Address,Phone", 'Ann,"1 High St', 'Leeds","07700 900123"', "Ben,,nonsense"]
    assert reasons(lists.take(ending.join(rows))) == [(4, "the number has letters in it")]
    assert lists.one().name == "Ann"


@pytest.mark.parametrize("blank", ["\n", ",,\n", " " * 200 + "\n"])
def test_it_reads_a_sheet_of_blank_rows_and_refuses_more(
    blank: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two gigabytes of them would keep the bot busy for an hour."""
    monkeypatch.setattr(text, "MOST_BLANK", 100)
    path = tmp_path / "leads.csv"
    rows = 50 // (1 + len(blank) // 128)
    path.write_text("Name,Phone\n" + blank * rows + "Ann,07700 900123\n" + blank * rows)
    assert open_list(path).rows == 1
    path.write_text("Name,Phone\n" + blank * rows + "Ann,07700 900123\n" + blank * (rows + 1) + "Ben,07700 900124\n")
    with pytest.raises(FileRefused, match="too many of its rows are blank"):
        open_list(path)


def test_it_obeys_the_delimiter_that_a_spreadsheet_notes_on_the_first_line(lists: Lists) -> None:
    report = lists.take("sep=;\nName;Phone\nAnn;07700 900123\nBen;x1\n")
    assert report.imported == 1
    assert [fault.line for fault in report.faults] == [4]


@pytest.mark.parametrize(
    "heading",
    [
        "First Name,Surname,Phone Number",
        "FIRST_NAME;LAST NAME;Tel",
        "forename\tfamily-name\tMobile",
        "FirstName,LastName,Phone",
    ],
)
def test_it_recognises_headings_in_any_case_spacing_and_synonym(lists: Lists, heading: str) -> None:
    delimiter = next(one for one in ",;\t" if one in heading)
    lists.take(f"{heading}\n{delimiter.join(['Ann', 'Lee', '07700 900123'])}\n")
    assert lists.one().name == "Ann Lee"


@pytest.mark.long
@pytest.mark.parametrize(
    "heading",
    [
        "Phone",
        "Telephone",
        "Tel",
        "Tel.",
        "Mobile",
        "Mobile No",
        "Cell Phone",
        "Landline",
        "Work phone",
        "Phone (home)",
        "Home Telephone Number",
        "Phone 1",
        "Contact Number",
        "MOBILE_NUMBER",
        "Primary Phone",
        "Daytime tel no",
        "Telefon",
        "Number",
        "Contact no",
        "Direct Dial",
        "Mobiltelefonnummer",
        "Telefonnummer 1",
        "Ruf-Nr.",
        "N° portable",
        "Tél. pro",
        "Numéro",
        "Telf. móvil",
        "Nº de teléfono",
        "Telefono 2",
        "Numero cellulare",
        "Telefoonnr.",
        "Mobiele nummer",
    ],
)
def test_it_recognises_a_column_of_numbers_by_its_heading(lists: Lists, heading: str) -> None:
    assert lists.take(f"Name,{heading}\nAnn,07700 900123\n").imported == 1


@pytest.mark.parametrize(
    ("headings", "kinds"),
    [
        ("Telefon 1,Telefon 4,Handy-Nr. 2", ["", "", "mobile"]),
        ("Tél. 1,Tél. fixe,N° de portable pro", ["", "", "mobile"]),
        ("Teléfono1,Tel. móvil,Telf. trabajo", ["", "mobile", "work"]),
        ("Telefono 1,Cellulare 2,Tel. abitazione", ["", "mobile", "home"]),
        ("Telefoon 1,Tel. mobiel,Tel. werk", ["", "mobile", "work"]),
    ],
)
def test_it_reads_every_number_of_a_row_in_each_language(lists: Lists, headings: str, kinds: list[str]) -> None:
    lists.take(f"Name,{headings}\nAnn,020 7946 0001,020 7946 0002,07700 900123\n", country="GB")
    assert [number for _, number, _ in lists.numbers()] == ["+442079460001", "+442079460002", "+447700900123"]
    assert [kind_of_phone_heading(heading) or "" for heading in headings.split(",")] == kinds


@pytest.mark.parametrize(
    "heading", ["No téléphone", "No telefono", "Phone type", "Mobile app user", "Telefon Assistent", "Private"]
)
def test_no_other_heading_is_one_of_numbers(heading: str) -> None:
    assert kind_of_phone_heading(heading) is None


def test_it_reports_the_columns_it_does_not_read(lists: Lists) -> None:
    report = lists.take("Name,Phone,Phone type,Shoe size,Fax,ID\nAnn,07700 900123,m,Y,,1\n")
    assert (report.unused_columns, report.detail_columns) == (("Fax",), ("Phone type", "Shoe size", "ID"))


@pytest.mark.parametrize("above", ["Customers of Acme\n\n", "Stand;02.03.2026;;\n;;\nListe Name Telefon\n"])
def test_it_finds_the_heading_below_titles(lists: Lists, above: str) -> None:
    report = lists.take(f"{above}Name;Telefon\nAnn;07700 900123\nBen;x1\n")
    assert (lists.one().name, report.heading) == ("Ann", ("Name", "Telefon"))
    assert reasons(report)[0][0] == above.count("\n") + 3


def test_no_row_of_numbers_is_taken_for_a_title(tmp_path: Path) -> None:
    path = tmp_path / "stop.csv"
    path.write_text("unknown,x\n07700 900123,x\nPhone,Town\n07700 900124,Leeds\n")
    with pytest.raises(FileRefused, match="begin with a number"):
        open_numbers(path, "GB")


def test_no_row_of_bare_figures_is_taken_for_a_title(tmp_path: Path) -> None:
    path = tmp_path / "stop.csv"
    path.write_text("withheld\n7700900123\n7700900124\nPhone\n7700900125\n")
    with pytest.raises(FileRefused, match='column "withheld" looks like telephone numbers'):
        open_numbers(path, "GB")


def test_a_title_may_say_of_which_month_it_is(lists: Lists) -> None:
    assert lists.take("Month,2026-01\nName,Phone\nAnn,07700 900123\n").imported == 1


@pytest.mark.parametrize(
    "rows",
    [
        "Name,Type,Preferred,Phone,DNC\nAnn Lee,Customer,Mobile,,yes\n",
        "Name,Type,Preferred,Phone,DNC,\nAnn Lee,Customer,Mobile,,yes,x\n",
        "Name,Phone,\nAnn Lee,Mobile,Home phone\n",
    ],
)
def test_no_row_without_figures_is_taken_for_a_second_heading(tmp_path: Path, rows: str) -> None:
    path = tmp_path / "leads.csv"
    path.write_text(rows + "Ben,07700 900124\n")
    assert [record.line for record in open_list(path).below()] == [2, 3]


def test_a_number_that_is_missing_below_the_heading_is_a_row(tmp_path: Path) -> None:
    path = tmp_path / "stop.csv"
    path.write_text("Phone,Kind\n,Mobile\n07700 900124,Home\n")
    assert [record.line for record in open_numbers(path, "GB").read()] == [2, 3]


@pytest.mark.parametrize(
    ("country", "known", "others"),
    [
        ("US", "212-555-0123", ["4165550123", "4165550124"]),
        ("GB", "07700 900123", ["447700900124", "447700900125"]),
        ("GB", "07700 900123", ["7700900124", "tel: 07700 900125 (mobile)"]),
        ("GB", "07700 900123", ["ask Ben", "none", "07700 900124", "", "moved", "x"]),
    ],
)
def test_numbers_to_be_stopped_under_a_heading_that_nobody_knows_are_asked_about(
    tmp_path: Path, country: str, known: str, others: list[str]
) -> None:
    path = tmp_path / "stop.csv"
    path.write_text("Phone,Alt\n" + "".join(f"{known},{one}\n" for one in others))
    with pytest.raises(FileRefused, match='column "Alt" looks like telephone numbers'):
        open_numbers(path, country)


@pytest.mark.parametrize(
    ("country", "cells"),
    [
        ("DE", ["20260304", "20260305"]),
        ("DE", ["04.03.2026", "4.3.2026 10:15"]),
        ("DE", ["1.250,00", "999,50"]),
        ("GB", ["10002345", "10002346"]),
        ("GB", ["Leeds", "York", "Bath", "Hull", "Ely", "07700 900124"]),
    ],
)
def test_days_sums_and_reference_numbers_are_no_numbers_to_be_stopped(
    tmp_path: Path, country: str, cells: list[str]
) -> None:
    path = tmp_path / "stop.csv"
    path.write_text("Phone;Since\n" + "".join(f"+447700900123;{one}\n" for one in cells))
    assert open_numbers(path, country).rows == len(cells)


@pytest.mark.parametrize(
    ("headings", "meanings"),
    [
        ("Child first name,First name,Last name,Phone", "detail first last phone"),
        ("Billing First Name,Billing Last Name,Billing Phone,Billing Country", "first last phone country"),
        ("Size of land,Name,Phone,Land 1,PLZ 1,Credit cap", "detail name phone country postcode detail"),
        ("Owner last name,Referrer phone,Name,Phone,Person Country,Country", "detail detail name phone detail country"),
        ("Name,Phone,Bank country,Tax country code,Company country", "name phone detail detail detail"),
        ("Name,Phone,Branch postcode,Dealer zip", "name phone detail detail"),
        ("Company,Phone,Solicitor last name,Next of kin first name", "company phone detail detail"),
        (
            "Invitee First Name,Customer surname,Phone,Address 1 Country,Primary Address Zip",
            "first last phone country postcode",
        ),
        ("Kunde Vorname,Rechnung Nachname,Telefon,Liefer PLZ,Filiale PLZ", "first last phone postcode detail"),
    ],
)
def test_the_last_words_of_a_heading_tell_what_no_table_knows(headings: str, meanings: str) -> None:
    assert " ".join(read_heading(tuple(headings.split(","))).meanings) == meanings


def test_it_reads_headings_with_marks_that_nobody_sees(lists: Lists) -> None:
    lists.take("\ufeff\u200bName\xa0,\xa0Phone \u200b,Do\xa0Not Call\nAnn,07700 900123,Yes\n")
    assert lists.one().verdict.value == "suppressed"


def test_a_chosen_column_comes_before_a_recognised_one(lists: Lists) -> None:
    path = lists.write("Customer ID,Name,Phone,Our no\n5,Ann,07700 900123,77\n")
    found = open_list(path, Wishes({"our no": Meaning.REFERENCE}))
    assert [one.value for one in found.columns.meanings] == ["detail", "name", "phone", "reference"]
    with pytest.raises(FileRefused, match='several columns are to be "reference"'):
        open_list(path, Wishes({"our no": Meaning.REFERENCE, "Customer ID": Meaning.REFERENCE}))


# -- files that are no lists


@pytest.mark.long
@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf\r\n \n", "is empty"),
        (b"Name,Phone\n", "has a heading and no rows"),
        (b"PK\x03\x04 workbook", "spreadsheet workbook"),
        (b"\xd0\xcf\x11\xe0 old workbook", "old Excel workbook"),
        (b"%PDF-1.7", "is a PDF"),
        (bytes(range(256)) * 4, "is not text"),
        (b"Name,Phone\nAnn\x00\x01\x02,07700\n", "is a binary file"),
        (b"Name,Email\nAnn,a@example.com\n", "no column holds telephone numbers"),
        (b"Name,Phone" + b",x" * 9_998 + b"\nAnn,07700 900123\n", "has 10,000 columns"),
        (b"Ann,07700 900123\nBen,07700 900124\n", "no column holds telephone numbers"),
        (b"Phone,Town\n07700 900123,Leeds\n", "no column holds names"),
    ],
)
def test_it_refuses_a_file_that_is_no_list_before_anything_is_written(lists: Lists, content: bytes, told: str) -> None:
    with pytest.raises(FileRefused, match=told):
        lists.take(content)
    assert lists.contacts() == []


def test_it_refuses_a_missing_file_and_a_folder(lists: Lists, tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="There is no file"):
        import_contacts(lists.deps, ListOrder(tmp_path / "nowhere.csv", "Energy switch"))
    with pytest.raises(FileRefused, match="is a folder"):
        import_contacts(lists.deps, ListOrder(tmp_path, "Energy switch"))


def test_it_names_the_campaigns_when_it_does_not_know_one(lists: Lists) -> None:
    with pytest.raises(UnknownCampaign) as refused:
        lists.take("Name,Phone\nAnn,07700 900123\n", campaign="Energy swich")
    assert refused.value.known == ("Energy switch", "Boiler care")


def test_it_refuses_two_columns_chosen_for_one_field(lists: Lists) -> None:
    path = lists.write("Name,Phone,Zip,Post\nAnn,07700 900123,LS1,LS2\n")
    with pytest.raises(FileRefused, match=r"several columns are to be .priority., and only one can be: choose one"):
        import_contacts(
            lists.deps, ListOrder(path, "Energy switch", reading=Reading({"Zip": "priority", "Post": "priority"}))
        )
    assert lists.contacts() == []


def test_two_gigabytes_that_are_no_text_are_refused_at_once(lists: Lists) -> None:
    path = lists.write("Name,Phone\n")
    with path.open("ab") as file:
        file.truncate(2 << 30)  # takes no room on the disk
    with pytest.raises(FileRefused, match="is a binary file"):
        import_contacts(lists.deps, ListOrder(path, "Energy switch"))
