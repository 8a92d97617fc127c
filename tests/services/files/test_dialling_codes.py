"""A dialling code in a column of its own is a part of the number beside it."""

import pytest

from bot.services.answers.lists import Meaning
from bot.services.errors import FileRefused
from bot.services.files.bars import Doubts, bar_questions
from bot.services.files.columns import read_heading
from bot.services.files.number_list import open_numbers
from bot.services.files.table import open_list
from tests.services.import_stage import Lists, reasons


@pytest.mark.parametrize(
    ("heading", "code", "written", "number"),
    [
        ("phone_code", "49", "15123456701", "+4915123456701"),
        ("phone_code", "44", "7700900123", "+447700900123"),
        ("Phone Code", "1", "(212) 555-0123", "+12125550123"),
        ("Dial code", "+49", "030 23125907", "+493023125907"),
        ("Country calling code", "0049", "030 23125907", "+493023125907"),
        ("Country Code", "49", "15123456701", "+4915123456701"),
        ("Country code", "+49", "015123456701", "+4915123456701"),
        ("Country code", "0049", "15123456701", "+4915123456701"),
        ("Country code", "DE", "15123456701", "+4915123456701"),
        ("Phone Country Code", "49.0", "15123456701", "+4915123456701"),
        ("Phone 1 Country Code", "Germany (+49)", "15123456701", "+4915123456701"),
        ("Ländervorwahl", "+43", "0664 1234567", "+436641234567"),
        ("Indicatif", "+33", "612345678", "+33612345678"),
        ("Prefisso internazionale", "39", "340 1234567", "+393401234567"),
        ("Landnummer", "31", "0612345678", "+31612345678"),
        ("Prefijo", "+34", "612 345 678", "+34612345678"),
        ("phone_code", "49", "+44 7700 900123", "+447700900123"),
        ("phone_code", "", "07700 900123", "+447700900123"),
    ],
)
def test_a_national_number_is_read_with_the_code_beside_it(
    lists: Lists, heading: str, code: str, written: str, number: str
) -> None:
    report = lists.take(f'Name,{heading},Phone\nAnn,"{code}","{written}"\n')
    assert not report.faults
    assert [one for _, one, _ in lists.numbers()] == [number]


@pytest.mark.parametrize(
    ("heading", "code", "written", "country", "number"),
    [
        ("Vorwahl", "030", "23125911", "DE", "+493023125911"),
        ("Vorwahl", "30", "23125911", "DE", "+493023125911"),
        ("Vorwahl", "030", "030 23125911", "DE", "+493023125911"),
        ("Vorwahl", "+49", "0151 23456701", "GB", "+4915123456701"),
        ("Area Code", "212", "555-0123", "US", "+12125550123"),
        ("Area Code", "212", "2125550123", "US", "+12125550123"),
        ("Prefijo", "34", "612345678", "ES", "+34612345678"),
        ("Prefisso", "02", "12345678", "IT", "+390212345678"),
    ],
)
def test_a_number_is_read_with_the_area_code_beside_it(
    lists: Lists, heading: str, code: str, written: str, country: str, number: str
) -> None:
    lists.take(f"Name,{heading},Phone\nAnn,{code},{written}\n", country=country)
    assert [one for _, one, _ in lists.numbers()] == [number]


def test_a_heading_may_name_the_code_of_its_numbers(lists: Lists) -> None:
    rows = "Ann,030 23125907,\nBen,,07700 900123\nCat,+33 1 99 00 45 67,\n"
    lists.take(f"Name,Telefon (+49),Mobile +44\n{rows}", country="US")
    assert [one for _, one, _ in lists.numbers()] == ["+493023125907", "+447700900123", "+33199004567"]


def test_a_column_of_codes_below_an_unknown_heading_is_asked_about(lists: Lists) -> None:
    path = lists.write("Name,CC,Phone,Level\nAnn,+49,030 23125907,+1\nBen,,07700 900123,\nCat,0044,020 7946 0001,low\n")
    [asked] = open_list(path).questions
    assert (asked.heading, asked.answers[0], asked.cells) == ("CC", Meaning.DIALLING_CODE, ((2, "+49"),))
    assert '(line 2)): use it? Then add --map "CC=dialling_code"' in bar_questions([asked])
    with pytest.raises(FileRefused, match='column "CC" looks like dialling codes'):
        open_numbers(path, "GB")


def test_a_code_that_is_none_refuses_its_number_and_not_one_with_its_own(lists: Lists) -> None:
    rows = "Ann,999,7700 900123\nBen,999,+44 7700 900124\nCat,43,6641234567\n"
    report = lists.take(f"Name,Phone code,Phone\n{rows}", country="DE")
    assert [one for _, one, _ in lists.numbers()] == ["+447700900124", "+436641234567"]
    assert [line for line, _ in reasons(report)] == [2]
    report = lists.take("Name,Vorwahl,Telefon\nDan,43,6641234567\n", country="DE")
    assert reasons(report) == [(2, "the number may have +43 or not: write it with + or with its 0")]


def test_each_number_is_read_with_the_code_before_it(lists: Lists) -> None:
    heading = "Name,Phone Country Code,Phone,Mobile Country Code,Mobile"
    lists.take(f"{heading}\nAnn,49,030 23125907,44,7700 900123\nBen,,020 7946 0001,49,15123456701\n")
    assert [one for _, one, _ in lists.numbers()] == [
        "+493023125907", "+447700900123", "+442079460001", "+4915123456701",
    ]  # fmt: skip


def test_one_code_serves_every_number_of_its_row(lists: Lists) -> None:
    """VICIdial's: phone_code, phone_number and, further on, alt_phone."""
    lists.take("first_name,last_name,phone_code,phone_number,alt_phone\nAnn,Lee,49,3023125907,15123456701\n")
    assert [one for _, one, _ in lists.numbers()] == ["+493023125907", "+4915123456701"]


def test_a_dialling_code_under_country_code_is_no_address(lists: Lists) -> None:
    lists.take("Name,Phone,Country Code\nAnn,416 555 0123,1\nBen,07700 900123,44\n")
    assert [one.places for one in lists.contacts()] == ["CA", "GB"]
    report = lists.take("Name,Phone,Country Code,Country\nCat,7700 900124,44,Germany\nDan,7700 900125,999,GB\n")
    assert lists.contacts()[-1].places == "DE GB"
    assert [line for line, _ in reasons(report)] == [3]


def test_a_stop_of_a_row_at_fault_is_of_the_number_with_its_code(lists: Lists) -> None:
    lists.take("Name,phone_code,Phone,DNC\n,49,15123456701,yes\nAnn,49,15123456701,\n")
    assert [one.verdict for one in lists.contacts()] == ["suppressed"]


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("Contact-ID", ("1", "0")),
        ("Contact ID", ("1", "2", "17")),
        ("phone_code", ("1", "44")),
        ("Call count", ("0", "1", "7")),
        ("Calls made", ("0", "1", "12")),
        ("Telefon-ID", ("1", "0")),
        ("Contact No", ("1", "0")),
        ("Contact person", ("-", "--")),
    ],
)
def test_no_question_is_asked_of_ids_codes_and_counts(heading: str, cells: tuple[str, ...]) -> None:
    columns = read_heading(("Name", "Mobile", heading))
    doubts = Doubts(columns)
    for line, cell in enumerate(cells, 2):
        doubts.look(line, ["Ann", "07700 900123", cell])
    assert list(doubts.questions()) == []
