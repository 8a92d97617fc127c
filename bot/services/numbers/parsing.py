"""Telephone numbers as people type them, as the database keeps them (E.164), and as they may be shown."""

import re
from functools import lru_cache

import phonenumbers

from bot.services.errors import BadNumber
from bot.services.numbers.cells import Unreadable, read_cell
from bot.services.numbers.places import Address, Whereabouts, locate
from bot.services.numbers.plans import ListNumber

_SLACK_LINK = re.compile(r"^<tel:([^|>]+)(?:\|[^>]*)?>$")
_LAST_SHOWN = 3


def parse_number(text: str, country: str) -> str:
    """E.164 of one number as people of `country` (ISO 3166) write it, or as Slack rewrites it. BadNumber otherwise.

    A number that is well formed and not in use is one as well: what is said of it, to stop above all, is never refused.
    """
    found = _read(text, country)
    number = found.number if isinstance(found, ListNumber) else found.well_formed
    if not number:
        raise BadNumber(text.strip())
    return number


def whereabouts_of(number: str) -> Whereabouts:
    """Every place and zone that an E.164 number alone points to; empty ones where it points to none."""
    found = _read(number, "")
    return locate(Address(), (found,)) if isinstance(found, ListNumber) else Whereabouts((), ())


def mask(number: str) -> str:
    """All that anyone but the holder of a card in calling may see: the last three digits."""
    return f"•••• {number[-_LAST_SHOWN:]}" if number else ""


@lru_cache(maxsize=4096)
def shown(number: str, country: str = "") -> str:
    """The number as people write it: at home in `country` (or its own, if none is given) without the country code."""
    parsed = phonenumbers.parse(number, None)
    region = phonenumbers.region_code_for_country_code(parsed.country_code or 0)
    is_home = country in ("", region)
    form = phonenumbers.PhoneNumberFormat.NATIONAL if is_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, form)


def _read(text: str, country: str) -> ListNumber | Unreadable:
    stripped = text.strip()
    linked = _SLACK_LINK.match(stripped)
    found = read_cell(linked.group(1) if linked else stripped, country or "ZZ")
    return found[0] if len(found) == 1 else Unreadable("that is not one number")
