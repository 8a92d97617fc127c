"""States and provinces with all their zones, and area codes that span several zones: data for `places`.

The prefix table names only one zone where few numbers belong to the other. The person may still live there, so a call
must be inside hours in both.
"""

from collections.abc import Mapping

_E, _C, _M, _P = "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"


def _states(by_zones: Mapping[tuple[str, ...], str]) -> dict[str, tuple[str, tuple[str, ...]]]:
    each = ((one.split(" ", 1), zones) for zones, states in by_zones.items() for one in states.split(", "))
    return {code: (name, zones) for (code, name), zones in each}


UNITED_STATES = _states(
    {
        (_C,): (
            "AL alabama, AR arkansas, IL illinois, IA iowa, LA louisiana, MN minnesota, MS mississippi, MO missouri, "
            "OK oklahoma, WI wisconsin"
        ),
        ("America/Anchorage", "America/Adak"): "AK alaska",
        ("America/Phoenix", _M): "AZ arizona",
        (_P,): "CA california, WA washington",
        (_M,): "CO colorado, MT montana, NM new mexico, UT utah, WY wyoming",
        (_E,): (
            "CT connecticut, DE delaware, DC district of columbia, GA georgia, ME maine, MD maryland, "
            "MA massachusetts, NH new hampshire, NJ new jersey, NY new york, NC north carolina, OH ohio, "
            "PA pennsylvania, RI rhode island, SC south carolina, VT vermont, VA virginia, WV west virginia"
        ),
        (_E, _C): "FL florida, KY kentucky, TN tennessee",
        ("Pacific/Honolulu",): "HI hawaii",
        ("America/Boise", _P): "ID idaho",
        ("America/Indiana/Indianapolis", _C): "IN indiana",
        (_C, _M): "KS kansas, NE nebraska, ND north dakota, SD south dakota, TX texas",
        ("America/Detroit", _C): "MI michigan",
        (_P, _M): "NV nevada",
        (_P, "America/Boise"): "OR oregon",
    }
)

CANADA: dict[str, tuple[str, tuple[str, ...]]] = {
    "AB": ("alberta", ("America/Edmonton",)),
    "BC": ("british columbia", ("America/Vancouver", "America/Edmonton", "America/Dawson_Creek")),
    "MB": ("manitoba", ("America/Winnipeg",)),
    "NB": ("new brunswick", ("America/Moncton",)),
    "NL": ("newfoundland and labrador", ("America/St_Johns", "America/Goose_Bay")),
    "NS": ("nova scotia", ("America/Halifax",)),
    "NT": ("northwest territories", ("America/Yellowknife", "America/Inuvik")),
    "NU": ("nunavut", ("America/Iqaluit", "America/Rankin_Inlet", "America/Cambridge_Bay", "America/Resolute")),
    "ON": ("ontario", ("America/Toronto", "America/Winnipeg", "America/Atikokan")),
    "PE": ("prince edward island", ("America/Halifax",)),
    "QC": ("quebec", ("America/Toronto", "America/Halifax", "America/Blanc-Sablon")),
    "SK": ("saskatchewan", ("America/Regina", "America/Edmonton")),
    "YT": ("yukon", ("America/Whitehorse",)),
}

# Parts of the United States that are countries of ISO 3166; people write them where a state belongs.
TERRITORIES: dict[str, frozenset[str]] = {
    "AS": frozenset({"american samoa"}),
    "GU": frozenset({"guam"}),
    "MP": frozenset({"northern mariana islands", "northern marianas"}),
    "PR": frozenset({"puerto rico"}),
    "VI": frozenset({"virgin islands", "us virgin islands"}),
}

AREA_CODES_OF_TWO_ZONES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("850", "448"), (_E, _C)),  # Florida
    **dict.fromkeys(("219", "574", "812", "930"), ("America/Indiana/Indianapolis", _C)),
    **dict.fromkeys(("270", "364", "606"), (_E, _C)),  # Kentucky
    **dict.fromkeys(("423", "931"), (_E, _C)),  # Tennessee
    "906": ("America/Detroit", _C),
    **dict.fromkeys(("701", "605", "308", "620", "785", "432"), (_C, _M)),
    **dict.fromkeys(("208", "986"), ("America/Boise", _P)),
    **dict.fromkeys(("541", "458"), (_P, "America/Boise")),
    "775": (_P, _M),
    "928": ("America/Phoenix", _M),
    "907": ("America/Anchorage", "America/Adak"),
}

_NORTH = ("America/Whitehorse", "America/Inuvik", "America/Edmonton", "America/Cambridge_Bay", "America/Rankin_Inlet")
# The prefix table knows one zone of these, or a wrong one.
CANADIAN_AREA_CODES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("250", "236", "257", "672", "778"), ("America/Vancouver", "America/Edmonton")),  # East Kootenay
    "604": ("America/Vancouver",),
    **dict.fromkeys(("403", "587", "780", "825", "368"), ("America/Edmonton",)),
    **dict.fromkeys(("306", "639", "474"), ("America/Regina",)),
    **dict.fromkeys(("204", "431", "584"), ("America/Winnipeg",)),
    "807": ("America/Toronto", "America/Winnipeg", "America/Atikokan"),
    **dict.fromkeys(("418", "581", "367"), ("America/Toronto", "America/Halifax", "America/Blanc-Sablon")),
    **dict.fromkeys(("709", "879"), ("America/St_Johns", "America/Goose_Bay")),
    "867": (*_NORTH, "America/Resolute", "America/Iqaluit"),
}

# States whose law treats a person with one of their area codes as theirs. The notes of their packs say so; for
# Connecticut, Conn. Gen. Stat. 42-288(c). South Carolina means only mobiles, which look like landlines there.
_AREA_CODES = {
    "US-CT": "203 475 860 959",
    "US-FL": "239 305 321 324 352 386 407 448 561 645 656 689 727 728 754 772 786 813 850 863 904 941 954",
    "US-MD": "227 240 301 410 443 667",
    "US-OK": "405 539 572 580 918",
    "US-SC": "803 821 839 843 854 864",
    "US-VA": "276 434 540 571 686 703 757 804 826 948",
}
STATES_BY_AREA_CODE = {code: state for state, codes in _AREA_CODES.items() for code in codes.split()}
