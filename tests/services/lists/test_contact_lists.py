"""Who is the same person, what is written, and that nothing is lost or half-done."""

import csv
from codecs import BOM_UTF8
from pathlib import Path

import pytest
from sqlmodel import func, select

from bot.services.deciding import walk
from bot.services.errors import FileRefused
from bot.services.files.row_faults import write_rejects
from bot.services.lists import importing
from bot.services.lists.importing import ListOrder, import_contacts
from policy import SuppressionSource, Verdict
from storage.models import Contact, ContactList, PersonNumber, Suppression
from tests.services.import_stage import NOW, Lists

pytestmark = pytest.mark.both_engines

# -- same person or not


def test_it_adds_no_person_twice_by_reference(lists: Lists) -> None:
    report = lists.take("Customer ID,Name,Phone\nA1,Ann,07700 900123\na1,Ann,07700 900123\n")
    assert (report.imported, report.duplicates_in_file) == (1, 1)


def test_it_adds_no_person_twice_by_folded_name_and_number(lists: Lists) -> None:
    report = lists.take("Name,Phone\nJosé Núñez,07700 900123\nJOSE  NUNEZ,+447700900123\n")
    assert (report.imported, report.duplicates_in_file) == (1, 1)


def test_it_keeps_two_people_at_one_number_and_counts_them(lists: Lists) -> None:
    report = lists.take("Name,Phone\nJoan,0117 496 0001\nPeter,01174960001\n")
    assert (report.imported, report.shared_numbers) == (2, 1)
    assert len({contact.person_id for contact in lists.contacts()}) == 2


def test_it_tells_father_and_son_of_one_name_apart_by_reference(lists: Lists) -> None:
    report = lists.take("Reference,Name,Phone\nR1,John Lee,0117 496 0001\nR2,John Lee,0117 496 0001\n")
    assert report.imported == 2


def test_it_remarks_on_a_reference_with_two_names(lists: Lists) -> None:
    report = lists.take("Reference,Name,Phone\nR1,Ann Lee,0117 496 0001\nR1,Ben Lee,0117 496 0002\n")
    assert (report.imported, report.duplicates_in_file) == (1, 1)
    assert "another name" in report.remarks[0].reason


def test_it_gives_a_person_the_numbers_of_every_row(lists: Lists) -> None:
    lists.take("Reference,Name,Phone\nR1,Ann,07700 900123\nR1,Ann,020 7946 0001\n")
    lists.take("Reference,Name,Phone\nR1,Ann,0161 496 0001\n", campaign="Boiler care")
    assert [number for _, number, _ in lists.numbers()] == ["+447700900123", "+442079460001", "+441614960001"]
    assert [contact.number for contact in lists.contacts()] == ["+447700900123", "+447700900123"]


def test_it_recognises_a_person_of_another_campaign_and_adds_them_to_this_one(lists: Lists) -> None:
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
    walk.redecide_all(lists.deps)
    assert lists.one().verdict is Verdict.HELD
    lists.take("Reference,Name,Phone\nR1,Ann,07700 900123\nR1,Ann,07700 900124\n")
    assert (lists.one().number, lists.one().verdict) == ("+447700900124", Verdict.CALLABLE)


# -- what is written


def test_its_first_decisions_equal_a_redecision(lists: Lists) -> None:
    sample = Path(importing.__file__).parents[2] / "cli" / "demo" / "leads.csv"
    report = import_contacts(lists.deps, ListOrder(sample, "Energy switch", "GB"))
    before = [contact.model_dump() for contact in lists.contacts()]
    assert walk.redecide_all(lists.deps) == report.imported
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


@pytest.mark.long
def test_it_reports_every_one_of_ten_thousand_faulty_rows_and_keeps_the_good(lists: Lists) -> None:
    told: list[tuple[int, int]] = []
    text = "Name,Phone\n" + "Ann,123\n" * 10_000 + "Ben,07700 900123\n"
    report = import_contacts(lists.deps, ListOrder(lists.write(text), "Energy switch"), lambda *done: told.append(done))
    assert (report.rows, report.imported, len(report.faults)) == (10_001, 1, 10_000)
    assert told == sorted(told)
    assert (told[-1], len(told) > 4) == ((10_001, 10_001), True)


def test_it_writes_faulty_rows_so_that_they_can_be_corrected_and_imported(lists: Lists, tmp_path: Path) -> None:
    report = lists.take('Name,Notes,Phone\nZoë,"a\nb",4.47701E+11\nBen,,07700 900124\n')
    rejects = tmp_path / "rejects.csv"
    write_rejects(report, rejects)
    assert rejects.read_bytes().startswith(BOM_UTF8), "without it a spreadsheet shows ZoÃ«"
    with rejects.open(encoding="utf-8-sig", newline="") as file:
        heading, row = list(csv.reader(file))
    assert heading == ["Name", "Notes", "Phone", "Line", "Why it was not imported"]
    assert (row[:4], row[4].startswith("a spreadsheet")) == (["Zoë", "a\nb", "4.47701E+11", "2"], True)
    rejects.write_text(
        rejects.read_text(encoding="utf-8-sig").replace("4.47701E+11", "07700 900123"), encoding="utf-8-sig"
    )
    again = import_contacts(lists.deps, ListOrder(rejects, "Energy switch"))
    assert (again.imported, again.faults) == (1, ())


def test_it_refuses_a_place_where_rejects_cannot_be_written(lists: Lists, tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="could not be written"):
        write_rejects(lists.take("Name,Phone\nAnn,1\n"), tmp_path / "no" / "such" / "folder.csv")


def test_it_finishes_an_import_that_was_cut_short(lists: Lists, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH", 10)
    path = lists.write("Name,Phone\n" + "".join(f"Name{row},07700 900{row:03d}\n" for row in range(35)))

    def stop(done: int, _rows: int) -> None:
        if done == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_contacts(lists.deps, ListOrder(path, "Energy switch"), stop)
    assert [contact.verdict for contact in lists.contacts()] == [Verdict.CALLABLE] * 20
    report = import_contacts(lists.deps, ListOrder(path, "Energy switch"))
    assert (report.imported, report.duplicates_in_database, len(lists.contacts())) == (15, 20, 35)


def test_it_rolls_back_a_batch_that_breaks_halfway(lists: Lists, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: object) -> set[int]:
        raise RuntimeError("the power went")

    monkeypatch.setattr("storage.queries.list_imports.people_in_campaign", break_down)
    with pytest.raises(RuntimeError):
        lists.take("Name,Phone\nAnn,07700 900123\n")
    assert (lists.contacts(), lists.numbers()) == ([], [])


def test_every_number_of_the_sample_list_is_reserved_for_drama(lists: Lists) -> None:
    from bot.services.numbers.plans import RESERVED

    sample = Path(importing.__file__).parents[2] / "cli" / "demo" / "leads.csv"
    report = import_contacts(lists.deps, ListOrder(sample, "Energy switch", "GB"))
    assert (report.rows, report.duplicates_in_file, len(report.faults)) == (200, 3, 6)
    assert report.shared_numbers >= 3
    numbers = [number for _, number, _ in lists.numbers()]
    assert len(numbers) > 200
    assert all(RESERVED.fullmatch(number) for number in numbers)
    assert {"GB-ENG", "GB-SCT", "GB-WLS", "GB-NIR", "GB"} <= {contact.places for contact in lists.contacts()}
