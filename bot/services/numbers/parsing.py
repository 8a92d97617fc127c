"""Reads cells of telephone numbers, and numbers as people type them: E.164, or why they are none.

Formats and masks numbers for display, and makes the links that dial them. And the kinds of line a list may name: a
consumer's, a business's, or a company's (a business known to be corporate).
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import quote

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberType, ValidationResult

from bot.services.errors import BadNumber
from bot.services.numbers.places import Address, Whereabouts, locate
from bot.services.numbers.plans import RESERVED, ListNumber, placed, read_plain
from bot.services.quoting import quoted, quoting
from policy.templates.sentence import NUMBER as CODE
from policy.templates.sentence import phrase, template

_NOTHING = {"", "-", "--", "n/a", "na", "none", "null", "nil", "unknown", "no phone", "0", "x", "tbc", "?", "."}
_SHORTENED = re.compile(r"\d(?:[.,]\d+)?\s*e\s*\+?\s*\d+", re.IGNORECASE)
_OR = "or|and|oder|und|ou|et|o|y|e|oppure|of|en|eller|lub|i"
# Between two numbers: a sign, a word, the + or bracket of the next one, two blanks, or what kind of number follows
# ("M: "). A comma and a slash come last: they may be part of a number.
_SEVERAL = (
    re.compile(
        rf":::|[;|&•·\n\t]|\b(?:{_OR})\b|(?<=\d)\s*[/,]?\s*(?=\+\d)|(?<=\d)\s*[/,]\s*(?=\()| {{2,}}(?=[\d(+])|"
        r"\s+(?=[^\W\d_]{1,12}\.?:)",
        re.IGNORECASE,
    ),
    re.compile(r"\s[-–—]\s"),
    re.compile(","),
    re.compile(r"\s/\s"),
    re.compile("/"),
)
# The last figures of a second number, or an extension; a second slash divides only after a long row of figures, and /0
# is a switchboard.
_ENDING = re.compile(r"(?P<first>[^/]*\d|.*\d{5})\s*/\s*-?\s*(?P<ending>[1-9]\d{0,2})")
_AFTER_HYPHEN = re.compile(r"(?P<first>.*\d)\s*[-–—]\s*(?P<ending>\d{1,3})")
_WHOLE = 10  # figures behind the country's code, with which a fixed line is whole where numbers may be longer
_FEWEST_DIGITS = 7  # of one of several numbers
_MOST_DIGITS = 15  # of any number
# What kind of number it is, before it ("H: ") or after it ("(mobile)").
_KIND = re.compile(r"^[^\W\d_]{1,12}\.?:\s*|\s*\((?!ext|x\b|dw\b)[^\W\d_][^\d)]{0,15}\)$", re.IGNORECASE)
_TRUNK = re.compile(r"((?:\+|\b00)\d{1,3})[ .-]*\(\s*0\s*\)[ .-]*")  # the 0 that nobody dials from abroad
_KEEP_THEIR_ZERO = ("IT", "SM", "VA")  # abroad too
# Of a number column read as decimals. Many zeros follow only a whole number: "0207946.0000" has its own.
_DECIMALS = re.compile(r"(?<=\d)\.0$|(?<=[0-9]{7})[.,]00?$|(?<=[0-9]{9})[.,]0+$")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_LETTERS = re.compile(r"[^\W\d_]")
_EXTENSION = re.compile(
    r"[,;(]?\s*(?:\b(?:ext(?:n|ension)?|durchwahl|dw|nebenstelle|poste|interno|int|toestel|tst|anexo)\b|"
    r"(?<![^\W\d])x|#)[.:=]*\s*(\d{1,6})\)?\s*$",
    re.IGNORECASE,
)

_SHORT = quoting("a spreadsheet shortened the number to {written}: format the column as text and export again")
_HAS_EXTENSION = phrase("the number has an extension, which cannot be kept: give a direct number")
_HAS_LETTERS = phrase("the number has letters in it")
_NO_NUMBER = phrase("that is not a telephone number")
_PREMIUM = phrase("a premium-rate number is nobody's own line")
_TOO_SHORT, _TOO_LONG = phrase("the number is too short"), phrase("the number is too long")
_WRONG_LENGTH = {ValidationResult.TOO_SHORT: _TOO_SHORT, ValidationResult.TOO_LONG: _TOO_LONG}
TWO_READINGS = template("the number may have +{code} or not: write it with + or with its 0", code=CODE)
_NOT_IN_USE = template("no such number is in use under +{code}", code=CODE)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A number that cannot be called. `well_formed`: its E.164 form if it can still be stopped; else empty.

    `also`: the same of a number that can be read in two ways, in the other way.
    """

    reason: str
    well_formed: str = ""
    also: str = ""


def read_cell(text: str, country: str) -> tuple[ListNumber | Unreadable, ...]:
    """Every number of a cell, as people of `country` (ISO 3166) write them; none for an empty cell."""
    plain = read_plain(text, country)
    return (plain,) if plain is not None else read_longhand(text, country)


def read_longhand(text: str, country: str) -> tuple[ListNumber | Unreadable, ...]:
    """As `read_cell`, with the phonenumbers library alone: slow, but complete."""
    cleaned = _clean(text)
    if cleaned.casefold() in _NOTHING:
        return ()
    found = _read_several(cleaned, country, _SEVERAL)
    others = [Unreadable(one.reason, one.also) for one in found if isinstance(one, Unreadable) and one.also]
    return (*found, *others)


def parts_of(text: str) -> list[str]:
    """The numbers of a cell as they are written, without extensions and what spreadsheets leave around them."""
    parts = [_clean(text)]
    for separator in _SEVERAL:
        parts = [one for part in parts for one in _split(part, separator)]
    return [_EXTENSION.sub("", part) for part in parts]


def _split(text: str, separator: re.Pattern[str]) -> list[str]:
    """The numbers between separators; the text alone, if what is between them is too short for one."""
    parts = [part.strip() for part in separator.split(text) if part.strip()]
    return [text] if any(sum(map(str.isdigit, part)) < _FEWEST_DIGITS for part in parts) else parts


def _read_several(text: str, country: str, separators: Sequence[re.Pattern[str]]) -> list[ListNumber | Unreadable]:
    """The numbers of a text. It is divided only if it is no number as a whole."""
    if ranged := _read_range(text, country):
        return ranged
    whole = _read_part(text, country)
    if isinstance(whole, ListNumber):
        return [whole]
    for at, separator in enumerate(separators, 1):
        if len(parts := _split(text, separator)) > 1:
            return [found for part in parts for found in _read_several(part, country, separators[at:])]
    # "030/119342/01512/3415737" has one slash with a number on each side.
    slashes = [one.start() for one in re.finditer("/", text)] if separators else []
    pairs = [[_read_part(side, country) for side in (text[:at], text[at + 1 :])] for at in slashes]
    numbers = [pair for pair in pairs if all(isinstance(one, ListNumber) for one in pair)]
    return numbers[0] if len(numbers) == 1 else [whole]


def _read_range(text: str, country: str) -> list[ListNumber | Unreadable]:
    """A number and the ending of another, as in 030 23125911/12: the other is not called; empty if it is none. Behind a
    hyphen it may be an extension too: without it, where the number is whole already (030 23125911-12), unless both
    together are a number (030 231259-12)."""
    found = _ENDING.fullmatch(text) or _AFTER_HYPHEN.fullmatch(text)
    if found is None or sum(map(str.isdigit, found["first"])) <= _FEWEST_DIGITS:
        return []
    [first, *_] = _read_range(found["first"], country) or [_read_part(found["first"], country)]
    ending, also = found["ending"], ""
    if not isinstance(first, ListNumber):
        return []
    if found.re is _AFTER_HYPHEN and isinstance(whole := _read_part(text, country), ListNumber):
        is_whole = first.is_fixed and _figures(first) >= _WHOLE
        if not is_whole and _figures(whole) <= _longest(first.region or country):
            return []
        also = whole.number
    if ending.startswith("0"):
        return [first._replace(extension=ending)]
    return [first, Unreadable(_TOO_SHORT, first.number[: -len(ending)] + ending, also)]


def _figures(found: ListNumber) -> int:
    """How many figures a number has behind its country's code."""
    return len(phonenumbers.national_significant_number(phonenumbers.parse(found.number)))


def _read_part(text: str, country: str) -> ListNumber | Unreadable:
    """One number of a cell, without the word that says of which kind it is, and with its extension beside it."""
    alone = _KIND.sub("", text)
    extension = _EXTENSION.search(alone)
    written = alone[: extension.start()] if extension else alone
    found = read_number(written, country)
    if isinstance(found, Unreadable) and country in _KEEP_THEIR_ZERO and "1" <= written[:1] <= "9":
        restored = read_number(f"0{written}", country)  # which a spreadsheet took away
        found = restored if isinstance(restored, ListNumber) else found
    if not isinstance(found, ListNumber) or (alone == text and extension is None):
        return found
    return found._replace(extension=extension[1] if extension else "", beside=" ".join(_KIND.findall(text)))


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
    if parsed.extension:  # which may be a second number: the library takes figures after a semicolon for one
        return Unreadable(_HAS_EXTENSION)
    if (abroad := _with_its_code(parsed, text, country)) is not None:
        return abroad
    number = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    kind = phonenumbers.number_type(parsed)
    is_reserved = RESERVED.fullmatch(number) is not None
    has_lost_zero = _lost_its_zero(parsed, text, country)
    if kind == PhoneNumberType.UNKNOWN and not is_reserved:
        possible = phonenumbers.is_possible_number_with_reason(parsed)
        is_possible = parsed.national_number and possible == ValidationResult.IS_POSSIBLE
        why = _WRONG_LENGTH.get(possible) or _NOT_IN_USE.says(code=parsed.country_code)
        return Unreadable(why, number if is_possible and not has_lost_zero else "")
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
    text = _DECIMALS.sub("", text)
    text = _TRUNK.sub(r"\1 ", text)
    return re.sub(r"^00(?=[1-9])", "+", text)


def _lost_its_zero(parsed: PhoneNumber, text: str, country: str) -> bool:
    is_bare = parsed.country_code_source == phonenumbers.CountryCodeSource.FROM_DEFAULT_COUNTRY
    has_lead = phonenumbers.ndd_prefix_for_region(country, True) == "0"
    return is_bare and has_lead and not text.lstrip("( ").startswith("0")


def _with_its_code(national: PhoneNumber, text: str, country: str) -> ListNumber | Unreadable | None:
    """A number that begins with the country's code, without +, and may have lost its 0 as well; None if it does not.
    The library calls it national if its plan has such numbers, even ones longer than any in use."""
    digits = re.sub(r"\D", "", text)
    if not (digits.startswith(str(national.country_code)) and _lost_its_zero(national, text, country)):
        return None
    abroad = read_number(f"+{digits}", country)
    if not isinstance(abroad, ListNumber):
        return None
    if len(digits) > _longest(country) or not phonenumbers.is_valid_number(national):
        return abroad
    number = phonenumbers.format_number(national, phonenumbers.PhoneNumberFormat.E164)
    return Unreadable(TWO_READINGS.says(code=national.country_code), abroad.number, number)


@lru_cache(maxsize=1_000)
def _longest(country: str) -> int:
    """The digits of a country's usual numbers, without its code: its plan allows many more."""
    kinds = (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE)
    examples = [phonenumbers.example_number_for_type(country, kind) for kind in kinds]
    figures = (len(phonenumbers.national_significant_number(one)) for one in examples if one is not None)
    return max(figures, default=_MOST_DIGITS)


CONSUMER, BUSINESS, COMPANY = "consumer", "business", "company"
_COMPANIES = frozenset({"company", "corporate", "limited company", "ltd", "plc", "llp", "public body"})


def kind_of_line(written: str, is_business: bool | None) -> str:
    """The kind of line in a list's cell, in lower case. Unnamed lines are consumers', which have the stricter rules."""
    if written in _COMPANIES:
        return COMPANY
    return BUSINESS if written == BUSINESS or is_business else CONSUMER


def line_and_subscriber(kind: str) -> tuple[str, str]:
    """A kind of line as the rules know it. A business may be a sole trader: its legal form is then unknown."""
    return (BUSINESS, "corporate") if kind == COMPANY else (kind, "")


_SLACK_LINK = re.compile(r"^<tel:([^|>]+)(?:\|[^>]*)?>$")
_LAST_SHOWN = 3
ERASED = "erased:"  # begins what stands for a number that was erased: its keyed hash follows
# Begins what replaces it in stored facts, which a replay reads as a number: no country has this code.
ERASED_IN_FACTS = "+999"


def parse_number(text: str, country: str) -> str:
    """One number as people of `country` (ISO 3166) write it or as Slack rewrites it, in E.164. Raises BadNumber.

    A well-formed number that is not in use passes too: what people say of it, above all to stop, is never refused.
    """
    found = _read(text, country)
    number = found.number if isinstance(found, ListNumber) else found.well_formed
    if not number:
        raise BadNumber(text.strip())
    return number


def whereabouts_of(number: str) -> Whereabouts:
    """Every place and zone that an E.164 number alone points to; empty if none."""
    found = _read(number, "")
    return locate(Address(), (found,)) if isinstance(found, ListNumber) else Whereabouts((), ())


def country_of_number(number: str) -> str:
    """The country (ISO 3166) that an E.164 number alone points to; empty if none, or several."""
    countries = {place[:2] for place in whereabouts_of(number).places}
    return countries.pop() if len(countries) == 1 else ""


def whereabouts_at(address: Address, numbers: Sequence[str]) -> Whereabouts:
    """Every place and zone that an address and E.164 numbers point to. Raises UnknownPlace."""
    read = [_read(number, "") for number in numbers]
    return locate(address, tuple(one for one in read if isinstance(one, ListNumber)))


def mask(number: str) -> str:
    """What all but the holder of a card in stage calling may see: the last three digits; none of an erased number."""
    if is_erased(number):
        return "•••• •••"
    return f"•••• {number[-_LAST_SHOWN:]}" if number else ""


def is_erased(number: str) -> bool:
    """Whether this stands for a number that was erased at a person's request."""
    return number.startswith(ERASED)


@lru_cache(maxsize=4096)
def format_number(number: str, country: str = "") -> str:
    """The number in national format if it belongs to `country` (or if none is given), else in international format."""
    if is_erased(number):
        return mask(number)
    parsed = phonenumbers.parse(number, None)
    region = phonenumbers.region_code_for_country_code(parsed.country_code or 0)
    is_home = country in ("", region)
    form = phonenumbers.PhoneNumberFormat.NATIONAL if is_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, form)


def _read(text: str, country: str) -> ListNumber | Unreadable:
    stripped = text.strip()
    linked = _SLACK_LINK.match(stripped)
    found = read_cell(linked.group(1) if linked else stripped, country or "ZZ")
    is_one = len(found) == 1 and not (isinstance(found[0], ListNumber) and found[0].extension)
    return found[0] if is_one else Unreadable("that is not one number")


NUMBER: Final = "{number}"
TELEPHONE: Final = f"tel:{NUMBER}"
MOST_IN_LINK: Final = 300  # characters
_CALLS = re.compile(r"(?:tel|sip|callto):[^\s<>|{}]*\{number\}[^\s<>|{}]*")
# the number only behind the host: it must not become part of another address
_PAGE = re.compile(r"https://[A-Za-z0-9.-]+(?::[0-9]{1,5})?/[^\s<>|{}]*\{number\}[^\s<>|{}]*")


def is_dialable(template: str) -> bool:
    """Whether the template makes a link: of https, tel, sip or callto, with {number} in it once."""
    fits = _CALLS.fullmatch(template) or _PAGE.fullmatch(template)
    return fits is not None and len(template) <= MOST_IN_LINK


def dial_link(number: str, template: str = "") -> str:
    """The link that dials a number (E.164). A template that makes no link is as none."""
    chosen = template if is_dialable(template) else TELEPHONE
    return chosen.replace(NUMBER, quote(number, safe="") if chosen.startswith("https:") else number)
