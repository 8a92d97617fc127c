"""Real-world lists: what is read, what is refused and why, who is whom, and that nothing is lost or half-done."""

import csv
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import SQLModel, col, func, select

from bot.services import contact_lists, redecide, setup
from bot.services.contact_lists import import_contacts, write_rejects
from bot.services.deps import Deps
from bot.services.errors import FileRefused, UnknownCampaign
from bot.services.list_proofs import Basis, ListProofs
from bot.services.ports import Notifier
from bot.services.results import ImportReport
from policy import SuppressionSource, Verdict, load_rulebook
from storage import engine as engines
from storage.models import Contact, ContactList, Person, PersonNumber, Screening, Suppression
from storage.unit_of_work import UnitsOfWork

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)  # a Monday
SETUP = """
[organisation]
name = "Acme Calls"
[[team]]
name = "Energy"
channel = "C0ENERGY001"
zone = "Europe/London"
digest_at = 18:00:00
"""
CAMPAIGN = (
    '[[campaign]]\nname = "{}"\npurpose = "service"\nprincipal = "Bright Energy"\ncountry = "GB"\nteams = ["Energy"]\n'
)


@pytest.fixture
def deps(tmp_path: Path) -> Deps:
    engine = engines.create(f"sqlite:///{tmp_path / 'test.db'}")
    SQLModel.metadata.create_all(engine)
    rulebook = load_rulebook()
    notifier: Notifier = None  # type: ignore[assignment]  # nothing here speaks to anybody
    deps = Deps(lambda: NOW, UnitsOfWork(engine), lambda: rulebook, notifier)
    file = tmp_path / "setup.toml"
    file.write_text(SETUP + CAMPAIGN.format("Energy switch") + CAMPAIGN.format("Boiler care"))
    setup.apply(deps, setup.read_setup(file))
    return deps


class Lists:
    """Writes files and imports them."""

    def __init__(self, deps: Deps, folder: Path) -> None:
        self.deps = deps
        self.folder = folder

    def write(self, content: str | bytes, name: str = "leads.csv", encoding: str = "utf-8") -> Path:
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    def take(
        self, content: str | bytes, campaign: str = "Energy switch", country: str = "", encoding: str = "utf-8"
    ) -> ImportReport:
        return import_contacts(self.deps, self.write(content, encoding=encoding), campaign, country)

    def contacts(self) -> list[Contact]:
        with self.deps.unit_of_work(is_read_only=True) as uow:
            return list(uow.session.exec(select(Contact).order_by(col(Contact.id))))

    def numbers(self) -> list[tuple[str, str, str]]:
        """Name, number, kind: every number by person and rank."""
        with self.deps.unit_of_work(is_read_only=True) as uow:
            rows = uow.session.exec(
                select(Person.name, PersonNumber.number, PersonNumber.kind)
                .join(PersonNumber, col(PersonNumber.person_id) == col(Person.id))
                .order_by(col(Person.id), col(PersonNumber.rank))
            )
            return [(name, number, kind) for name, number, kind in rows]

    def one(self) -> Contact:
        (contact,) = self.contacts()
        return contact


@pytest.fixture
def lists(deps: Deps, tmp_path: Path) -> Lists:
    return Lists(deps, tmp_path)


def reasons(report: ImportReport) -> list[tuple[int, str]]:
    return [(fault.line, fault.reason) for fault in report.faults]


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
def test_it_finds_the_delimiter_by_the_heading(lists: Lists, delimiter: str) -> None:
    lists.take(
        delimiter.join(["Surname", "Notes", "Mobile"]) + "\n" + delimiter.join(["Smith", '"a, b; c"', "07700900123"])
    )
    assert (lists.one().name, lists.one().number) == ("Smith", "+447700900123")


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_it_reads_quoted_line_breaks_and_counts_lines_as_an_editor_does(lists: Lists, ending: str) -> None:
    rows = ["Name,Address,Phone", 'Ann,"1 High St', 'Leeds","07700 900123"', "Ben,,nonsense"]
    assert reasons(lists.take(ending.join(rows))) == [(4, "the number has letters in it")]
    assert lists.one().name == "Ann"


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
def test_it_knows_headings_in_any_case_spacing_and_synonym(lists: Lists, heading: str) -> None:
    delimiter = next(one for one in ",;\t" if one in heading)
    lists.take(f"{heading}\n{delimiter.join(['Ann', 'Lee', '07700 900123'])}\n")
    assert lists.one().name == "Ann Lee"


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
    ],
)
def test_it_knows_a_column_of_numbers_by_its_heading(lists: Lists, heading: str) -> None:
    assert lists.take(f"Name,{heading}\nAnn,07700 900123\n").imported == 1


def test_it_reports_the_columns_it_does_not_read(lists: Lists) -> None:
    report = lists.take("Name,Phone,Phone type,Consent to call,Fax,ID\nAnn,07700 900123,m,Y,,1\n")
    assert report.unused_columns == ("Phone type", "Consent to call", "Fax", "ID")


# -- files that are no lists


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
        (b"Ann,07700 900123\nBen,07700 900124\n", "no column holds telephone numbers"),
        (b"Phone,Town\n07700 900123,Leeds\n", "no column holds names"),
    ],
)
def test_it_refuses_a_file_that_is_no_list_before_anything_is_written(lists: Lists, content: bytes, told: str) -> None:
    with pytest.raises(FileRefused, match=told):
        lists.take(content)
    assert lists.contacts() == []


def test_it_refuses_a_file_that_is_not_there_or_is_a_folder(deps: Deps, tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="There is no file"):
        import_contacts(deps, tmp_path / "nowhere.csv", "Energy switch", "")
    with pytest.raises(FileRefused, match="is a folder"):
        import_contacts(deps, tmp_path, "Energy switch", "")


def test_it_refuses_an_open_quotation_mark_that_swallows_the_file(lists: Lists) -> None:
    rows = "".join(f"Name{row},07700 9{row:05d}\n" for row in range(9000))
    with pytest.raises(FileRefused, match="never closed"):
        lists.take(f'Name,Phone\n"Ann,07700 900123\n{rows}')
    assert lists.contacts() == []


def test_it_reports_an_open_quotation_mark_that_swallows_some_lines(lists: Lists) -> None:
    swallowed = "".join(f"Name{row},07700 9{row:05d}\n" for row in range(20))
    report = lists.take(f'Name,Phone\nAnn,07700 900123\n"Ben,07700 900124\n{swallowed}"\nCat,07700 900125\n')
    assert [fault.line for fault in report.faults] == [3]
    assert "swallows the next" in report.faults[0].reason
    assert [contact.name for contact in lists.contacts()] == ["Ann", "Cat"]


def test_it_names_the_campaigns_when_it_does_not_know_one(lists: Lists) -> None:
    with pytest.raises(UnknownCampaign) as refused:
        lists.take("Name,Phone\nAnn,07700 900123\n", campaign="Energy swich")
    assert refused.value.known == ("Energy switch", "Boiler care")


# -- numbers


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("07700 900123", "+447700900123"),
        ("07700-900-123", "+447700900123"),
        ("+44 7700 900123", "+447700900123"),
        ("0044 7700 900123", "+447700900123"),
        ("+44 (0)20 7946 0958", "+442079460958"),
        ("(020) 7946 0958", "+442079460958"),
        ("020\u00a07946\u00a00958", "+442079460958"),
        ("\u202a+44 7700 900123\u202c", "+447700900123"),
        ("447700900123", "+447700900123"),
        ("447700900123.0", "+447700900123"),
        ("'07700900123", "+447700900123"),
        ("Tel: 020 7946 0958", "+442079460958"),
        ("01632 960123", "+441632960123"),
        ("+1 212 555 0123", "+12125550123"),
        ("٠٧٧٠٠ ٩٠٠١٢٣", "+447700900123"),
    ],
)
def test_it_reads_a_number_as_people_write_it(lists: Lists, written: str, number: str) -> None:
    assert lists.take(f"Name,Phone\nAnn,{written}\n").imported == 1
    assert lists.one().number == number


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("4.47701E+11", "a spreadsheet shortened the number"),
        ('"4,47701E+11"', "a spreadsheet shortened the number"),
        ("7700900123", "the number has lost its leading 0"),
        ("7700900123.0", "the number has lost its leading 0"),
        ("2079460958", "the number has lost its leading 0"),
        ("07700 9OO123", "the number has letters in it"),
        ("020 7946 0958 ext 12", "the number has an extension"),
        ("012", "the number is too short"),
        ("07700 900123 4567890", "the number is too long"),
        ("09098 790123", "a premium-rate number"),
        ("07999 999", "no such number is in use under +44"),
        ("+999 1234567", "that is not a telephone number"),
        ("n/a", "the row has no telephone number"),
        ("", "the row has no telephone number"),
    ],
)
def test_it_refuses_a_number_with_the_reason(lists: Lists, written: str, reason: str) -> None:
    report = lists.take(f"Name,Phone\nAnn,{written}\n")
    assert report.imported == 0
    ((line, found),) = reasons(report)
    assert (line, found.startswith(reason)) == (2, True), found


def test_it_keeps_every_number_of_a_person_in_order_and_by_kind(lists: Lists) -> None:
    lists.take("Name,Landline,Mobile,Work phone,Home tel\nAnn,020 7946 0001,07700 900123,0161 496 0001,0113 496 0001\n")
    assert [(number, kind) for _, number, kind in lists.numbers()] == [
        ("+442079460001", ""),
        ("+447700900123", "mobile"),
        ("+441614960001", "work"),
        ("+441134960001", "home"),
    ]
    assert lists.one().number == "+442079460001"


def test_it_reads_several_numbers_in_one_cell(lists: Lists) -> None:
    lists.take('Name,Phone\nAnn,"07700 900123 / 020 7946 0001"\n')
    assert [number for _, number, _ in lists.numbers()] == ["+447700900123", "+442079460001"]


def test_it_imports_a_row_with_one_good_number_and_remarks_on_the_bad_one(lists: Lists) -> None:
    report = lists.take("Name,Phone,Mobile\nAnn,020 7946 0001,4.47701E+11\n")
    assert (report.imported, report.faults) == (1, ())
    assert report.remarks[0].line == 2
    assert report.remarks[0].reason.startswith("Mobile: a spreadsheet shortened")


def test_it_reads_numbers_as_those_of_the_country_that_was_named(lists: Lists) -> None:
    lists.take("Name,Phone\nAnn,(212) 555-0123\n", country="US")
    assert (lists.one().number, lists.one().zones) == ("+12125550123", "America/New_York")


def test_it_reads_a_number_as_one_of_the_country_in_its_row(lists: Lists) -> None:
    lists.take("Name,Phone,Country\nAnn,(212) 555-0123,United States\n")
    assert lists.one().number == "+12125550123"


def test_it_refuses_a_country_that_does_not_exist(lists: Lists) -> None:
    with pytest.raises(FileRefused, match="is not a country"):
        lists.take("Name,Phone\nAnn,07700 900123\n", country="Atlantis")


# -- names, places, other columns


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",07700 900123,", "the row has no name"),
        ('" - ",07700 900123,', "the row has no name"),
        (f"{'A' * 200},07700 900123,", "the name is longer"),
        ("Ann,07700 900123,,,,more", "the row has 6 cells and the heading 3"),
    ],
)
def test_it_refuses_a_row_that_is_no_contact(lists: Lists, row: str, reason: str) -> None:
    ((_, found),) = reasons(lists.take(f"Name,Phone,Notes\n{row}\n"))
    assert found.startswith(reason)


@pytest.mark.parametrize(
    ("where", "places"),
    [
        ("Postcode:EH1 1AA", "GB-SCT"),
        ("Postcode:sw1a1aa", "GB-ENG"),
        ("Postcode:CF10", "GB-WLS"),
        ("Postcode:BT1 5GS", "GB-NIR"),
        ("Postcode:TD15 2AB", "GB-ENG GB-SCT"),
        ("Postcode:XX1 1AA", "GB"),
        ("Region:Northern Ireland", "GB-NIR"),
        ("Nation:scotland", "GB-SCT"),
        ("County:Kent", "GB"),
        ("Country:Wales", "GB-WLS"),
        ("Country:UK", "GB"),
        ("Postcode:JE2 3AB", "GB JE"),
    ],
)
def test_it_takes_the_nation_from_the_address_and_never_from_the_number(lists: Lists, where: str, places: str) -> None:
    heading, _, value = where.partition(":")
    lists.take(f"Name,Phone,{heading}\nAnn,0131 496 0123,{value}\n")
    assert (lists.one().places, "Europe/London" in lists.one().zones) == (places, True)


def test_it_keeps_every_place_that_address_and_number_point_to(lists: Lists) -> None:
    lists.take("Name,Phone,Country\nAnn,+44 7700 900123,Germany\n")
    assert lists.one().places == "DE GB"
    assert lists.one().zones == "Europe/Berlin Europe/Busingen Europe/London"


def test_it_keeps_both_zones_where_an_area_code_has_two(lists: Lists) -> None:
    lists.take("Name,Phone,State\nAnn,+1 850 555 0123,\nBen,+1 212 555 0123,CA\n")
    assert [contact.zones for contact in lists.contacts()] == [
        "America/Chicago America/New_York",
        "America/Los_Angeles America/New_York",
    ]


def test_it_trusts_a_zone_the_list_names_and_refuses_one_that_does_not_exist(lists: Lists) -> None:
    report = lists.take("Name,Phone,Time zone\nAnn,07700 900123,Europe/Madrid\nBen,07700 900124,Europe/Mardid\n")
    assert lists.one().zones == "Europe/Madrid"
    assert reasons(report) == [(3, '"Europe/Mardid" is not a time zone: write a name such as Europe/London')]


def test_it_reads_priorities_and_remarks_on_what_is_none(lists: Lists) -> None:
    report = lists.take("Name,Phone,Priority\nAnn,07700 900123,0\nBen,07700 900124,\nCat,07700 900125,urgent\n")
    assert [contact.priority for contact in lists.contacts()] == [0, 2, 2]
    assert [(remark.line, "priority" in remark.reason) for remark in report.remarks] == [(4, True)]


# -- who is who


def test_it_adds_nobody_twice_by_reference(lists: Lists) -> None:
    report = lists.take("Customer ID,Name,Phone\nA1,Ann,07700 900123\na1,Ann,07700 900123\n")
    assert (report.imported, report.duplicates_in_file) == (1, 1)


def test_it_adds_nobody_twice_by_folded_name_and_number(lists: Lists) -> None:
    report = lists.take("Name,Phone\nJosé Núñez,07700 900123\nJOSE  NUNEZ,+447700900123\n")
    assert (report.imported, report.duplicates_in_file) == (1, 1)


def test_it_keeps_two_people_at_one_number_and_counts_them(lists: Lists) -> None:
    report = lists.take("Name,Phone\nJoan,0117 496 0001\nPeter,01174960001\n")
    assert (report.imported, report.shared_numbers) == (2, 1)
    assert len({contact.person_id for contact in lists.contacts()}) == 2


def test_it_keeps_father_and_son_of_one_name_apart_by_reference(lists: Lists) -> None:
    report = lists.take("Reference,Name,Phone\nR1,John Lee,0117 496 0001\nR2,John Lee,0117 496 0001\n")
    assert report.imported == 2


def test_it_remarks_when_one_reference_has_two_names(lists: Lists) -> None:
    report = lists.take("Reference,Name,Phone\nR1,Ann Lee,0117 496 0001\nR1,Ben Lee,0117 496 0002\n")
    assert (report.imported, report.duplicates_in_file) == (1, 1)
    assert "another name" in report.remarks[0].reason


def test_it_gives_a_person_the_numbers_of_every_row(lists: Lists) -> None:
    lists.take("Reference,Name,Phone\nR1,Ann,07700 900123\nR1,Ann,020 7946 0001\n")
    lists.take("Reference,Name,Phone\nR1,Ann,0161 496 0001\n", campaign="Boiler care")
    assert [number for _, number, _ in lists.numbers()] == ["+447700900123", "+442079460001", "+441614960001"]
    assert [contact.number for contact in lists.contacts()] == ["+447700900123", "+447700900123"]


def test_it_knows_a_person_of_another_campaign_and_takes_them_into_this_one(lists: Lists) -> None:
    lists.take("Name,Phone\nAnn,07700 900123\n")
    report = lists.take("Customer ID,Name,Mobile\nA1,Ann,07700 900123\n", campaign="Boiler care")
    assert (report.imported, report.duplicates_in_database) == (1, 0)
    assert len({contact.person_id for contact in lists.contacts()}) == 1


def test_it_changes_nothing_when_a_file_is_imported_again(lists: Lists) -> None:
    text = "Name,Phone\nAnn,07700 900123\nBen,07700 900124\n"
    lists.take(text)
    before = [contact.model_dump() for contact in lists.contacts()]
    report = lists.take(text)
    assert (report.imported, report.duplicates_in_database) == (0, 2)
    assert [contact.model_dump() for contact in lists.contacts()] == before
    with lists.deps.unit_of_work(is_read_only=True) as uow:
        assert uow.session.exec(select(func.count()).select_from(ContactList)).one() == 1


def test_it_gives_a_person_without_a_number_left_a_new_one(lists: Lists) -> None:
    lists.take("Reference,Name,Phone\nR1,Ann,07700 900123\n")
    with lists.deps.unit_of_work() as uow:
        number = uow.session.exec(select(PersonNumber)).one()
        number.closed_at, number.closed_because = NOW, "not_in_service"
        contact = uow.session.exec(select(Contact)).one()
        contact.number = None
    redecide.redecide_all(lists.deps)
    assert lists.one().verdict is Verdict.HELD
    lists.take("Reference,Name,Phone\nR1,Ann,07700 900123\nR1,Ann,07700 900124\n")
    assert (lists.one().number, lists.one().verdict) == ("+447700900124", Verdict.CALLABLE)


# -- what is written


def test_it_decides_each_contact_as_deciding_it_again_would(lists: Lists) -> None:
    sample = Path(contact_lists.__file__).parents[1] / "cli" / "demo" / "leads.csv"
    report = import_contacts(lists.deps, sample, "Energy switch", "GB")
    before = [contact.model_dump() for contact in lists.contacts()]
    assert redecide.redecide_all(lists.deps) == report.imported
    assert [contact.model_dump() for contact in lists.contacts()] == before
    assert sum(count for _, count in report.by_verdict) == report.imported
    assert dict(report.by_verdict)[Verdict.CALLABLE] > 150


def test_it_suppresses_a_contact_whose_number_is_on_do_not_call(lists: Lists) -> None:
    with lists.deps.unit_of_work() as uow:
        uow.session.add(
            Suppression(organisation_id=1, number="+447700900123", source=SuppressionSource.REQUEST, since=NOW)
        )
    report = lists.take("Name,Phone\nAnn,07700 900123\nBen,07700 900124\n")
    assert [contact.verdict for contact in lists.contacts()] == [Verdict.SUPPRESSED, Verdict.CALLABLE]
    assert dict(report.by_verdict) == {Verdict.SUPPRESSED: 1, Verdict.CALLABLE: 1}


def test_it_reports_every_one_of_ten_thousand_faulty_rows_and_keeps_the_good(lists: Lists) -> None:
    told: list[tuple[int, int]] = []
    text = "Name,Phone\n" + "Ann,123\n" * 10_000 + "Ben,07700 900123\n"
    report = import_contacts(
        lists.deps, lists.write(text), "Energy switch", "", progress=lambda *done: told.append(done)
    )
    assert (report.rows, report.imported, len(report.faults)) == (10_001, 1, 10_000)
    assert told == [(5_000, 10_001), (10_000, 10_001), (10_001, 10_001)]


def test_it_writes_faulty_rows_so_that_they_can_be_corrected_and_imported(lists: Lists, tmp_path: Path) -> None:
    report = lists.take('Name,Notes,Phone\nZoë,"a\nb",4.47701E+11\nBen,,07700 900124\n')
    rejects = tmp_path / "rejects.csv"
    write_rejects(report, rejects)
    with rejects.open(encoding="utf-8-sig", newline="") as file:
        heading, row = list(csv.reader(file))
    assert heading == ["Name", "Notes", "Phone", "Line", "Why it was not imported"]
    assert (row[:4], row[4].startswith("a spreadsheet")) == (["Zoë", "a\nb", "4.47701E+11", "2"], True)
    rejects.write_text(
        rejects.read_text(encoding="utf-8-sig").replace("4.47701E+11", "07700 900123"), encoding="utf-8-sig"
    )
    again = import_contacts(lists.deps, rejects, "Energy switch", "")
    assert (again.imported, again.faults) == (1, ())


def test_it_refuses_to_write_rejects_where_it_cannot(lists: Lists, tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="could not be written"):
        write_rejects(lists.take("Name,Phone\nAnn,1\n"), tmp_path / "no" / "such" / "folder.csv")


def test_it_finishes_an_import_that_was_cut_short(lists: Lists, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contact_lists, "BATCH", 10)
    path = lists.write("Name,Phone\n" + "".join(f"Name{row},07700 900{row:03d}\n" for row in range(35)))

    def stop(done: int, _rows: int) -> None:
        if done == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_contacts(lists.deps, path, "Energy switch", "", progress=stop)
    assert [contact.verdict for contact in lists.contacts()] == [Verdict.CALLABLE] * 20
    report = import_contacts(lists.deps, path, "Energy switch", "")
    assert (report.imported, report.duplicates_in_database, len(lists.contacts())) == (15, 20, 35)


def test_it_rolls_back_a_batch_that_breaks_halfway(lists: Lists, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: object) -> set[int]:
        raise RuntimeError("the power went")

    monkeypatch.setattr("storage.queries.list_imports.people_in_campaign", break_down)
    with pytest.raises(RuntimeError):
        lists.take("Name,Phone\nAnn,07700 900123\n")
    assert (lists.contacts(), lists.numbers()) == ([], [])


def test_every_number_of_the_sample_list_is_reserved_for_drama(lists: Lists) -> None:
    from bot.services.list_numbers import RESERVED

    sample = Path(contact_lists.__file__).parents[1] / "cli" / "demo" / "leads.csv"
    report = import_contacts(lists.deps, sample, "Energy switch", "GB")
    assert (report.rows, report.duplicates_in_file, len(report.faults)) == (200, 3, 6)
    assert report.shared_numbers >= 3
    numbers = [number for _, number, _ in lists.numbers()]
    assert len(numbers) > 200
    assert all(RESERVED.fullmatch(number) for number in numbers)
    assert {"GB-ENG", "GB-SCT", "GB-WLS", "GB-NIR", "GB"} <= {contact.places for contact in lists.contacts()}


# -- what a list proves


MARKETING = CAMPAIGN.replace('purpose = "service"', 'purpose = "marketing"\nshows_number = true')
PROVED = ListProofs(Basis.LEGITIMATE_INTEREST, is_told_of_calls=True, tps_screened_on=NOW.date())


@pytest.fixture
def marketing(lists: Lists) -> Lists:
    file = lists.write(MARKETING.format("Offers"), "marketing.toml")
    setup.apply(lists.deps, setup.read_setup(file))
    return lists


def offer(lists: Lists, content: str, proofs: ListProofs = PROVED) -> list[tuple[str, Verdict]]:
    """Import for a marketing campaign; every contact's name and verdict, and the same after deciding again."""
    import_contacts(lists.deps, lists.write(content), "Offers", "", proofs=proofs)
    found = [(contact.name, contact.verdict) for contact in lists.contacts()]
    redecide.redecide_all(lists.deps)
    assert [(contact.name, contact.verdict) for contact in lists.contacts()] == found
    return found


def test_it_holds_marketing_contacts_without_screening_and_basis(marketing: Lists) -> None:
    assert offer(marketing, "Name,Phone\nAnn,07700 900123\n", ListProofs()) == [("Ann", Verdict.HELD)]


def test_it_lets_marketing_contacts_be_called_once_screened_and_with_a_basis(marketing: Lists) -> None:
    assert offer(marketing, "Name,Phone\nAnn,07700 900123\n") == [("Ann", Verdict.CALLABLE)]


def test_it_suppresses_those_whom_the_list_says_are_registered(marketing: Lists) -> None:
    found = offer(marketing, "Name,Phone,TPS\nAnn,07700 900123,N\nBen,07700 900124,Yes\nCat,07700 900125,\n")
    assert found == [("Ann", Verdict.CALLABLE), ("Ben", Verdict.SUPPRESSED), ("Cat", Verdict.CALLABLE)]


@pytest.mark.parametrize(
    ("screened", "verdict"),
    [
        ("2026-03-01", Verdict.CALLABLE),
        ("01/03/2026", Verdict.CALLABLE),
        ("1.3.2026", Verdict.CALLABLE),
        ("2026-01-01", Verdict.HELD),  # too old
        ("", Verdict.HELD),
        ("March", Verdict.HELD),
        ("2026-03-09", Verdict.HELD),  # to come
        ("2026-02-31", Verdict.HELD),
    ],
)
def test_it_takes_the_day_of_a_screening_from_the_row(marketing: Lists, screened: str, verdict: Verdict) -> None:
    proofs = ListProofs(Basis.LEGITIMATE_INTEREST, is_told_of_calls=True)
    text = f"Name,Phone,TPS,TPS screened on\nAnn,07700 900123,N,{screened}\n"
    assert offer(marketing, text, proofs) == [("Ann", verdict)]


def test_it_suppresses_a_registered_number_even_where_no_day_of_screening_is_known(marketing: Lists) -> None:
    found = offer(
        marketing, "Name,Phone,TPS\nAnn,07700 900123,Y\nBen,07700 900124,N\n", replace(PROVED, tps_screened_on=None)
    )
    assert found == [("Ann", Verdict.SUPPRESSED), ("Ben", Verdict.HELD)]


def test_it_remarks_on_a_screening_it_cannot_read(marketing: Lists) -> None:
    text = "Name,Phone,TPS,TPS date\nAnn,07700 900123,perhaps,2026-03-01\nBen,07700 900124,N,2026-12-01\n"
    report = import_contacts(marketing.deps, marketing.write(text), "Offers", "")
    assert [(remark.line, remark.reason) for remark in report.remarks] == [
        (2, 'its screening is not used: "perhaps" is neither yes nor no'),
        (3, "its screening lies in the future and is not used"),
    ]


def test_it_screens_a_business_line_against_the_other_register(marketing: Lists) -> None:
    offer(marketing, "Name,Phone,Line type\nAnn,07700 900123,business\nBen,07700 900124,\n")
    with marketing.deps.unit_of_work(is_read_only=True) as uow:
        found = uow.session.exec(select(Screening.number, Screening.register_name).order_by(Screening.number)).all()
    assert list(found) == [("+447700900123", "ctps"), ("+447700900124", "tps")]


def test_it_frees_contacts_when_the_list_is_imported_again_with_a_newer_screening(marketing: Lists) -> None:
    text = "Name,Phone\nAnn,07700 900123\n"
    stale = replace(PROVED, tps_screened_on=NOW.date() - timedelta(days=60))
    assert offer(marketing, text, stale) == [("Ann", Verdict.HELD)]
    assert offer(marketing, text) == [("Ann", Verdict.CALLABLE)]
    assert offer(marketing, text) == [("Ann", Verdict.CALLABLE)]
    with marketing.deps.unit_of_work(is_read_only=True) as uow:
        assert uow.session.exec(select(func.count()).select_from(Screening)).one() == 2


def test_it_frees_contacts_when_the_basis_is_named_later_and_keeps_it_when_it_is_not_named_again(
    marketing: Lists,
) -> None:
    text = "Name,Phone\nAnn,07700 900123\n"
    assert offer(marketing, text, ListProofs(tps_screened_on=NOW.date())) == [("Ann", Verdict.HELD)]
    assert offer(marketing, text) == [("Ann", Verdict.CALLABLE)]
    assert offer(marketing, text, ListProofs()) == [("Ann", Verdict.CALLABLE)]


def test_it_decides_contacts_of_other_lists_again_when_their_number_was_screened(marketing: Lists) -> None:
    assert (
        offer(marketing, "Name,Phone\nAnn,07700 900123\n", replace(PROVED, tps_screened_on=None))[0][1] is Verdict.HELD
    )
    marketing.take("Name,Phone,TPS,TPS date\nBob,07700 900123,N,2026-03-01\n")
    assert marketing.contacts()[0].verdict is Verdict.CALLABLE


def test_it_refuses_a_screening_that_lies_in_the_future(marketing: Lists) -> None:
    with pytest.raises(FileRefused, match="lies in the future"):
        offer(
            marketing, "Name,Phone\nAnn,07700 900123\n", replace(PROVED, tps_screened_on=NOW.date() + timedelta(days=1))
        )
