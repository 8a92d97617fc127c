"""Numbers as people write them, and every reason to refuse one."""

import pytest

from bot.services.errors import FileRefused
from bot.services.numbers.parsing import Unreadable, read_cell
from bot.services.numbers.plans import ListNumber
from tests.services.import_stage import Lists, reasons


@pytest.mark.long
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
        ("07700 9OO123", "the number has letters in it"),
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


@pytest.mark.parametrize(
    ("written", "country", "numbers"),
    [
        ("07700 900123;020 7946 0001", "GB", "+447700900123 +442079460001"),  # to the library, a number's extension
        ("07700 900123\n+44 (0) 20 7946 0001", "GB", "+447700900123 +442079460001"),
        ("+44 (0) 7700 900123/(020) 7946 0001", "GB", "+447700900123 +442079460001"),
        ("030/119342/01512.3415737", "DE", "+4930119342 +4915123415737"),
        ("612/35 08 58, 612 37 79 32", "ES", "+34612350858 +34612377932"),
        ("212397912", "IT", "+390212397912"),
    ],
)
def test_every_number_of_a_cell_is_read_alone(written: str, country: str, numbers: str) -> None:
    found = read_cell(written, country)
    assert " ".join(one.number for one in found if isinstance(one, ListNumber)) == numbers


def test_it_imports_a_row_with_one_good_number_and_remarks_on_the_bad_one(lists: Lists) -> None:
    report = lists.take("Name,Phone,Mobile\nAnn,020 7946 0001,4.47701E+11\n")
    assert (report.imported, report.faults) == (1, ())
    assert report.remarks[0].line == 2
    assert report.remarks[0].reason.startswith("Mobile: a spreadsheet shortened")


def test_it_reads_numbers_in_the_named_country(lists: Lists) -> None:
    lists.take("Name,Phone\nAnn,(212) 555-0123\n", country="US")
    assert (lists.one().number, lists.one().zones) == ("+12125550123", "America/New_York")


def test_it_reads_a_number_in_the_country_of_its_row(lists: Lists) -> None:
    lists.take("Name,Phone,Country\nAnn,(212) 555-0123,United States\n")
    assert lists.one().number == "+12125550123"


def test_it_refuses_a_country_that_does_not_exist(lists: Lists) -> None:
    with pytest.raises(FileRefused, match="is not a country"):
        lists.take("Name,Phone\nAnn,07700 900123\n", country="Atlantis")


@pytest.mark.parametrize(
    ("written", "country", "number"),
    [
        ("7700900123", "", "+447700900123"),
        ("7700900123.0", "", "+447700900123"),
        ("2079460958", "", "+442079460958"),
        ("15123456789", "Germany", "+4915123456789"),
        ("612345678", "FR", "+33612345678"),
    ],
)
def test_it_reads_a_national_number_that_lost_its_0(lists: Lists, written: str, country: str, number: str) -> None:
    lists.take(f"Name,Phone,Country\nAnn,{written},{country}\n")
    assert lists.one().number == number


@pytest.mark.parametrize(
    ("written", "country", "number"),
    [
        ("4915123456701", "DE", "+4915123456701"),
        ("491701234567", "DE", "+491701234567"),
        ("4917612345678", "DE", "+4917612345678"),
        ("49 151 23456704", "DE", "+4915123456704"),
        ("(49) 151-23456704", "DE", "+4915123456704"),
        ("493023125705", "DE", "+493023125705"),
        ("0049 151 23456704", "DE", "+4915123456704"),
        ("04921 123456", "DE", "+494921123456"),
        ("436641234567", "AT", "+436641234567"),
        ("46701234567", "SE", "+46701234567"),
        ("3921234567", "IT", "+393921234567"),
    ],
)
def test_a_number_with_the_countrys_code_and_no_plus_is_not_read_as_a_longer_one(
    written: str, country: str, number: str
) -> None:
    assert [one.number for one in read_cell(written, country) if isinstance(one, ListNumber)] == [number]


@pytest.mark.parametrize(
    ("written", "country", "numbers"),
    [("468123456", "SE", {"+468123456", "+46468123456"}), ("4921123456", "DE", {"+4921123456", "+494921123456"})],
)
def test_a_number_that_may_lack_its_plus_or_its_0_is_not_called_but_can_be_stopped_in_both_ways(
    written: str, country: str, numbers: set[str]
) -> None:
    found = read_cell(written, country)
    assert {one.well_formed for one in found if isinstance(one, Unreadable)} == numbers


def test_a_row_with_such_a_number_is_refused_with_the_reason(lists: Lists) -> None:
    report = lists.take("Name,Phone\nBo,468123456\n", country="SE")
    [(_, reason)] = reasons(report)
    assert (report.imported, "the number may have +46 or not: write it with +" in reason) == (0, True)


@pytest.mark.parametrize(
    ("written", "country", "number"),
    [
        ("493023125706.00", "DE", "+493023125706"),
        ("03023125707.00", "DE", "+493023125707"),
        ("3023125707,0", "DE", "+493023125707"),
        ("30231257,00", "DE", "+4930231257"),
        ("7700900123.0000", "GB", "+447700900123"),
        ("030 23125707.0", "DE", "+493023125707"),
        ("01.42.27.10.00", "FR", "+33142271000"),
        ("0207946.0000", "GB", "+442079460000"),
    ],
)
def test_the_decimals_of_a_spreadsheet_are_no_part_of_a_number(written: str, country: str, number: str) -> None:
    assert [one.number for one in read_cell(written, country) if isinstance(one, ListNumber)] == [number]


@pytest.mark.parametrize(
    ("written", "country", "first", "second"),
    [
        ("030 23125909 / -10", "DE", "+493023125909", "+493023125910"),
        ("030 23125911/12", "DE", "+493023125911", "+493023125912"),
        ("030/23125911/12", "DE", "+493023125911", "+493023125912"),
        ("0131 496 0123/4", "GB", "+441314960123", "+441314960124"),
    ],
)
def test_another_numbers_ending_is_no_part_of_a_number(written: str, country: str, first: str, second: str) -> None:
    number, ending = read_cell(written, country)
    assert isinstance(number, ListNumber)
    assert isinstance(ending, Unreadable)
    assert (number.number, ending.well_formed) == (first, second)


def test_a_row_with_another_numbers_ending_is_imported_with_a_remark(lists: Lists) -> None:
    report = lists.take("Name,Phone\nIda,030 23125909 / -10\n", country="DE")
    assert lists.one().number == "+493023125909"
    assert [one.reason for one in report.remarks] == ["the number is too short"]


@pytest.mark.parametrize(
    ("written", "country", "number"),
    [
        ("030/1234/567", "DE", "+49301234567"),
        ("030/231259/0", "DE", "+49302312590"),
        ("030 231259-10", "DE", "+493023125910"),
        ("01/42/27/10/00", "FR", "+33142271000"),
    ],
)
def test_a_part_of_a_number_is_no_other_numbers_ending(written: str, country: str, number: str) -> None:
    assert [one.number for one in read_cell(written, country) if isinstance(one, ListNumber)] == [number]


@pytest.mark.parametrize(
    ("written", "country", "numbers"),
    [
        ("340/1234567 - 02/12345607", "IT", "+393401234567 +390212345607"),
        ("030 23125907 - 0151 23456704", "DE", "+493023125907 +4915123456704"),
        ("030/23125907 – 0151/23456704", "DE", "+493023125907 +4915123456704"),
        ("020 7946 0958 - 07700 900123", "GB", "+442079460958 +447700900123"),
        ("030 - 23125907", "DE", "+493023125907"),
        ("0151 - 2345 - 6704", "DE", "+4915123456704"),
        ("+49 - 30 - 23125907", "DE", "+493023125907"),
    ],
)
def test_a_hyphen_between_blanks_divides_only_whole_numbers(written: str, country: str, numbers: str) -> None:
    found = read_cell(written, country)
    assert " ".join(one.number for one in found if isinstance(one, ListNumber)) == numbers


@pytest.mark.parametrize(
    "written",
    [
        "Phone:020 7946 0181 Fax:020 7946 0182",
        "020 7946 0181; 020 7946 0182 (fax)",
        "Telefax: 020 7946 0182, Tel: 020 7946 0181",
    ],
)
def test_a_number_that_its_cell_calls_a_fax_is_not_called(lists: Lists, written: str) -> None:
    report = lists.take(f'Name,Phone\nAnn,"{written}"\n')
    assert [number for _, number, _ in lists.numbers()] == ["+442079460181"]
    assert report.remarks == ()


@pytest.mark.parametrize("written", ["Fax: 020 7946 0187", "07700 900707 (fax)"])
def test_a_row_with_a_fax_alone_has_no_telephone_number(lists: Lists, written: str) -> None:
    assert reasons(lists.take(f"Name,Phone\nGus,{written}\n")) == [(2, "the row has no telephone number")]


@pytest.mark.parametrize("said", ["(wrong number)", "(disconnected)", "(ungültig)"])
def test_a_number_that_its_cell_says_is_out_of_use_is_not_called(lists: Lists, said: str) -> None:
    report = lists.take(f"Name,Phone\nCat,07700 900703 {said}\nEve,07700 900705 (ex-husband)\n")
    assert [number for _, number, _ in lists.numbers()] == ["+447700900705"]
    assert reasons(report) == [(2, "the file says that this number is invalid")]


@pytest.mark.parametrize(
    ("written", "country", "numbers"),
    [
        ("030 23125911 - 12", "DE", "+493023125911"),
        ("030 23125911-12", "DE", "+493023125911"),
        ("030/23125911 – 12", "DE", "+493023125911"),
        ("+49 30 23125911 - 12", "DE", "+493023125911"),
        ("030/23125911-0", "DE", "+493023125911"),
        ("030 23125911-100", "DE", "+493023125911"),
        ("0131 496 0123 - 4", "GB", "+441314960123"),
        ("(212) 555-0123 - 4", "US", "+12125550123"),
        ("030 23125911 -12/-13", "DE", "+493023125911"),
        ("340 1234567-8", "IT", "+393401234567"),
        ("02 12345678-9", "IT", "+390212345678"),
        ("+39 340 1234567-8", "DE", "+393401234567"),
        ("030 231259-0", "DE", "+49302312590"),
        ("030 231259-10", "DE", "+493023125910"),
        ("0176 1234567-8", "DE", "+4917612345678"),
        ("0664 123 45 - 67", "AT", "+436641234567"),
        ("01 42 27 10 - 00", "FR", "+33142271000"),
        ("020 7946 095-8", "GB", "+442079460958"),
    ],
)
def test_a_short_ending_behind_a_whole_number_makes_it_no_other(written: str, country: str, numbers: str) -> None:
    found = read_cell(written, country)
    assert " ".join(one.number for one in found if isinstance(one, ListNumber)) == numbers


def test_an_ending_that_may_be_an_extension_is_kept_or_remarked_upon(lists: Lists) -> None:
    report = lists.take("Name,Phone\nAnn,030/23125911-0\nBen,030 23125913 - 14\n", country="DE")
    assert [number for _, number, _ in lists.numbers()] == ["+493023125911", "+493023125913"]
    assert [(one.line, one.reason) for one in report.remarks] == [(3, "the number is too short")]
