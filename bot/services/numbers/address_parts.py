"""What the region and the postcode of an address point to: places, more exact zones, and what stays open.

A part that is not understood never leaves a person where another source alone would put them: in a country whose states
are known here, they may then be in any.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache

from bot.services.answers.places import KnownBy
from bot.services.names import fold_name
from bot.services.numbers.north_america import CANADA, TERRITORIES, UNITED_STATES

_NATIONS = {
    "GB-ENG": {"england", "eng", "engeland", "angleterre", "inglaterra", "inghilterra"},
    "GB-WLS": {"wales", "cymru", "wls", "pays de galles", "gales", "galles"},
    "GB-SCT": {"scotland", "alba", "sct", "schottland", "schotland", "écosse", "ecosse", "escocia", "scozia"},
    "GB-NIR": {
        "northern ireland", "n ireland", "ni", "nir", "ulster", "nordirland", "noord-ierland", "irlande du nord",
        "irlanda del norte", "irlanda del nord",
    },
}  # fmt: skip
# As a reader of each language of the product's screens calls them; in every other language as in English.
_NAMES = {
    "GB-ENG": {"en": "England", "fr": "Angleterre"},
    "GB-WLS": {"en": "Wales", "fr": "Pays de Galles"},
    "GB-SCT": {"en": "Scotland", "de": "Schottland", "fr": "Écosse"},
    "GB-NIR": {"en": "Northern Ireland", "de": "Nordirland", "fr": "Irlande du Nord"},
}
_NATION_OF = {word: code for code, words in _NATIONS.items() for word in words}
_POSTCODE = re.compile(r"([A-Z]{1,2})(\d[A-Z\d]?)(?:\s*\d[A-Z]{2})?")
_ENGLISH = (
    "AL B BA BB BD BH BL BN BR BS CA CB CM CO CR CT CV CW DA DE DH DL DN DT DY E EC EN EX FY GU HA HD HP HU HX IG IP "
    "KT L LA LE LN LS LU M ME MK N NE NG NN NR NW OL OX PE PL PO PR RG RH RM S SE SG SK SL SM SN SO SP SR SS ST SW TA "
    "TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO"
)
_AREAS = {
    ("GB-ENG",): _ENGLISH,
    ("GB-WLS",): "CF LL SA",
    ("GB-ENG", "GB-WLS"): "CH GL HR LD NP SY",
    ("GB-SCT",): "AB DD EH FK G HS IV KA KW KY ML PA PH ZE",
    ("GB-ENG", "GB-SCT"): "DG TD",
    ("GB-NIR",): "BT",
    # The Crown dependencies have British postcodes but are not in the United Kingdom.
    ("JE",): "JE",
    ("GG",): "GY",
    ("IM",): "IM",
}
_NATIONS_OF_AREA = {area: frozenset(nations) for nations, areas in _AREAS.items() for area in areas.split()}


def nation(folded: str) -> str:
    """ISO 3166-2 of a nation's name or code in lower case (scotland, gb-sct); empty if there is none."""
    return _NATION_OF.get(folded.removeprefix("gb-"), "")


def nation_name(place: str, language: str) -> str:
    """The name of a nation (ISO 3166-2) in a language; empty for any other place."""
    names = _NAMES.get(place, {})
    return names.get(language, names.get("en", ""))


def nations_of_postcode(text: str) -> frozenset[str]:
    """The nations that a postcode, whole or its first half, may lie in; empty if it is not British."""
    found = _POSTCODE.fullmatch(text.upper().strip())
    if not found:
        return frozenset()
    if (found[1], found[2]) == ("CA", "6"):  # the one district of Cumbria that crosses into Scotland
        return frozenset({"GB-ENG", "GB-SCT"})
    return _NATIONS_OF_AREA.get(found[1], frozenset())


_FRANCE = {
    "971": "GP", "972": "MQ", "973": "GF", "974": "RE", "975": "PM", "976": "YT", "977": "BL", "978": "MF", "984": "TF",
    "986": "WF", "987": "PF", "988": "NC",
}  # fmt: skip
_OF_ONE_TOWN = {"97133": "BL", "97150": "MF"}  # they begin with the digits of Guadeloupe
_FRENCH_NAMES = {
    "guadeloupe": "GP", "martinique": "MQ", "guyane": "GF", "guyane francaise": "GF", "reunion": "RE",
    "la reunion": "RE", "mayotte": "YT",
    "saint pierre et miquelon": "PM", "saint barthelemy": "BL", "saint martin": "MF",
    "wallis et futuna": "WF", "polynesie francaise": "PF", "nouvelle caledonie": "NC",
}  # fmt: skip
_CANARY, _CEUTA, _MADRID = ("Atlantic/Canary",), ("Africa/Ceuta",), ("Europe/Madrid",)
_SPAIN = {"35": _CANARY, "38": _CANARY, "51": _CEUTA, "52": _CEUTA}
_SPANISH_NAMES = {
    **dict.fromkeys(
        ("canarias", "islas canarias", "canary islands", "las palmas", "santa cruz de tenerife", "tenerife"), _CANARY
    ),
    **dict.fromkeys(("gran canaria", "lanzarote", "fuerteventura", "la palma", "la gomera", "el hierro"), _CANARY),
    **dict.fromkeys(("ceuta", "melilla"), _CEUTA),
}
_CODE = re.compile(r"\d{4,5}")  # a spreadsheet drops the first 0
_MOST_IN_SPAIN = 52  # the first two digits are the province


def overseas_of_postcode(text: str) -> str:
    """The country (ISO 3166) of a French postcode overseas; empty for one in Europe, or none."""
    code = text.strip()
    if not (len(code) == len("97400") and code.isdigit()):
        return ""
    return _OF_ONE_TOWN.get(code) or _FRANCE.get(code[:3], "")


_ZIP = re.compile(r"(\d{4,5})(?:-\d{4})?")  # a spreadsheet drops the first 0
_CANADIAN = re.compile(r"([ABCEGHJ-NPRSTVXY]\d[A-Z])(?:[ -]?\d[A-Z]\d)?")
_STATE_BY_ZIP = """
005 NY, 010-027 MA, 028-029 RI, 030-038 NH, 039-049 ME, 050-054 VT, 055 MA, 056-059 VT, 060-069 CT, 070-089 NJ,
100-149 NY, 150-196 PA, 197-199 DE, 200 DC, 201 VA, 202-205 DC, 206-219 MD, 220-246 VA, 247-268 WV, 270-289 NC,
290-299 SC, 300-319 GA, 320-339 FL, 341-349 FL, 350-369 AL, 370-385 TN, 386-397 MS, 398-399 GA, 400-427 KY, 430-459 OH,
460-479 IN, 480-499 MI, 500-528 IA, 530-549 WI, 550-567 MN, 569 DC, 570-577 SD, 580-588 ND, 590-599 MT, 600-629 IL,
630-658 MO, 660-679 KS, 680-693 NE, 700-714 LA, 716-729 AR, 730-732 OK, 733 TX, 734-749 OK, 750-799 TX, 800-816 CO,
820-831 WY, 832-838 ID, 840-847 UT, 850-865 AZ, 870-884 NM, 885 TX, 889-898 NV, 900-961 CA, 967-968 HI, 970-979 OR,
980-994 WA, 995-999 AK
"""
# Beside the state of the first digits: of a whole code, or of the first three digits, where a few codes are elsewhere.
_ALSO = {
    "063": "NY", "205": "MD VA", "726": "MO", "739": "TX", "834": "WY", "02861": "MA", "42223": "TN", "59221": "ND",
    "63673": "IL", "71749": "LA", "73949": "TX", "81137": "NM", "84536": "AZ", "86044": "UT", "86515": "NM",
    "88063": "TX", "89439": "CA", "97635": "CA",
}  # fmt: skip
_PROVINCES = {
    "A": "NL", "B": "NS", "C": "PE", "E": "NB", "G": "QC", "H": "QC", "J": "QC", "K": "ON", "L": "ON", "M": "ON",
    "N": "ON", "P": "ON", "R": "MB", "S": "SK", "T": "AB", "V": "BC", "X": "NT NU", "Y": "YT",
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


Evidence = dict[KnownBy, set[str]]  # what each source points to
_STATES_OF = {"US": UNITED_STATES, "CA": CANADA, "AU": AUSTRALIA}
ZONES_OF_STATE = {
    f"{country}-{code}": zones for country, states in _STATES_OF.items() for code, (_, zones) in states.items()
}
_NEAR = 0.85  # how similar a word must be to a state's name to be one misspelt, and no county
_LETTERS = {"US": 2, "CA": 2, "AU": 3}  # of the longest code of a state


@dataclass(slots=True)
class Parts:
    """`places` that the two parts name, and by which; `finer`: the zones of a place that a part tells more exactly.

    `open_in`: countries in any state of which the person may be, because a part is not understood.
    """

    region: set[str] = field(default_factory=set)
    postcode: set[str] = field(default_factory=set)
    places: set[str] = field(default_factory=set)
    finer: dict[str, set[str]] = field(default_factory=dict)
    open_in: set[str] = field(default_factory=set)


def read_parts(region: str, postcode: str, country: str, countries: set[str]) -> Parts:
    """`country`: what the row names, if any; `countries`: that, or else those of its numbers."""
    is_british = country[:2] == "GB" or countries <= {"GB"}
    found = Parts(_from_region(region, countries, is_british))
    if is_british or " " in postcode:  # a full British postcode is unlike any other country's
        found.postcode |= nations_of_postcode(postcode)
    found.places = found.region | found.postcode
    for land in countries & {"US", "CA"}:
        _add_states(found, states_of_postcode(postcode, land))
    if "AU" in countries:
        zones = zones_of_australian_postcode(postcode)
        _add_states(found, frozenset(zones))
        found.finer |= {place: set(some) for place, some in zones.items()}
    if "FR" in countries and (overseas := overseas_of_postcode(postcode)):
        _add_states(found, frozenset({overseas}))
    if "ES" in countries:
        _read_spain(found, region, postcode)
    lands = countries & set(_STATES_OF)
    is_read = found.region | found.postcode and not _is_state_misspelt(found, region, lands)
    found.open_in |= lands if (region or postcode) and not is_read else set()
    return found


def _add_states(found: Parts, states: frozenset[str]) -> None:
    """A code of two states does not widen the state that is named."""
    found.places |= set() if states & found.places else states
    found.postcode |= states


def _read_spain(found: Parts, region: str, postcode: str) -> None:
    by_region, code = _SPANISH_NAMES.get(fold_name(region), ()), _CODE.fullmatch(postcode.strip())
    province = code[0].zfill(5)[:2] if code else ""
    by_code = _SPAIN.get(province, _MADRID) if province and 1 <= int(province) <= _MOST_IN_SPAIN else ()
    found.region |= {"ES"} if by_region else set()
    found.postcode |= {"ES"} if by_code else set()
    if zones := {*by_region, *by_code}:
        found.finer["ES"] = zones
        found.places.add("ES")
    elif region or postcode:
        found.open_in.add("ES")


def _from_region(text: str, countries: set[str], is_british: bool) -> set[str]:
    folded = " ".join(text.casefold().replace(".", "").split())
    if is_british and (british := nation(folded)):
        return {british}
    found: set[str] = set()  # stays empty for a county or city, which do not help
    plain = _plain(folded)
    for country in countries & set(_STATES_OF):
        code = plain.upper().removeprefix(f"{country}-")
        states = _STATES_OF[country].items()
        found |= {f"{country}-{key}" for key, (name, _) in states if code == key or plain == name}
    if "US" in countries:
        found |= {code for code, names in TERRITORIES.items() if plain.upper() == code or plain in names}
    if "FR" in countries:
        name = fold_name(text)
        found |= {_FRANCE.get(name) or _FRENCH_NAMES.get(name, "")} - {""}
    return found


def lands_with_state(region: str) -> frozenset[str]:
    """The countries (ISO 3166) that have a state, province or nation of this name or code."""
    lands = {*_STATES_OF, "FR", "GB"}
    return frozenset(land for land in lands if _from_region(region, {land}, land == "GB"))


def _is_state_misspelt(found: Parts, region: str, lands: set[str]) -> bool:
    """Whether a region that names no state looks like one, rather than a county or city."""
    plain = _plain(" ".join(region.casefold().replace(".", "").split()))
    if not plain or found.region:
        return False
    names = [name for land in lands for name, _ in _STATES_OF[land].values()]
    is_code = any(len(plain) <= _LETTERS[land] for land in lands)
    return is_code or bool(get_close_matches(plain, names, n=1, cutoff=_NEAR))


def _plain(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
