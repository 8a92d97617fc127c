"""The nation of the United Kingdom that an address is in; for a postcode area on a border, both.

Source: the areas of Royal Mail's Postcode Address File, as listed by the Office for National Statistics.
"""

import re

_NATIONS = {
    "GB-ENG": {"england", "eng", "engeland", "angleterre", "inglaterra", "inghilterra"},
    "GB-WLS": {"wales", "cymru", "wls", "pays de galles", "gales", "galles"},
    "GB-SCT": {"scotland", "alba", "sct", "schottland", "schotland", "écosse", "ecosse", "escocia", "scozia"},
    "GB-NIR": {
        "northern ireland",
        "n ireland",
        "ni",
        "nir",
        "ulster",
        "nordirland",
        "noord-ierland",
        "irlande du nord",
        "irlanda del norte",
        "irlanda del nord",
    },
}
# As a reader of each language of the product's screens calls them; in every other language as in English.
_NAMES = {
    "GB-ENG": {"en": "England", "fr": "Angleterre"},
    "GB-WLS": {"en": "Wales", "fr": "Pays de Galles"},
    "GB-SCT": {"en": "Scotland", "de": "Schottland", "fr": "Écosse"},
    "GB-NIR": {"en": "Northern Ireland", "de": "Nordirland", "fr": "Irlande du Nord"},
}
_NATION_OF = {word: code for code, words in _NATIONS.items() for word in words}
_POSTCODE = re.compile(r"([A-Z]{1,2})(\d[A-Z\d]?)(?:\s*\d[A-Z]{2})?")
_AREAS = {
    (
        "GB-ENG",
    ): "AL B BA BB BD BH BL BN BR BS CA CB CM CO CR CT CV CW DA DE DH DL DN DT DY E EC EN EX FY GU HA HD HP HU HX "
    "IG IP KT L LA LE LN LS LU M ME MK N NE NG NN NR NW OL OX PE PL PO PR RG RH RM S SE SG SK SL SM SN SO SP SR SS ST "
    "SW "
    "TA TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO",
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
