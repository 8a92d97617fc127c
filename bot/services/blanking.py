"""Finds what a note must not hold (card numbers, bank details, telephone numbers) and blanks it before it is saved.

A card number is 13 to 19 digits with the check digit of ISO/IEC 7812 (Luhn); an IBAN has its country's length and the
check digits of ISO 13616 (mod 97). Other bank details are known by the word before them: digits can be anything.
"""

import re
from functools import partial
from typing import Final, NamedTuple

import phonenumbers

from bot.services.answers.people import Sensitive
from bot.services.numbers.parsing import is_erased
from storage.database.unit_of_work import storable

BLANK: Final = "▮▮▮▮"  # says that something stood there, in any language


class Blanked(NamedTuple):
    """The text without it, and what it held: each kind once, in the order of Sensitive."""

    text: str
    found: tuple[Sensitive, ...]


_MOST_OF_A_DATE: Final = 9  # digits: 01/12/2026 has eight
_GAP: Final = r"[ \-.\u00a0\u2009\u202f]?"
_CARD: Final = re.compile(rf"(?<![\d+])[2-6](?:{_GAP}\d){{12,18}}(?!\d)")
_IBAN: Final = re.compile(rf"(?<![A-Za-z0-9])[A-Za-z]{{2}}\d\d(?:{_GAP}[A-Za-z0-9]){{11,30}}")
# ISO 13616: characters in all, by country
_LENGTHS: Final = {
    country: length
    for length, countries in {
        15: "NO", 16: "BE", 18: "DK FK FI FO GL NL SD", 19: "MK SI", 20: "AT BA EE KZ LT LU MN XK",
        21: "CH HR LI LV", 22: "BG BH CR DE GB GE IE ME RS VA", 23: "AE GI IL IQ OM SO TL",
        24: "AD CZ ES MD PK RO SA SE SK TN VG", 25: "LY PT ST", 26: "IS TR", 27: "BI DJ FR GR IT MC MR SM",
        28: "AL AZ BY CY DO GT HU LB NI PL SV", 29: "BR EG PS QA UA", 30: "JO KW MU YE", 31: "MT SC", 32: "LC",
        33: "RU",
    }.items()
    for country in countries.split()
}  # fmt: skip
_BEFORE: Final = (
    r"sort ?code|account|acct|a/c|routing|aba|cvv2?|cvc2?|security code|pin|"
    r"konto(?:nummer)?|kto|blz|bankleitzahl|prüfziffer|prüfnummer|kartenprüfnummer|geheimzahl"
)
_BANK: Final = re.compile(
    rf"(?<!\w)(?:{_BEFORE})(?:[ .:#=]|is|ist|no|nr|number|nummer|num)*(?P<told>\d(?:[ \-/]?\d){{2,17}})(?!\d)",
    re.IGNORECASE,
)
_SORT_CODE: Final = re.compile(
    r"(?<!\d)(?P<told>\d\d[- ]\d\d[- ]\d\d[ ,;/]{1,3}\d{8})(?!\d)"
)  # with an account, British


def blank(text: str, country: str = "") -> Blanked:
    """Blank a note. `country` (ISO 3166): whose telephone numbers may lack their country code; empty: none's."""
    found: set[Sensitive] = set()
    text = storable(text)  # as it is stored: the same words said again are a repeat
    if not any(map(str.isdigit, text)):
        return Blanked(text, ())
    for kind, without in (
        (Sensitive.BANK, partial(_IBAN.sub, _iban)),
        (Sensitive.CARD, partial(_CARD.sub, _card)),
        (Sensitive.BANK, _without_bank_details),
        (Sensitive.PHONE, partial(_without_phones, country)),
    ):
        fewer = without(text)
        if fewer != text:
            found.add(kind)
        text = fewer
    return Blanked(text, tuple(kind for kind in Sensitive if kind in found))


def blank_about(text: str, number: str) -> Blanked:
    """Blank a note about a person with this number (E.164): other numbers may be written as in its country."""
    if not number or is_erased(number):
        return blank(text)
    code = phonenumbers.parse(number, None).country_code or 0
    return blank(text, phonenumbers.region_code_for_country_code(code))


def _iban(found: re.Match[str]) -> str:
    """The match without the IBAN at its start; as it was if there is none. Words after it may have matched too."""
    length = _LENGTHS.get(found[0][:2].upper())
    signs = [place for place, sign in enumerate(found[0]) if sign.isalnum()]
    if length is None or len(signs) < length:
        return found[0]
    end = signs[length - 1] + 1
    plain = "".join(sign for sign in found[0][:end] if sign.isalnum())
    if not plain.isascii() or found[0][end : end + 1].isalnum():
        return found[0]
    is_iban = int("".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])) % 97 == 1
    return BLANK + found[0][end:] if is_iban else found[0]


def _card(found: re.Match[str]) -> str:
    """Luhn: every second digit from the right counts double, and the sum of a card's ends in 0."""
    digits = [int(sign) for sign in found[0] if sign.isdigit()][::-1]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return found[0] if (sum(digits[::2]) + sum(doubled)) % 10 else BLANK


def _without_bank_details(text: str) -> str:
    for pattern in (_BANK, _SORT_CODE):
        text = pattern.sub(lambda found: found[0].replace(found["told"], BLANK), text)
    return text


def _without_phones(country: str, text: str) -> str:
    region = country[:2] if country[:2] in phonenumbers.SUPPORTED_REGIONS else None
    possible = phonenumbers.PhoneNumberMatcher(text, region, phonenumbers.Leniency.POSSIBLE)
    for start, end in reversed([(one.start, one.end) for one in possible if _is_phone(one)]):
        text = text[:start] + BLANK + text[end:]
    return text


def _is_phone(found: phonenumbers.PhoneNumberMatch) -> bool:
    """Whether figures that could be a number are one: valid, or written so, with + or a 0 before at least 9 more."""
    digits = sum(map(str.isdigit, found.raw_string))
    is_written_so = found.raw_string.lstrip("(").startswith(("+", "0")) and digits > _MOST_OF_A_DATE
    return is_written_so or phonenumbers.is_valid_number(found.number)
