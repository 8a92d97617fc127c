"""Links that dial a number: `tel:`, or each person's own for their softphone or CRM."""

import re
from typing import Final
from urllib.parse import quote

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
