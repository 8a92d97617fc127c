"""Reads plainly written numbers by the numbering plan itself, instead of by the slower library.

The library's own patterns are joined into one expression for each region, so that nothing is guessed and a new release
brings its new plan along. If a number is not plain beyond doubt, the answer is None and the library decides.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumber, PhoneNumberDesc, PhoneNumberType, timezone
from phonenumbers.phonenumberutil import is_number_type_geographical
from phonenumbers.tzdata import TIMEZONE_DATA

# Reserved by Ofcom for drama and examples
# (https://www.ofcom.org.uk/phones-and-broadband/phone-numbers/numbers-for-drama). Several are outside the numbering
# plan that phonenumbers knows, so they are accepted by name: calling one reaches no person.
_STARTS = (
    "7700900 1632960 1134960 1144960 1154960 1164960 1174960 1184960 1214960 1314960 1414960 1514960 1614960 1914980 "
    "2079460 2896496 2920180 8081570 3069990"
)
_RESERVED_STARTS = frozenset(_STARTS.split())
RESERVED = re.compile(rf"\+44(?:{'|'.join(sorted(_RESERVED_STARTS))})\d{{3}}")
_INTERNATIONAL = re.compile(r"\+[1-9][0-9 -]*[0-9]")
_NATIONAL = re.compile(r"\(?[0-9][0-9() -]*[0-9]")
_BRACKETS = str.maketrans("", "", " ()-")
_UNKNOWN_ZONE = "Etc/Unknown"
_LONDON: tuple[str, ...] = ("Europe/London",)  # non-geographic numbers also reach the Crown dependencies
_AREA = 4  # digits, with the country code
_LINES = (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
# In the order the library asks; fixed lines and mobiles come after these.
_KINDS = ("premium_rate", "toll_free", "shared_cost", "voip", "personal_number", "pager", "uan", "voicemail")


class ListNumber(NamedTuple):
    """One number, its country, and its kind. `zones`: candidates by its prefix, perhaps none.

    A North American number that belongs to no line, such as a toll-free one, shows neither: 25 countries share +1.
    """

    number: str  # E.164
    region: str  # ISO 3166 country of the number; empty if it shows none
    zones: tuple[str, ...]
    is_mobile: bool
    is_fixed: bool
    extension: str = ""  # behind a switchboard
    beside: str = ""  # what the cell says of its kind or state: "Fax: ", " (disconnected)"


@dataclass(frozen=True, slots=True)
class _Region:
    """The numbers of a region after the country code, by kind: the name of the matching group."""

    code: str
    leading: re.Pattern[str] | None  # if given, these first digits alone make a number the region's
    kinds: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Code:
    digits: str
    regions: tuple[_Region, ...]
    national_prefix: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class _Country:
    """How people of one country write their own numbers."""

    code: _Code
    prefix: re.Pattern[str] | None  # dialled before a number at home, such as 0
    is_bare_sure: bool  # a number without a prefix lacks no 0
    abroad: re.Pattern[str]  # dialled before a country code


def read_plain(text: str, country: str) -> ListNumber | None:
    """A cell's one number, in digits, spaces, hyphens and brackets; None if in doubt, as behind a short ending."""
    if "-" in text[-4:] or text[-5:-3] == "- ":
        return None
    if text.startswith("+"):
        digits = text[1:]
        if not (digits.isdigit() and digits.isascii() and digits[0] != "0"):
            if not _INTERNATIONAL.fullmatch(text):
                return None
            digits = digits.replace(" ", "").replace("-", "")
        code = _code(digits[:1]) or _code(digits[:2]) or _code(digits[:3])  # no code begins with another
        if code is None:
            return None
        national = digits[len(code.digits) :]
        # The library would look for a prefix to remove, and might find one.
        has_prefix = code.national_prefix is not None and code.national_prefix.match(national)
        return None if has_prefix else _of_code(code, national)
    return _national(text, country) if _NATIONAL.fullmatch(text) else None


def placed(parsed: PhoneNumber, number: str, kind: int) -> ListNumber:
    """A number in use, with its country and candidate zones."""
    region = phonenumbers.region_code_for_number(parsed) or ""
    if parsed.country_code == 1 and kind not in _LINES:
        return ListNumber(number, "", (), False, False)
    is_mobile, is_fixed = kind == PhoneNumberType.MOBILE, kind == PhoneNumberType.FIXED_LINE
    if region == "GB":
        zones = _LONDON
    else:
        zones = tuple(zone for zone in timezone.time_zones_for_number(parsed) if zone != _UNKNOWN_ZONE)
    region = "" if region == "001" else region  # a number of no country
    return ListNumber(number, region, zones, is_mobile, is_fixed)


def _national(text: str, country: str) -> ListNumber | None:
    home = _country(country)
    digits = text.translate(_BRACKETS)
    if home is None or digits.startswith(home.code.digits) or home.abroad.match(digits):
        return None
    taken = home.prefix.match(digits) if home.prefix is not None else None
    if taken is not None:
        return _of_code(home.code, digits[taken.end() :])
    return _of_code(home.code, digits) if home.is_bare_sure else None


def _of_code(code: _Code, national: str) -> ListNumber | None:
    for region in code.regions:
        if region.leading is not None and not region.leading.match(national):
            continue
        found = region.kinds.fullmatch(national)
        if found is not None:
            return _sure(code, region.code, national, found.lastgroup or "")
        if region.leading is not None:
            break
    return None


def _sure(code: _Code, region: str, national: str, kind: str) -> ListNumber | None:
    if kind == "premium_rate" or (code.digits == "44" and national[:-3] in _RESERVED_STARTS):
        return None
    digits = code.digits + national
    if code.digits == "1" and kind in _KINDS:
        return ListNumber(f"+{digits}", "", (), False, False)
    if region == "GB":
        zones = _LONDON
    else:
        is_placed = _is_placed(kind, code.digits)
        zones = _zones(digits[: _zone_digits().get(digits[:_AREA], _AREA)] if is_placed else code.digits)
    return ListNumber(f"+{digits}", region, zones, kind == "mobile", kind == "fixed_line")


@lru_cache(maxsize=1_000)
def _is_placed(kind: str, code: str) -> bool:
    """Whether such a number belongs to a place, not only to its country."""
    return kind.startswith("fixed_line") or (
        kind == "mobile" and is_number_type_geographical(PhoneNumberType.MOBILE, int(code))
    )


@cache
def _zone_digits() -> dict[str, int]:
    """By a number's first digits (`_AREA`), how many may decide its zone; absent if those suffice. A million numbers
    then have few distinct prefixes."""
    longest: dict[str, int] = {}
    for key in TIMEZONE_DATA:
        longest[key[:_AREA]] = max(len(key), longest.get(key[:_AREA], _AREA))
    return longest


@lru_cache(maxsize=50_000)
def _zones(start: str) -> tuple[str, ...]:
    """The zones of every number with this prefix: the table has no longer one."""
    known = range(len(start), 0, -1)
    found: tuple[str, ...] = next((TIMEZONE_DATA[start[:end]] for end in known if start[:end] in TIMEZONE_DATA), ())
    return tuple(zone for zone in found if zone != _UNKNOWN_ZONE)


@lru_cache(maxsize=1_000)
def _code(digits: str) -> _Code | None:
    """The country code of these digits, if its numbers belong to countries."""
    regions = phonenumbers.region_codes_for_country_code(int(digits)) if digits.isdigit() else ()
    plans = [(region, PhoneMetadata.metadata_for_region(region, None)) for region in regions]
    found = []
    for region, plan in plans:
        if plan is None:
            return None
        leading = re.compile(plan.leading_digits) if plan.leading_digits and len(plans) > 1 else None
        found.append(_Region(region, leading, _kinds(plan)))
    if not plans or plans[0][1] is None:
        return None
    prefix = plans[0][1].national_prefix_for_parsing
    return _Code(digits, tuple(found), re.compile(prefix) if prefix else None)


@lru_cache(maxsize=1_000)
def _country(country: str) -> _Country | None:
    plan = PhoneMetadata.metadata_for_region(country, None) if country else None
    code = _code(str(plan.country_code)) if plan is not None else None
    if plan is None or code is None or not plan.international_prefix:
        return None
    if plan.national_prefix_transform_rule:  # puts something in the prefix's place
        return None
    prefix = plan.national_prefix_for_parsing
    is_bare_sure = phonenumbers.ndd_prefix_for_region(country, True) != "0"
    return _Country(code, re.compile(prefix) if prefix else None, is_bare_sure, re.compile(plan.international_prefix))


def _kinds(plan: PhoneMetadata) -> re.Pattern[str]:
    """One group for each kind, in the library's order, all within what the region has."""
    found = {kind: _numbers(getattr(plan, kind)) for kind in _KINDS}
    fixed, mobile = _numbers(plan.fixed_line), _numbers(plan.mobile)
    if fixed and plan.same_mobile_and_fixed_line_pattern:
        found["fixed_line_or_mobile"] = fixed
    else:
        found["fixed_line_or_mobile"] = f"(?={fixed}\\Z){mobile}" if fixed and mobile else ""
        found |= {"fixed_line": fixed, "mobile": mobile}
    groups = "|".join(f"(?P<{kind}>{numbers})" for kind, numbers in found.items() if numbers)
    return re.compile(f"(?={_numbers(plan.general_desc)}\\Z)(?:{groups})")


def _numbers(kind: PhoneNumberDesc | None) -> str:
    """The numbers of one kind as a regular expression; empty if there are none."""
    if kind is None or not kind.national_number_pattern:
        return ""
    lengths = "|".join(f".{{{length}}}" for length in kind.possible_length if length > 0)
    if kind.possible_length and not lengths:
        return ""
    numbers = f"(?:{kind.national_number_pattern})"
    return f"(?:(?=(?:{lengths})\\Z){numbers})" if lengths else numbers
