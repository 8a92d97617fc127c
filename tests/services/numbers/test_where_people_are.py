"""Where a row says a person is: overseas France, the islands of Spain, states, provinces, codes, and what
contradicts."""

from typing import Any

import pytest

from bot.services.numbers.parsing import whereabouts_at
from bot.services.numbers.places import Address, all_zones_of

PARIS, MOBILE = "+33145678901", "+33612345678"
MADRID, SPANISH_MOBILE = "+34911234567", "+34612345678"
SYDNEY, AUSTRALIAN_MOBILE = "+61290001234", "+61412345678"
NEW_YORK, TORONTO = "+12125550123", "+14165550123"
CANARY = ("Atlantic/Canary",)


def found(*numbers: str, **address: Any) -> tuple[str, tuple[str, ...]]:
    where = whereabouts_at(Address(**address), numbers)
    return " ".join(where.places), where.zones


@pytest.mark.parametrize(
    ("postcode", "place", "zone"),
    [
        ("97110", "GP", "America/Guadeloupe"),
        ("97200", "MQ", "America/Martinique"),
        ("97300", "GF", "America/Cayenne"),
        ("97400", "RE", "Indian/Reunion"),
        ("97600", "YT", "Indian/Mayotte"),
        ("97500", "PM", "America/Miquelon"),
        ("97133", "BL", "America/St_Barthelemy"),
        ("97150", "MF", "America/Marigot"),
        ("98600", "WF", "Pacific/Wallis"),
        ("98800", "NC", "Pacific/Noumea"),
    ],
)
def test_a_french_postcode_overseas_is_on_the_clock_there(postcode: str, place: str, zone: str) -> None:
    assert found(MOBILE, country="FR", postcode=postcode) == (place, (zone,))
    assert found(MOBILE, postcode=postcode) == (place, (zone,))
    landline = found(PARIS, country="FR", postcode=postcode)
    assert landline == (" ".join(sorted(("FR", place))), tuple(sorted(("Europe/Paris", zone))))


@pytest.mark.parametrize("region", ["La Réunion", "reunion", "974", "RÉUNION"])
def test_an_overseas_department_is_known_by_its_name_or_number(region: str) -> None:
    assert found(MOBILE, country="France", region=region) == ("RE", ("Indian/Reunion",))
    assert found(MOBILE, country="France", region="Bretagne", postcode="29200") == ("FR", ("Europe/Paris",))


@pytest.mark.parametrize(
    ("postcode", "zones"),
    [
        ("35001", CANARY),
        ("38001", CANARY),
        ("51001", ("Africa/Ceuta",)),
        ("52001", ("Africa/Ceuta",)),
        ("28001", ("Europe/Madrid",)),
        ("8001", ("Europe/Madrid",)),  # Barcelona, without its 0
    ],
)
def test_a_spanish_postcode_tells_the_islands_from_the_mainland(postcode: str, zones: tuple[str, ...]) -> None:
    assert found(SPANISH_MOBILE, country="ES", postcode=postcode) == ("ES", zones)
    both = tuple(sorted({*zones, "Europe/Madrid"}))
    assert found(MADRID, country="ES", postcode=postcode) == ("ES", both)


def test_a_spanish_row_that_tells_no_island_keeps_every_clock() -> None:
    every = ("Africa/Ceuta", "Atlantic/Canary", "Europe/Madrid")
    assert found(MADRID, country="ES", region="Tenerife") == ("ES", ("Atlantic/Canary", "Europe/Madrid"))
    for address in ({"region": "Tenerrife"}, {"postcode": "99999"}, {"region": "Murcia", "postcode": "x"}):
        assert found(MADRID, country="ES", **address) == ("ES", every)
    assert found(MADRID, country="ES", region="Madrid", postcode="28001") == ("ES", ("Europe/Madrid",))


@pytest.mark.parametrize(
    ("region", "postcode", "place", "zones"),
    [
        ("NSW", "2000", "AU-NSW", "Australia/Sydney"),
        ("", "2600", "AU-ACT", "Australia/Sydney"),
        ("", "800", "AU-NT", "Australia/Darwin"),
        ("", "872", "AU-NT AU-SA AU-WA", "Australia/Adelaide Australia/Darwin Australia/Perth"),
        ("", "2880", "AU-NSW", "Australia/Broken_Hill Australia/Sydney"),
        ("", "2898", "AU-NSW", "Australia/Lord_Howe"),
        ("", "2899", "AU-NSW", "Pacific/Norfolk"),
        ("", "4380", "AU-NSW AU-QLD", "Australia/Brisbane Australia/Sydney"),
        ("", "4000", "AU-QLD", "Australia/Brisbane"),
        ("", "6443", "AU-WA", "Australia/Eucla Australia/Perth"),
        ("", "6798", "AU-WA", "Indian/Christmas"),
        ("", "6799", "AU-WA", "Indian/Cocos"),
        ("", "6000", "AU-WA", "Australia/Perth"),
        ("", "7000", "AU-TAS", "Australia/Hobart"),
        ("", "8001", "AU-VIC", "Australia/Melbourne"),
        ("Tasmania", "", "AU-TAS", "Australia/Hobart"),
        ("W.A.", "", "AU-WA", "Australia/Eucla Australia/Perth"),
        ("au-sa", "", "AU-SA", "Australia/Adelaide"),
        ("Victoria", "2000", "AU-NSW AU-VIC", "Australia/Melbourne Australia/Sydney"),
    ],
)
def test_australias_states_and_postcodes_have_their_own_clocks(
    region: str, postcode: str, place: str, zones: str
) -> None:
    assert found(AUSTRALIAN_MOBILE, country="AU", region=region, postcode=postcode) == (place, tuple(zones.split()))
    by_landline = found(SYDNEY, country="AU", region=region, postcode=postcode)
    assert by_landline == (place, tuple(sorted({*zones.split(), "Australia/Sydney"})))


@pytest.mark.parametrize(
    ("number", "zones"),
    [
        ("+12505550123", "America/Edmonton America/Vancouver"),
        ("+16725550123", "America/Edmonton America/Vancouver"),
        ("+16045550123", "America/Vancouver"),
        ("+17095550123", "America/Goose_Bay America/St_Johns"),
        ("+18795550123", "America/Goose_Bay America/St_Johns"),
        ("+18075550123", "America/Atikokan America/Toronto America/Winnipeg"),
        ("+14745550123", "America/Regina"),
        ("+14185550123", "America/Blanc-Sablon America/Halifax America/Toronto"),
        ("+12045550123", "America/Winnipeg"),
        ("+14035550123", "America/Edmonton"),
    ],
)
def test_a_canadian_area_code_has_every_clock_of_its_area(number: str, zones: str) -> None:
    assert found(number) == ("CA", tuple(zones.split()))


def test_the_area_code_of_the_north_has_all_its_clocks_and_its_lands_have_theirs() -> None:
    north = set(found("+18675550123")[1])
    assert {"America/Whitehorse", "America/Inuvik", "America/Cambridge_Bay", "America/Iqaluit"} <= north
    assert "America/Resolute" in found(TORONTO, country="CA", region="NU")[1]
    assert "America/Atikokan" in found(TORONTO, country="CA", region="Ontario")[1]
    assert "America/Blanc-Sablon" in found(TORONTO, country="CA", region="Québec")[1]


@pytest.mark.parametrize(
    ("numbers", "address", "zones"),
    [
        ((NEW_YORK,), {"zone": "America/Denver"}, "America/Denver America/New_York"),
        ((NEW_YORK,), {"zone": "America/New_York"}, "America/New_York"),
        ((NEW_YORK,), {"zone": "America/Denver", "region": "CO"}, "America/Denver America/New_York"),
        ((), {"zone": "America/Denver", "country": "US", "region": "NY"}, "America/Denver America/New_York"),
        ((), {"zone": "America/Denver", "country": "US", "region": "TX"}, "America/Denver"),
        ((), {"zone": "America/Denver", "country": "US"}, "America/Denver"),
        ((AUSTRALIAN_MOBILE,), {"zone": "Australia/Perth"}, "Australia/Perth"),
        ((AUSTRALIAN_MOBILE,), {"zone": "Australia/Perth", "region": "VIC"}, "Australia/Melbourne Australia/Perth"),
        (("+447700900123",), {"zone": "Europe/Paris"}, "Europe/London Europe/Paris"),
        (("+447700900123",), {"zone": "Europe/London"}, "Europe/London"),
    ],
)
def test_a_zone_that_contradicts_state_or_number_is_one_candidate_more(
    numbers: tuple[str, ...], address: dict[str, str], zones: str
) -> None:
    assert found(*numbers, **address)[1] == tuple(zones.split())


def test_a_zone_that_a_person_says_overrules_the_others() -> None:
    told = Address("US", "NY", zone="America/Denver", is_told=True)
    assert whereabouts_at(told, (NEW_YORK,)).zones == ("America/Denver",)


@pytest.mark.parametrize(
    ("country", "address"),
    [
        ("US", {"region": "Calfornia"}),
        ("US", {"postcode": "ABCDE"}),
        ("US", {"region": "Nowhere", "postcode": "?"}),
        ("US", {"region": "Calfornia", "postcode": "10001"}),  # a state misspelt, beside the code of another
        ("US", {"region": "QX", "postcode": "10001"}),
        ("CA", {"region": "Qubec"}),
        ("CA", {"postcode": "12345"}),
        ("AU", {"region": "Quensland"}),
        ("AU", {"postcode": "12"}),
    ],
)
def test_what_is_not_understood_widens_to_the_country(country: str, address: dict[str, str]) -> None:
    number = {"US": NEW_YORK, "CA": TORONTO, "AU": SYDNEY}[country]
    places, zones = found(number, country=country, **address)
    assert places == country
    assert set(all_zones_of(country)) <= set(zones)


def test_a_county_beside_a_code_that_is_understood_widens_nothing() -> None:
    assert found(NEW_YORK, country="US", region="Cook County", postcode="60601")[0] == "US-IL"
    assert found(NEW_YORK, country="US", region="NY", postcode="")[0] == "US-NY"
    assert found("+442079460123", country="GB", region="Kent", postcode="ME14 1XX")[0] == "GB-ENG"


@pytest.mark.parametrize(
    ("region", "place"), [("PR", "PR"), ("Puerto Rico", "PR"), ("Guam", "GU"), ("U.S. Virgin Islands", "VI")]
)
def test_a_territory_named_as_a_state_is_a_place_of_its_own(region: str, place: str) -> None:
    places, zones = found(NEW_YORK, country="US", region=region)
    assert place in places.split()
    assert set(all_zones_of(place)) <= set(zones)
