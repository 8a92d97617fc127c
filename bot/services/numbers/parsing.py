"""Parses numbers as people type them into E.164; formats and masks them for display, and links that dial them.

And the kinds of line a list may name: a consumer's, a business's, or a company's (a business known to be corporate).
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final
from urllib.parse import quote

import phonenumbers

from bot.services.errors import BadNumber
from bot.services.numbers.cells import Unreadable, read_cell
from bot.services.numbers.places import Address, Whereabouts, locate
from bot.services.numbers.plans import ListNumber

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


def hyphenated(number: str) -> str:
    """The number in international format as one word: `+44-20-7946-0321`."""
    form = phonenumbers.PhoneNumberFormat.RFC3966
    return phonenumbers.format_number(phonenumbers.parse(number, None), form).removeprefix("tel:")


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
