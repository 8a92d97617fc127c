"""The states of Australia with all their zones, and where a postcode lies: data for `places`.

Zones are those of the IANA table zone.tab; postcodes are ranges of Australia Post. A code on a border has each side's
clock.
"""

import re

from bot.services.numbers.postcodes import states_by_code

_SYDNEY, _BROKEN_HILL, _LORD_HOWE = "Australia/Sydney", "Australia/Broken_Hill", "Australia/Lord_Howe"
_BRISBANE, _ADELAIDE, _DARWIN = "Australia/Brisbane", "Australia/Adelaide", "Australia/Darwin"
_PERTH, _EUCLA = "Australia/Perth", "Australia/Eucla"

AUSTRALIA: dict[str, tuple[str, tuple[str, ...]]] = {
    "ACT": ("australian capital territory", (_SYDNEY,)),
    "NSW": ("new south wales", (_SYDNEY, _BROKEN_HILL, _LORD_HOWE)),
    "NT": ("northern territory", (_DARWIN,)),
    "QLD": ("queensland", (_BRISBANE, "Australia/Lindeman")),
    "SA": ("south australia", (_ADELAIDE,)),
    "TAS": ("tasmania", ("Australia/Hobart",)),
    "VIC": ("victoria", ("Australia/Melbourne",)),
    "WA": ("western australia", (_PERTH, _EUCLA)),
}
_STATE_BY_POSTCODE = """
0200-0299 ACT, 0800-0999 NT, 1000-2599 NSW, 2600-2618 ACT, 2619-2899 NSW, 2900-2920 ACT, 2921-2999 NSW, 3000-3999 VIC,
4000-4999 QLD, 5000-5999 SA, 6000-6999 WA, 7000-7999 TAS, 8000-8999 VIC, 9000-9999 QLD
"""
_MOST_OF = {"NSW": (_SYDNEY,), "WA": (_PERTH,), "QLD": (_BRISBANE,)}  # where the state has other zones elsewhere
_BORDER = (("QLD", "NSW"), (_BRISBANE, _SYDNEY))
# Postcodes with another state's clock, or one of their own: states and zones.
_APART: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "0872": (("NT", "SA", "WA"), (_DARWIN, _ADELAIDE, _PERTH)),
    "2406": _BORDER,
    **{f"{code}": _BORDER for code in range(4375, 4386)},
    "2880": (("NSW",), (_BROKEN_HILL, _SYDNEY)),
    "2898": (("NSW",), (_LORD_HOWE,)),
    "2899": (("NSW",), ("Pacific/Norfolk",)),
    "6443": (("WA",), (_EUCLA, _PERTH)),
    "6798": (("WA",), ("Indian/Christmas",)),
    "6799": (("WA",), ("Indian/Cocos",)),
}
_WRITTEN = re.compile(r"\d{3,4}")  # a spreadsheet drops the first 0


def zones_of_australian_postcode(text: str) -> dict[str, tuple[str, ...]]:
    """The states (ISO 3166-2) in which a postcode may lie, each with the code's zones; empty if it is none."""
    written = text.strip()
    if not _WRITTEN.fullmatch(written):
        return {}
    code = written.zfill(4)
    state = states_by_code(_STATE_BY_POSTCODE).get(int(code))
    states, zones = _APART.get(code) or ((state,) if state else (), _MOST_OF.get(state or "", ()))
    return {f"AU-{one}": zones or AUSTRALIA[one][1] for one in states}
