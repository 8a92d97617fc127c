"""Rows taken for one person leave a statement: why, when, by which file and line. What merges nothing leaves none."""

import pytest
from sqlmodel import col, select

from storage.models import PersonMerge
from tests.services.import_stage import Lists

pytestmark = pytest.mark.both_engines


def merges(lists: Lists) -> list[PersonMerge]:
    with lists.deps.unit_of_work(is_read_only=True) as uow:
        return list(uow.session.exec(select(PersonMerge).order_by(col(PersonMerge.id))))


def test_a_row_that_brings_a_number_says_by_which_reference_and_line(lists: Lists) -> None:
    lists.take("Reference,Name,Phone\nR1,Ann,07700 900123\nR2,Bo,07700 900124\nr1,Ann,020 7946 0001\n")
    (one,) = merges(lists)
    assert (one.why, one.reference, one.name, one.source, one.line, one.earlier_line) == (
        *("reference", "r1", "Ann", "leads.csv", 4, 2),
    )
    assert (one.numbers, one.brought, one.contact_id) == ("+442079460001", "+442079460001", None)
    assert one.merged_at == lists.deps.clock()


def test_a_contact_of_another_campaign_says_that_name_and_number_agree(lists: Lists) -> None:
    lists.take("Name,Phone\nAnn,07700 900123\n")
    report = lists.take("Customer ID,Name,Phone\nA1,ANN,07700 900123\n", campaign="Boiler care")
    (one,) = merges(lists)
    first, second = lists.contacts()
    assert first.person_id == second.person_id == one.person_id
    assert (one.why, one.reference, one.contact_id, one.brought) == ("name_and_number", "A1", second.id, "")
    assert (one.line, one.earlier_line) == (2, 0)
    assert report.known_elsewhere == 1


def test_a_reference_with_another_name_is_seen(lists: Lists) -> None:
    lists.take("Reference,Name,Phone\n1001,Ann Lee,0117 496 0001\n")
    lists.take("Reference,Name,Phone\n1001,Ben Kay,0117 496 0002\n", campaign="Boiler care")
    (one,) = merges(lists)
    assert (one.why, one.name, one.brought) == ("reference", "Ben Kay", "+441174960002")


@pytest.mark.long
@pytest.mark.parametrize("campaign", ["Energy switch", "Boiler care"])
def test_the_same_rows_again_merge_nothing_more(lists: Lists, campaign: str) -> None:
    rows = "Reference,Name,Phone\nR1,Ann,07700 900123\nR1,Anna,020 7946 0001\nR1,Ann,07700 900123\n"
    for _ in range(3):
        lists.take(rows)
    assert [one.line for one in merges(lists)] == [3]
    for _ in range(3):
        lists.take(rows, campaign=campaign)
    here = merges(lists)[1:]
    assert [one.line for one in here] == ([] if campaign == "Energy switch" else [2, 3])


def test_two_people_at_one_number_are_not_merged(lists: Lists) -> None:
    lists.take("Name,Phone\nJoan,0117 496 0001\nPeter,01174960001\n")
    lists.take("Name,Phone\nPaul,0117 496 0001\n", campaign="Boiler care")
    assert merges(lists) == []
    assert len({one.person_id for one in lists.contacts()}) == 3


def test_which_row_said_stop_is_on_record(lists: Lists) -> None:
    lists.take("Reference,Name,Phone,Do not call\nR1,Ann,07700 900123,\nR1,Ben,020 7946 0001,yes\n")
    lists.take("Reference,Name,Phone,Do not call\nR1,Ann,07700 900123,yes\nR1,Ben,020 7946 0001,yes\n")
    lists.take("Reference,Name,Phone,Do not call\nR1,Ann,07700 900123,yes\nR1,Ben,020 7946 0001,\n")
    assert [one.says for one in merges(lists)] == ["alone", "together"]


def test_a_reference_brought_by_name_and_number_is_the_persons_from_then_on(lists: Lists) -> None:
    lists.take("Name,Phone\nBo Day,0117 496 0001\n")
    lists.take("Reference,Name,Phone\nB7,Bo Day,0117 496 0001\n", campaign="Boiler care")
    lists.take("Reference,Name,Phone\nB7,Bo Day,07700 900555\n")
    assert len({one.person_id for one in lists.contacts()}) == 1
    assert [number for _, number, _ in lists.numbers()] == ["+441174960001", "+447700900555"]
    assert [one.why for one in merges(lists)] == ["name_and_number", "reference"]


def test_a_second_reference_at_the_number_is_another_person(lists: Lists) -> None:
    """Father and son, of whom an earlier list knew one, without a reference."""
    lists.take("Name,Phone\nJohn Lee,0117 496 0001\n")
    rows = "Reference,Name,Phone\nR1,John Lee,0117 496 0001\nR2,John Lee,0117 496 0001\n"
    assert lists.take(rows, campaign="Boiler care").imported == 2
    assert lists.take(rows, campaign="Boiler care").imported == 0
    assert len({one.person_id for one in lists.contacts()}) == 2


def test_a_reference_and_a_row_without_one_in_one_file(lists: Lists) -> None:
    report = lists.take(
        "Reference,Name,Phone\n,Bo Day,0117 496 0001\nB7,Bo Day,0117 496 0001\nB7,Bo Day,07700 900555\n"
    )
    assert (report.imported, report.duplicates_in_file) == (1, 2)


def test_another_name_under_a_known_reference_is_remarked_on_once(lists: Lists) -> None:
    lists.take("Reference,Name,Phone\n1001,Ann Lee,0117 496 0001\n")
    other = "Reference,Name,Phone\n1001,Ben Kay,0117 496 0002\n"
    (remark,) = lists.take(other, campaign="Boiler care").remarks
    assert remark.reason == "taken for a person already known, who has the same reference and another name"
    assert lists.take(other, campaign="Boiler care").remarks == ()
