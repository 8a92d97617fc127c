"""What is blanked in a note before it is saved, and what is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.answers.people import Sensitive
from bot.services.blanking import BLANK, blank
from storage.database.unit_of_work import storable

CARD, BANK, PHONE = Sensitive.CARD, Sensitive.BANK, Sensitive.PHONE


@pytest.mark.parametrize(
    ("note", "left"),
    [
        ("card 4111 1111 1111 1111 exp 12/27", f"card {BLANK} exp 12/27"),
        ("4111-1111-1111-1111", BLANK),
        ("amex 378282246310005.", f"amex {BLANK}."),
        ("5555.5555.5555.4444 mastercard", f"{BLANK} mastercard"),
        ("13 digits: 4222222222222", f"13 digits: {BLANK}"),
        ("19 digits: 6304000000000000000", f"19 digits: {BLANK}"),
        ("two: 4111111111111111, 4012888888881881", f"two: {BLANK}, {BLANK}"),
    ],
)
def test_it_blanks_card_numbers(note: str, left: str) -> None:
    assert blank(note) == (left, (CARD,))


@pytest.mark.parametrize(
    ("note", "left"),
    [
        ("GB82 WEST 1234 5698 7654 32 please", f"{BLANK} please"),
        ("gb82west12345698765432", BLANK),
        ("IBAN: DE89 3704 0044 0532 0130 00, bitte", f"IBAN: {BLANK}, bitte"),
        ("FR1420041010050500013M02606", BLANK),
        ("NO9386011117947", BLANK),
        ("sort code 12-34-56, account number 12345678", f"sort code {BLANK}, account number {BLANK}"),
        ("12-34-56 12345678", BLANK),
        ("Kontonummer: 1234567 BLZ 370 400 44", f"Kontonummer: {BLANK} BLZ {BLANK}"),
        ("CVV is 123", f"CVV is {BLANK}"),
        ("PIN 4711", f"PIN {BLANK}"),
    ],
)
def test_it_blanks_bank_details(note: str, left: str) -> None:
    assert blank(note) == (left, (BANK,))


@pytest.mark.parametrize(
    ("note", "country", "left"),
    [
        ("ring her on 07700 900123 after six", "GB", f"ring her on {BLANK} after six"),
        ("Tel. (020) 7946 0958", "GB", f"Tel. {BLANK}"),
        ("+49 30 901820 in the office", "", f"+{BLANK}"[1:] + " in the office"),
        ("mobil 0151 12345678", "DE", f"mobil {BLANK}"),
        ("not (212) 555-0123 but 212-736-5000", "US", f"not {BLANK} but {BLANK}"),
    ],
)
def test_it_blanks_telephone_numbers(note: str, country: str, left: str) -> None:
    assert blank(note, country) == (left, (PHONE,))


@pytest.mark.parametrize(
    "note",
    [
        "",
        "will ring back on 2026-11-24 at 14:30",
        "order 4111111111111112, meter 123456789",
        "GB82WEST12345698765433",
        "pays 1,250.00 a month, since 12/11/2024",
        "lives at 12 High Street, SW1A 1AA, flat 3",
        "account is in arrears, 3 months",
        "her pin board, row 5",
        "invoice 12-11-26",
        "born 01/12/1970, moved 01.12.2026",
        "meter 0123456, reads 10 20 30",
    ],
)
def test_it_leaves_other_figures_alone(note: str) -> None:
    assert blank(note, "GB") == (note, ())


def test_it_finds_several_kinds_and_names_each_once() -> None:
    note = "call 07700 900123 or 07700 900124; 4111111111111111; IBAN NO9386011117947"
    assert blank(note, "GB") == (f"call {BLANK} or {BLANK}; {BLANK}; IBAN {BLANK}", (CARD, BANK, PHONE))


@given(st.text(), st.sampled_from(["", "GB", "DE", "US", "ZZ"]))
def test_it_never_fails_and_is_done_after_once(text: str, country: str) -> None:
    once = blank(text, country)
    assert blank(once.text, country).text == once.text
    assert (once.text != storable(text)) == bool(once.found)


@pytest.mark.long
@given(st.lists(st.integers(0, 9), min_size=11, max_size=17), st.sampled_from("2345 6".replace(" ", "")))
def test_every_number_with_its_check_digit_is_a_card(digits: list[int], first: str) -> None:
    number = first + "".join(map(str, digits))
    right = next(str(check) for check in range(10) if _luhn(number + str(check)))
    assert blank(f"x {number}{right} y").text == f"x {BLANK} y"


def _luhn(number: str) -> bool:
    total = 0
    for place, sign in enumerate(reversed(number)):
        digit = int(sign) * (2 if place % 2 else 1)
        total += digit - 9 if digit > 9 else digit
    return total % 10 == 0
