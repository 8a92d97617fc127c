"""Rows: names, places, zones, priorities."""

from random import Random
from string import ascii_letters

import pytest

from tests.services.import_stage import Lists, reasons


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",07700 900123,", "the row has no name"),
        ('" - ",07700 900123,', "the row has no name"),
        (f"{'A' * 200},07700 900123,", "the name is longer"),
        ("Ann,07700 900123,,,,more", "the row has 6 cells and the heading 3"),
    ],
)
def test_it_refuses_an_invalid_row(lists: Lists, row: str, reason: str) -> None:
    ((_, found),) = reasons(lists.take(f"Name,Phone,Notes\n{row}\n"))
    assert found.startswith(reason)


@pytest.mark.long
@pytest.mark.both_engines
def test_a_reference_too_long_for_the_index_is_a_faulty_row(lists: Lists) -> None:
    """PostgreSQL would abort the import. One repeated character compresses well, so the text is varied."""
    letters, number = Random(1), iter(range(900_123, 900_126))
    rows = [("".join(letters.choices(ascii_letters, k=many)), f"07700 {next(number)}") for many in (200, 201, 100_000)]
    report = lists.take("Reference,Name,Phone\n" + "".join(f"{key},Ann,{phone}\n" for key, phone in rows))
    says = "the reference is longer than 200 characters: columns may be shifted"
    assert (report.imported, reasons(report)) == (1, [(3, says), (4, says)])


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("WIRELESS CALLER 07700900123", "WIRELESS CALLER"),
        ("Ann Lee (020 7946 0001)", "Ann Lee"),
        ("1234567 Alberta Ltd", "1234567 Alberta Ltd"),
    ],
)
def test_a_name_shows_no_telephone_number_before_call(lists: Lists, written: str, name: str) -> None:
    report = lists.take(f"Name,Phone\n{written},07700 900123\n")
    assert lists.one().name == name
    assert bool(report.remarks) is (written != name)


@pytest.mark.parametrize("written", ["07700 900123", "+44 7700 900123", "(020) 7946-0001"])
def test_a_number_is_no_name(lists: Lists, written: str) -> None:
    report = lists.take(f"Name,Phone\n{written},07700 900123\n")
    assert reasons(report) == [(2, "the row has no name: the agent must know whom to ask for")]


@pytest.mark.long
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


def test_it_stores_every_place_that_address_and_number_point_to(lists: Lists) -> None:
    lists.take("Name,Phone,Country\nAnn,+44 7700 900123,Germany\n")
    assert lists.one().places == "DE GB"
    assert lists.one().zones == "Europe/Berlin Europe/Busingen Europe/London"


@pytest.mark.long
@pytest.mark.parametrize(
    ("phone", "places"),
    [
        ("+1 203 555 0123", "US-CT US-OH"),
        ("+1 305 555 0123", "US-FL US-OH"),
        ("+1 410 555 0123", "US-MD US-OH"),
        ("+1 918 555 0123", "US-OH US-OK"),
        ("+1 843 555 0123", "US-OH US-SC"),
        ("+1 804 555 0123", "US-OH US-VA"),
        ("+1 212 555 0123", "US-OH"),
        ("+1 203 555 0123/+1 804 555 0123", "US-CT US-OH US-VA"),
    ],
)
def test_it_adds_the_area_codes_state_where_its_law_applies_by_area_code(lists: Lists, phone: str, places: str) -> None:
    first, _, second = phone.partition("/")
    lists.take(f"Name,Phone,Mobile,State\nAnn,{first},{second},OH\n")
    assert lists.one().places == places
    assert "America/New_York" in lists.one().zones


def test_every_state_stays_possible_where_none_is_named(lists: Lists) -> None:
    lists.take("Name,Phone\nAnn,+1 203 555 0123\n")
    assert lists.one().places == "US"


@pytest.mark.parametrize("written", ["+1 800 356 9377", "(888) 356-9377"])
def test_a_toll_free_number_shows_no_place_so_its_person_is_held_until_one_is_named(lists: Lists, written: str) -> None:
    report = lists.take(f"Name,Phone\nAnn,{written}\n", country="US")
    assert (lists.one().places, lists.one().zones) == ("", "")
    assert lists.one().because == "The place the person may be in is not known"
    assert [one.reason.partition(",")[0] for one in report.remarks] == ["no place is known"]


@pytest.mark.parametrize(
    ("address", "places", "zones"),
    [
        ("USA,AZ", "US-AZ", "America/Denver America/Phoenix"),
        (",AZ", "US-AZ", "America/Denver America/Phoenix"),
        (",Alberta", "CA-AB", "America/Edmonton"),
        ("Canada,Alberta", "CA-AB", "America/Edmonton"),
    ],
)
def test_the_address_alone_places_a_toll_free_number(lists: Lists, address: str, places: str, zones: str) -> None:
    report = lists.take(f"Name,Phone,Country,State\nAnn,+1 800 356 9377,{address}\n")
    assert (lists.one().places, lists.one().zones) == (places, zones)
    assert report.remarks == ()


@pytest.mark.long
@pytest.mark.parametrize(
    ("address", "places", "zones"),
    [
        ("US,,80202", "US-CO", "America/Denver America/New_York"),
        (",,80202-1234", "US-CO", "America/Denver America/New_York"),
        ("US,,2139", "US-MA", "America/New_York"),  # a spreadsheet dropped its first 0
        ("US,,42223", "US-KY US-TN", "America/Chicago America/New_York"),
        ("US,TN,42223", "US-TN", "America/Chicago America/New_York"),
        ("US,NY,80202", "US-CO US-NY", "America/Denver America/New_York"),
    ],
)
def test_a_zip_code_names_the_state(lists: Lists, address: str, places: str, zones: str) -> None:
    lists.take(f"Name,Phone,Country,State,Zip\nAnn,+1 212 555 0123,{address}\n")
    assert (lists.one().places, lists.one().zones) == (places, zones)


@pytest.mark.parametrize("code", ["00901", "96799", "999999"])  # Puerto Rico and Samoa are no states
def test_a_zip_code_that_names_no_state_leaves_every_state_and_clock(lists: Lists, code: str) -> None:
    lists.take(f"Name,Phone,Country,State,Zip\nAnn,+1 212 555 0123,US,,{code}\n")
    assert lists.one().places == "US"
    assert {"America/New_York", "Pacific/Honolulu", "America/Adak"} <= set(lists.one().zones.split())


@pytest.mark.long
@pytest.mark.parametrize(
    ("code", "places"), [("V6B 1A1", "CA-BC"), ("k1a0b1", "CA-ON CA-QC"), ("X0A", "CA-NT CA-NU"), ("80202", "CA")]
)
def test_a_canadian_postal_code_names_the_province(lists: Lists, code: str, places: str) -> None:
    lists.take(f"Name,Phone,Country,Postal code\nAnn,+1 416 555 0123,Canada,{code}\n")
    assert lists.one().places == places


def test_a_german_postcode_is_no_zip_code(lists: Lists) -> None:
    lists.take("Name;Telefon;PLZ\nAnn;030 1234567;80202\n", country="DE")
    assert lists.one().places == "DE"


@pytest.mark.long
@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("GBR", "GB"),
        ("United Kingdom of Great Britain and Northern Ireland", "GB"),
        ("Etats-Unis", "US"),
        ("Verenigde Staten", "US"),
        ("Netherlands, The", "NL"),
        ("DEU", "DE"),
        ("Belgique/België", "BE"),
        ("Osterreich", "AT"),
    ],
)
def test_it_reads_a_country_as_systems_and_people_write_it(lists: Lists, written: str, place: str) -> None:
    lists.take(f'Name,Phone,Country\nAnn,+44 7700 900123,"{written}"\n')
    assert place in lists.one().places.split()


@pytest.mark.parametrize("written", ["GMT", "EST", "UTC", "Etc/GMT+5"])
def test_a_zone_without_summer_time_is_not_taken_for_the_persons(lists: Lists, written: str) -> None:
    """A list that says EST in July means New York, whose clock is an hour ahead of EST."""
    report = lists.take(f"Name,Phone,Time zone\nAnn,+1 212 555 0123,{written}\n")
    assert lists.one().zones == "America/New_York"
    assert [one.reason.partition(":")[0] for one in report.remarks] == [
        f'"{written}" is a time zone without summer time'
    ]


def test_it_keeps_both_zones_where_an_area_code_has_two(lists: Lists) -> None:
    lists.take("Name,Phone,State\nAnn,+1 850 555 0123,\nBen,+1 212 555 0123,CA\n")
    assert [contact.zones for contact in lists.contacts()] == [
        "America/Chicago America/New_York",
        "America/Los_Angeles America/New_York",
    ]


@pytest.mark.parametrize(
    "written", ["Europe/Madrid", "europe/madrid", "europe_slash_madrid", "EUROPE / MADRID", "UTC +01:00 Europe Madrid"]
)
def test_a_zone_that_the_list_names_counts_beside_the_numbers_own(lists: Lists, written: str) -> None:
    report = lists.take(f"Name,Phone,Time zone\nAnn,07700 900123,{written}\n")
    assert (lists.one().zones, report.remarks) == ("Europe/London Europe/Madrid", ())


def test_a_french_mobile_and_a_landline_of_one_address_are_told_apart(lists: Lists) -> None:
    lists.take("Name,Phone,Country,Postcode\nAnn,+33612345678,FR,97400\nBen,+33145678901,FR,97400\n")
    assert [one.zones for one in lists.contacts()] == ["Indian/Reunion", "Europe/Paris Indian/Reunion"]


def test_a_zone_that_does_not_exist_costs_a_remark_and_the_number_decides(lists: Lists) -> None:
    report = lists.take("Name,Phone,Time zone\nBen,07700 900124,Europe/Mardid\n")
    assert [(one.line, one.reason) for one in report.remarks] == [
        (
            2,
            '"Europe/Mardid" is not a time zone: write a name such as Europe/London; address and number decide',
        )
    ]
    assert lists.one().zones == "Europe/London"


def test_a_country_that_cannot_be_read_costs_the_row_only_if_its_number_needs_one(lists: Lists) -> None:
    report = lists.take("Name,Phone,Country\nAnn,+33 6 12 34 56 78,Frnce\nBen,07700 900124,Frnce\n")
    told = '"Frnce" is not a country: write its name or its two letters, such as GB'
    assert reasons(report) == [(3, told)]
    assert [one.reason for one in report.remarks] == [f"{told}; the number decides"]
    assert (lists.one().number, lists.one().places) == ("+33612345678", "FR")


INVALID = "Name,Phone,Mobile,Invalid number\n"


@pytest.mark.parametrize("flag", ["yes", "1", "x", "since May"])
def test_a_number_that_its_own_system_calls_invalid_is_not_called(lists: Lists, flag: str) -> None:
    report = lists.take(f"{INVALID}Ann,020 7946 0001,07700 900123,{flag}\nBen,020 7946 0002,,{flag}\n")
    assert [number for _, number, _ in lists.numbers()] == ["+447700900123"]
    assert reasons(report) == [(3, "Phone: the file says that this number is invalid")]
    assert [(one.line, one.reason) for one in report.remarks] == [
        (2, "Phone: the file says that this number is invalid")
    ]


@pytest.mark.parametrize("flag", ["", "no", "0", "FALSE"])
def test_any_other_number_is(lists: Lists, flag: str) -> None:
    report = lists.take(f"{INVALID}Ann,020 7946 0001,07700 900123,{flag}\n")
    assert [number for _, number, _ in lists.numbers()] == ["+442079460001", "+447700900123"]
    assert report.remarks == ()


@pytest.mark.parametrize(
    "heading",
    [
        "phoneNumberIsInvalid", "Telefonnummer ist ungültig", "Numéro de téléphone invalide",
        "El número de teléfono no es válido", "Il Numero di Telefono non è valido", "Telefoonnummer is ongeldig",
    ],
)  # fmt: skip
def test_each_language_of_a_crm_says_that_a_number_is_invalid(lists: Lists, heading: str) -> None:
    report = lists.take(f"Name,Phone,{heading}\nAnn,07700 900123,1\nBen,07700 900124,0\n")
    assert (report.imported, [line for line, _ in reasons(report)]) == (1, [2])


def test_it_reads_priorities_and_remarks_on_invalid_ones(lists: Lists) -> None:
    report = lists.take("Name,Phone,Priority\nAnn,07700 900123,0\nBen,07700 900124,\nCat,07700 900125,urgent\n")
    assert [contact.priority for contact in lists.contacts()] == [0, 2, 2]
    assert [(remark.line, "priority" in remark.reason) for remark in report.remarks] == [(4, True)]
