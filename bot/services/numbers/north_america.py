"""States and provinces with all their zones, and area codes that span several zones: data for `places`.

The prefix table names only one zone where few numbers belong to the other. The person may still live there, so a call
must be inside hours in both.
"""

_E, _C, _M, _P = "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"

UNITED_STATES: dict[str, tuple[str, tuple[str, ...]]] = {
    "AL": ("alabama", (_C,)),
    "AK": ("alaska", ("America/Anchorage", "America/Adak")),
    "AZ": ("arizona", ("America/Phoenix", _M)),
    "AR": ("arkansas", (_C,)),
    "CA": ("california", (_P,)),
    "CO": ("colorado", (_M,)),
    "CT": ("connecticut", (_E,)),
    "DE": ("delaware", (_E,)),
    "DC": ("district of columbia", (_E,)),
    "FL": ("florida", (_E, _C)),
    "GA": ("georgia", (_E,)),
    "HI": ("hawaii", ("Pacific/Honolulu",)),
    "ID": ("idaho", ("America/Boise", _P)),
    "IL": ("illinois", (_C,)),
    "IN": ("indiana", ("America/Indiana/Indianapolis", _C)),
    "IA": ("iowa", (_C,)),
    "KS": ("kansas", (_C, _M)),
    "KY": ("kentucky", (_E, _C)),
    "LA": ("louisiana", (_C,)),
    "ME": ("maine", (_E,)),
    "MD": ("maryland", (_E,)),
    "MA": ("massachusetts", (_E,)),
    "MI": ("michigan", ("America/Detroit", _C)),
    "MN": ("minnesota", (_C,)),
    "MS": ("mississippi", (_C,)),
    "MO": ("missouri", (_C,)),
    "MT": ("montana", (_M,)),
    "NE": ("nebraska", (_C, _M)),
    "NV": ("nevada", (_P, _M)),
    "NH": ("new hampshire", (_E,)),
    "NJ": ("new jersey", (_E,)),
    "NM": ("new mexico", (_M,)),
    "NY": ("new york", (_E,)),
    "NC": ("north carolina", (_E,)),
    "ND": ("north dakota", (_C, _M)),
    "OH": ("ohio", (_E,)),
    "OK": ("oklahoma", (_C,)),
    "OR": ("oregon", (_P, "America/Boise")),
    "PA": ("pennsylvania", (_E,)),
    "RI": ("rhode island", (_E,)),
    "SC": ("south carolina", (_E,)),
    "SD": ("south dakota", (_C, _M)),
    "TN": ("tennessee", (_E, _C)),
    "TX": ("texas", (_C, _M)),
    "UT": ("utah", (_M,)),
    "VT": ("vermont", (_E,)),
    "VA": ("virginia", (_E,)),
    "WA": ("washington", (_P,)),
    "WV": ("west virginia", (_E,)),
    "WI": ("wisconsin", (_C,)),
    "WY": ("wyoming", (_M,)),
}

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
STATES_BY_AREA_CODE: dict[str, str] = {
    **dict.fromkeys(("203", "475", "860", "959"), "US-CT"),
    **dict.fromkeys(("239", "305", "321", "324", "352", "386", "407", "448", "561", "645", "656", "689"), "US-FL"),
    **dict.fromkeys(("727", "728", "754", "772", "786", "813", "850", "863", "904", "941", "954"), "US-FL"),
    **dict.fromkeys(("227", "240", "301", "410", "443", "667"), "US-MD"),
    **dict.fromkeys(("405", "539", "572", "580", "918"), "US-OK"),
    **dict.fromkeys(("803", "821", "839", "843", "854", "864"), "US-SC"),
    **dict.fromkeys(("276", "434", "540", "571", "686", "703", "757", "804", "826", "948"), "US-VA"),
}
