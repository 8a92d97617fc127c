"""What the region and the postcode of an address point to: places, zones where they are more exact, and what stays
open.

A part that is not understood never leaves a person where another source alone would put them: in a country whose states
are known here, they may then be in any.
"""

import unicodedata
from dataclasses import dataclass, field
from difflib import get_close_matches

from bot.services.answers.places import KnownBy
from bot.services.numbers.australia import AUSTRALIA, zones_of_australian_postcode
from bot.services.numbers.north_america import CANADA, TERRITORIES, UNITED_STATES
from bot.services.numbers.overseas import overseas_of_postcode, overseas_of_region, zones_in_spain
from bot.services.numbers.postcodes import states_of_postcode
from bot.services.numbers.uk_nations import nation, nations_of_postcode

Evidence = dict[KnownBy, set[str]]  # what each source points to
_STATES_OF = {"US": UNITED_STATES, "CA": CANADA, "AU": AUSTRALIA}
ZONES_OF_STATE = {
    f"{country}-{code}": zones for country, states in _STATES_OF.items() for code, (_, zones) in states.items()
}
_NEAR = 0.85  # how similar a word must be to a state's name to be one misspelt, and no county
_LETTERS = {"US": 2, "CA": 2, "AU": 3}  # of the longest code of a state


@dataclass(slots=True)
class Parts:
    """`places` that the two parts name, and by which; `finer`: the zones of a place, where a part tells them more
    exactly.

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
    found.open_in |= _open_in(found, region, postcode, countries)
    return found


def _add_states(found: Parts, states: frozenset[str]) -> None:
    """A code of two states does not widen the state that is named."""
    found.places |= set() if states & found.places else states
    found.postcode |= states


def _read_spain(found: Parts, region: str, postcode: str) -> None:
    by_region, by_code = zones_in_spain(region, postcode)
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
    if "FR" in countries and (overseas := overseas_of_region(text)):
        found.add(overseas)
    return found


def lands_with_state(region: str) -> frozenset[str]:
    """The countries (ISO 3166) that have a state, province or nation of this name or code."""
    lands = {*_STATES_OF, "FR", "GB"}
    return frozenset(land for land in lands if _from_region(region, {land}, land == "GB"))


def _open_in(found: Parts, region: str, postcode: str, countries: set[str]) -> set[str]:
    lands = countries & set(_STATES_OF)
    if not (region or postcode) or (found.region | found.postcode and not _is_state_misspelt(found, region, lands)):
        return set()
    return lands


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
