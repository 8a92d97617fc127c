"""Reads a cell of telephone numbers: E.164 for each number, or the reason why it is not one."""

import re
import unicodedata
from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberType, ValidationResult

from bot.services.numbers.plans import RESERVED, ListNumber, placed, read_plain
from bot.services.quoting import quoted
from policy.templates.sentence import NUMBER, WRITTEN, phrase, template

_NOTHING = {"", "-", "--", "n/a", "na", "none", "null", "nil", "unknown", "no phone", "0", "x", "tbc", "?", "."}
_SHORTENED = re.compile(r"\d(?:[.,]\d+)?\s*e\s*\+?\s*\d+", re.IGNORECASE)
_OR = "or|and|oder|und|ou|et|o|y|e|oppure|of|en|eller|lub|i"
# Between two numbers: a sign, a word, the + of the next one, two blanks, or what kind of number follows ("M: ").
_SEVERAL = re.compile(
    rf":::|[;/|,&•·\n\t]|\b(?:{_OR})\b|(?<=\d)\s*(?=\+\d)| {{2,}}(?=[\d(+])|\s+(?=[^\W\d_]{{1,12}}\.?:)", re.IGNORECASE
)
# What kind of number it is, before it ("H: ") or after it ("(mobile)").
_KIND = re.compile(r"^[^\W\d_]{1,12}\.?:\s*|\s*\((?!ext|x\b|dw\b)[^\W\d_][^\d)]{0,15}\)$", re.IGNORECASE)
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_LETTERS = re.compile(r"[^\W\d_]")
_EXTENSION = re.compile(
    r"[,;(]?\s*(?:\b(?:ext(?:n|ension)?|durchwahl|dw|nebenstelle|poste|interno|int|toestel|tst|anexo)\b|"
    r"(?<![^\W\d])x|#)[.:=]*\s*(\d{1,6})\)?\s*$",
    re.IGNORECASE,
)

_SHORT = template(
    "a spreadsheet shortened the number to {written}: format the column as text and export again", written=WRITTEN
)
_HAS_EXTENSION = phrase("the number has an extension, which cannot be kept: give a direct number")
_HAS_LETTERS = phrase("the number has letters in it")
_NO_NUMBER = phrase("that is not a telephone number")
_PREMIUM = phrase("a premium-rate number is nobody's own line")
_TOO_SHORT, _TOO_LONG = phrase("the number is too short"), phrase("the number is too long")
_NOT_IN_USE = template("no such number is in use under +{code}", code=NUMBER)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A number that cannot be called. `well_formed`: its E.164 form if it can still be stopped; else empty."""

    reason: str
    well_formed: str = ""


def read_cell(text: str, country: str) -> tuple[ListNumber | Unreadable, ...]:
    """Every number of a cell, as people of `country` (ISO 3166) write them; none for an empty cell."""
    plain = read_plain(text, country)
    return (plain,) if plain is not None else read_longhand(text, country)


def read_longhand(text: str, country: str) -> tuple[ListNumber | Unreadable, ...]:
    """As `read_cell`, with the phonenumbers library alone: slow, but complete."""
    cleaned = _clean(text)
    if cleaned.casefold() in _NOTHING:
        return ()
    whole = _read_part(cleaned, country)
    if isinstance(whole, ListNumber):
        return (whole,)
    # Only if the whole is no number: in some countries a slash or comma is part of one.
    parts = [part.strip() for part in _SEVERAL.split(cleaned) if part.strip()]
    if len(parts) < 2 or any(sum(char.isdigit() for char in part) < 7 for part in parts):
        return (whole,)
    return tuple(_read_part(part, country) for part in parts)


def _read_part(text: str, country: str) -> ListNumber | Unreadable:
    """One number of a cell, without the word that says of which kind it is, and with its extension beside it."""
    alone = _KIND.sub("", text)
    extension = _EXTENSION.search(alone)
    found = read_number(alone[: extension.start()] if extension else alone, country)
    return found._replace(extension=extension[1]) if extension and isinstance(found, ListNumber) else found


def read_number(text: str, country: str) -> ListNumber | Unreadable:
    """Read one number, or say why not: shortened by a spreadsheet, letters, an extension, not in use.

    A national number that lost its leading 0, as in a spreadsheet, is read as the country's, if it is one in use.
    """
    if _SHORTENED.fullmatch(text):
        return Unreadable(_SHORT.says(written=quoted(text)))
    if _EXTENSION.search(text):
        return Unreadable(_HAS_EXTENSION)
    if _LETTERS.search(text):
        return Unreadable(_HAS_LETTERS)
    try:
        parsed = phonenumbers.parse(text, country, keep_raw_input=True)
    except NumberParseException:
        return Unreadable(_NO_NUMBER)
    number = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    kind = phonenumbers.number_type(parsed)
    is_reserved = RESERVED.fullmatch(number) is not None
    has_lost_zero = _lost_its_zero(parsed, text, country)
    if kind == PhoneNumberType.UNKNOWN and not is_reserved:
        is_well_formed = (
            not has_lost_zero and parsed.national_number and _possible(parsed) == ValidationResult.IS_POSSIBLE
        )
        return Unreadable(_why_invalid(parsed), number if is_well_formed else "")
    if kind == PhoneNumberType.PREMIUM_RATE:
        return Unreadable(_PREMIUM, number)
    if is_reserved:
        return ListNumber(number, "GB", ("Europe/London",), number.startswith("+447"), not number.startswith("+447"))
    return placed(parsed, number, kind)


def _clean(text: str) -> str:
    text = _INVISIBLE.sub("", text).replace("\xa0", " ").strip()
    text = "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)
    text = re.sub(r'^="?|"$', "", text).lstrip("'").strip()
    text = re.sub(r"^(?:tel|phone|mob|mobile|m|t|p)\s*[:.]\s*", "", text, flags=re.IGNORECASE)
    text = re.sub(r"(?<=\d)\.0$", "", text)  # a number column read as decimals
    text = re.sub(r"\(\s*0\s*\)", "", text) if re.match(r"\s*(?:\+|00)", text) else text
    return re.sub(r"^00(?=[1-9])", "+", text)


def _lost_its_zero(parsed: PhoneNumber, text: str, country: str) -> bool:
    is_bare = parsed.country_code_source == phonenumbers.CountryCodeSource.FROM_DEFAULT_COUNTRY
    return (
        is_bare and phonenumbers.ndd_prefix_for_region(country, True) == "0" and not text.lstrip("( ").startswith("0")
    )


def _possible(parsed: PhoneNumber) -> int:
    return phonenumbers.is_possible_number_with_reason(parsed)


def _why_invalid(parsed: PhoneNumber) -> str:
    possible = _possible(parsed)
    if possible == ValidationResult.TOO_SHORT:
        return _TOO_SHORT
    if possible == ValidationResult.TOO_LONG:
        return _TOO_LONG
    return _NOT_IN_USE.says(code=parsed.country_code)
