"""Numbers as people write them, as they are stored, and as they may be shown."""

import pytest

from bot.services.errors import BadNumber
from bot.services.numbers.parsing import format_number, mask, parse_number, whereabouts_of
from bot.services.numbers.places import country_code, place_name, zone_of_city


@pytest.mark.parametrize(
    "said",
    [
        "07700 900123",
        "07700900123",
        "+44 7700 900123",
        "+44 (0)7700 900123",
        "0044 7700 900123",
        "<tel:+447700900123|07700 900123>",
        "<tel:07700900123|07700900123>",
        "<tel:+447700900123>",
        "  07700-900-123 ",
    ],
)
def test_it_reads_a_british_number_however_it_is_written(said: str) -> None:
    assert parse_number(said, "GB") == "+447700900123"


@pytest.mark.parametrize(
    "said", ["", " ", "999", "12", "hello", "0", "+", "07700 900123 x5", "<tel:|>", "😀", "0" * 40]
)
def test_it_refuses_and_quotes_an_invalid_number(said: str) -> None:
    with pytest.raises(BadNumber) as refused:
        parse_number(said, "GB")
    assert refused.value.asked == said.strip()


@pytest.mark.parametrize(("said", "kept"), [("0411 123 4567", "+444111234567"), ("+1 201 155 5123", "+12011555123")])
def test_it_reads_a_well_formed_number_that_is_not_in_use(said: str, kept: str) -> None:
    assert parse_number(said, "GB") == kept
    assert whereabouts_of(kept).zones == ()


@pytest.mark.parametrize("said", ["4111234567", "07999", "0000000000", "020 7946 0958 or 020 7946 0959"])
def test_it_refuses_an_ambiguous_or_partial_number(said: str) -> None:
    with pytest.raises(BadNumber):
        parse_number(said, "GB")


@pytest.mark.parametrize(
    ("place", "language", "name"),
    [
        ("GB-NIR", "en", "Northern Ireland"),
        ("GB-NIR", "de", "Nordirland"),
        ("GB-NIR", "fr", "Irlande du Nord"),
        ("GB-ENG", "de", "England"),
        ("GB", "en", "United Kingdom"),
        ("US-NY", "en", "United States (US-NY)"),
    ],
)
def test_a_nation_is_called_by_its_name(place: str, language: str, name: str) -> None:
    assert place_name(place, language) == name


def test_it_needs_the_country_code_where_no_country_is_known() -> None:
    assert parse_number("+447700900123", "") == "+447700900123"
    with pytest.raises(BadNumber):
        parse_number("07700 900123", "")


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Frankreich", "FR"), ("Royaume-Uni", "GB"), ("Stati Uniti", "US"), ("Großbritannien", "GB"), ("Jersey", "JE"),
        ("Schottland", "GB-SCT"), ("Kosovo", "XK"), ("Belgien", "BE"), ("GB", "GB"), ("Niederlande", "NL"),
    ],
)  # fmt: skip
def test_it_reads_a_country_as_each_language_of_lists_writes_it(written: str, code: str) -> None:
    assert country_code(written) == code


@pytest.mark.parametrize(
    ("city", "zone"),
    [("Wien", "Europe/Vienna"), ("new york", "America/New_York"), ("Bruxelles", "Europe/Brussels")],
)
def test_it_reads_the_city_of_a_time_zone_as_each_language_writes_it(city: str, zone: str) -> None:
    assert zone_of_city(city) == zone


def test_no_city_has_an_empty_name() -> None:
    assert zone_of_city("") == ""


def test_it_shows_three_digits_of_a_masked_number() -> None:
    assert mask("+447700900123") == "•••• 123"
    assert mask("") == ""


def test_it_formats_a_number_as_its_country_does() -> None:
    assert format_number("+447700900123") == "07700 900123"
    assert format_number("+447700900123", "GB") == "07700 900123"
    assert format_number("+442079460958", "US") == "+44 20 7946 0958"
    assert format_number("+12025550123", "GB") == "+1 202-555-0123"


def test_it_locates_an_otherwise_unknown_number() -> None:
    where = whereabouts_of("+447700900123")
    assert (where.places, where.zones) == (("GB",), ("Europe/London",))
    assert whereabouts_of("nonsense").zones == ()
