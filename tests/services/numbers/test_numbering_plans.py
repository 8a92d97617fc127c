"""The fast path for reading numbers gives the library's answer, or leaves the number to the library."""

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phonenumbers import PhoneMetadata, PhoneNumberFormat

from bot.services.numbers.parsing import Unreadable, read_cell, read_longhand
from bot.services.numbers.plans import RESERVED, ListNumber, read_plain

COUNTRIES = ("GB", "US", "DE", "CA", "FR", "IT", "AU", "JE", "ES", "RU", "BR", "IN", "IE", "ZA")
PLANS = {country: plan for country in COUNTRIES if (plan := PhoneMetadata.metadata_for_region(country)) is not None}


def the_long_way(text: str, country: str) -> tuple[ListNumber | Unreadable, ...]:
    return read_longhand(text, country)


@st.composite
def written(draw: st.DrawFn) -> tuple[str, str]:
    """A number that looks like one of a country's, as written there or abroad."""
    country, at = draw(st.sampled_from(COUNTRIES)), draw(st.sampled_from(COUNTRIES))
    plan = PLANS[country]
    kinds = (plan.fixed_line, plan.mobile, plan.toll_free, plan.general_desc)
    pattern = draw(st.sampled_from([kind.national_number_pattern for kind in kinds if kind is not None]))
    national = draw(st.from_regex(f"(?:{pattern})", fullmatch=True, alphabet="0123456789"))
    if draw(st.booleans()):  # one digit wrong: perhaps another kind, another region, or no number
        place = draw(st.integers(0, len(national)))
        national = national[:place] + draw(st.sampled_from("0123456789")) + national[place + draw(st.booleans()) :]
    form = draw(st.integers(0, 4))
    if form == 0:
        return f"+{plan.country_code}{national}", at
    if form == 1:
        return f"{plan.national_prefix or ''}{national}", draw(st.sampled_from([country, at]))
    if form == 2:
        return national, draw(st.sampled_from([country, at]))
    parsed = phonenumbers.PhoneNumber(
        plan.country_code, int(national), italian_leading_zero=national.startswith("0") or None
    )
    shape = PhoneNumberFormat.NATIONAL if form == 3 else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, shape), draw(st.sampled_from([country, at]))


@pytest.mark.night
@settings(max_examples=600)
@given(written())
def test_it_reads_every_number_as_the_library_does(case: tuple[str, str]) -> None:
    assert read_cell(*case) == the_long_way(*case)


@pytest.mark.long
@settings(max_examples=200)
@given(st.text("0123456789+-() ", max_size=16), st.sampled_from(COUNTRIES))
def test_random_digits_and_signs_do_not_mislead_it(text: str, country: str) -> None:
    assert read_cell(text, country) == the_long_way(text, country)


@pytest.mark.night
def test_it_reads_an_example_of_every_kind_of_every_country_as_the_library_does() -> None:
    short = 0
    for region in phonenumbers.SUPPORTED_REGIONS:
        for kind in (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10):
            example = phonenumbers.example_number_for_type(region, kind)
            if example is None:
                continue
            for form in (PhoneNumberFormat.E164, PhoneNumberFormat.NATIONAL):
                text = phonenumbers.format_number(example, form)
                assert read_cell(text, region) == the_long_way(text, region), (region, text)
                short += read_plain(text, region) is not None
    assert short > 900


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("+447911123456", "US"),
        ("07911 123456", "GB"),
        ("(020) 7183 8750", "GB"),
        ("+1 330-227-4478", "GB"),
        ("(330) 227-4478", "US"),
        ("+4915123456789", "GB"),
        ("030 12345678", "DE"),
    ],
)
def test_usual_formats_take_the_fast_path(text: str, country: str) -> None:
    assert read_plain(text, country) is not None


def test_numbers_reserved_for_drama_go_to_the_library() -> None:
    assert RESERVED.fullmatch("+447700900123")
    assert read_plain("+447700900123", "GB") is None


@pytest.mark.parametrize(
    "text", ["+", "+0", "+7", "+012125550123", "+00447911123456", "+٤٤٧٩١١١٢٣٤٥٦", "+12125550123 "]
)
def test_a_plus_before_an_invalid_country_code_goes_to_the_library(text: str) -> None:
    assert read_plain(text, "GB") is None
    assert read_cell(text, "GB") == the_long_way(text, "GB")
