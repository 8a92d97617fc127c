"""Parts of France and of Spain with clocks of their own: data for `places`.

France overseas is a country of ISO 3166 each, whose law the packs name; a postcode or department tells which. The
Canary Islands, Ceuta and Melilla are in Spain. Zones are those of the IANA table zone.tab.
"""

import re

from bot.services.names import fold_name

_FRANCE = {
    "971": "GP", "972": "MQ", "973": "GF", "974": "RE", "975": "PM", "976": "YT", "977": "BL", "978": "MF", "984": "TF",
    "986": "WF", "987": "PF", "988": "NC",
}  # fmt: skip
_OF_ONE_TOWN = {"97133": "BL", "97150": "MF"}  # they begin with the digits of Guadeloupe
_FRENCH_NAMES = {
    "guadeloupe": "GP", "martinique": "MQ", "guyane": "GF", "guyane francaise": "GF", "reunion": "RE",
    "la reunion": "RE",
    "mayotte": "YT", "saint pierre et miquelon": "PM", "saint barthelemy": "BL", "saint martin": "MF",
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


def overseas_of_region(text: str) -> str:
    """The same of a region or department by its name or number, as a row of France writes it."""
    folded = fold_name(text)
    return _FRANCE.get(folded) or _FRENCH_NAMES.get(folded, "")


def zones_in_spain(region: str, postcode: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The zones that a region and a postcode of Spain point to; empty for one that tells nothing."""
    found = _CODE.fullmatch(postcode.strip())
    province = found[0].zfill(5)[:2] if found else ""
    by_code = _SPAIN.get(province, _MADRID) if province and 1 <= int(province) <= _MOST_IN_SPAIN else ()
    return _SPANISH_NAMES.get(fold_name(region), ()), by_code
