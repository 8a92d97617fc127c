"""The US state or Canadian province that a postal code lies in; for a code that crosses a border, each.

Sources: the first three digits of ZIP codes from the USPS Labeling List L002; the ZIP codes in two states from the
Census Bureau's ZCTA to Place relationship file of 2010; the first letters from Canada Post's Addressing Guidelines.
Military and territorial codes name no state.
"""

import re
from functools import lru_cache

_ZIP = re.compile(r"(\d{4,5})(?:-\d{4})?")  # a spreadsheet drops the first 0
_CANADIAN = re.compile(r"([ABCEGHJ-NPRSTVXY]\d[A-Z])(?:[ -]?\d[A-Z]\d)?")
_STATE_BY_ZIP = """
005 NY, 010-027 MA, 028-029 RI, 030-038 NH, 039-049 ME, 050-054 VT, 055 MA, 056-059 VT, 060-069 CT, 070-089 NJ,
100-149 NY,
150-196 PA, 197-199 DE, 200 DC, 201 VA, 202-205 DC, 206-219 MD, 220-246 VA, 247-268 WV, 270-289 NC, 290-299 SC,
300-319 GA,
320-339 FL, 341-349 FL, 350-369 AL, 370-385 TN, 386-397 MS, 398-399 GA, 400-427 KY, 430-459 OH, 460-479 IN, 480-499 MI,
500-528 IA, 530-549 WI, 550-567 MN, 569 DC, 570-577 SD, 580-588 ND, 590-599 MT, 600-629 IL, 630-658 MO, 660-679 KS,
680-693 NE, 700-714 LA, 716-729 AR, 730-732 OK, 733 TX, 734-749 OK, 750-799 TX, 800-816 CO, 820-831 WY, 832-838 ID,
840-847 UT, 850-865 AZ, 870-884 NM, 885 TX, 889-898 NV, 900-961 CA, 967-968 HI, 970-979 OR, 980-994 WA, 995-999 AK
"""
# Beside the state of the first digits: of a whole code, or of the first three digits, of which a few codes are
# elsewhere.
_ALSO = {
    "063": "NY", "205": "MD VA", "726": "MO", "739": "TX", "834": "WY", "02861": "MA", "42223": "TN", "59221": "ND",
    "63673": "IL", "71749": "LA", "73949": "TX", "81137": "NM", "84536": "AZ", "86044": "UT", "86515": "NM",
    "88063": "TX",
    "89439": "CA", "97635": "CA",
}  # fmt: skip
_PROVINCES = {
    "A": "NL", "B": "NS", "C": "PE", "E": "NB", "G": "QC", "H": "QC", "J": "QC", "K": "ON", "L": "ON", "M": "ON",
    "N": "ON",
    "P": "ON", "R": "MB", "S": "SK", "T": "AB", "V": "BC", "X": "NT NU", "Y": "YT",
}  # fmt: skip
_SAMOA = "96799"  # a territory among the codes of Hawaii
_OF_BOTH_BANKS = "K1A"  # the offices of the government in Ottawa and Gatineau


def states_of_postcode(text: str, country: str) -> frozenset[str]:
    """ISO 3166-2 of the states of a ZIP code, or of the provinces of a Canadian code; empty if it is neither.

    `country`: US or CA.
    """
    written = text.strip().upper()
    if country == "US" and (found := _ZIP.fullmatch(written)):
        code = found[1].zfill(5)
        if code == _SAMOA:
            return frozenset()
        near = f"{states_by_code(_STATE_BY_ZIP).get(int(code[:3]), '')} {_ALSO.get(code[:3], '')} {_ALSO.get(code, '')}"
        return frozenset(f"US-{state}" for state in near.split())
    if country == "CA" and (found := _CANADIAN.fullmatch(written)):
        near = _PROVINCES[found[1][0]] + (" QC" if found[1] == _OF_BOTH_BANKS else "")
        return frozenset(f"CA-{province}" for province in near.split())
    return frozenset()


@lru_cache(maxsize=2)
def states_by_code(ranges: str) -> dict[int, str]:
    """By each code of ranges such as `005 NY, 010-027 MA`, its state."""
    states: dict[int, str] = {}
    for part in ranges.split(","):
        codes, state = part.split()
        first, _, last = codes.partition("-")
        states |= dict.fromkeys(range(int(first), int(last or first) + 1), state)
    return states
