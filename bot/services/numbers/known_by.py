"""How each candidate place and zone is known, as text on the contact: `region=US-CO;America/Denver number=US`.

Each source names all that it points to, also what a stronger one overrules: nothing that a list said is lost.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from bot.services.answers.places import KnownBy, KnownPlaces

_Named = Mapping[KnownBy, Collection[str]]
_SOURCES = {by.value: by for by in KnownBy}


def as_text(places: _Named, zones: _Named) -> str:
    """Places (ISO 3166) and zones (IANA) by source, as they are kept."""
    told = ((by, ",".join(sorted(places.get(by, ()))), ",".join(sorted(zones.get(by, ())))) for by in KnownBy)
    return " ".join(f"{by}={named}{of and f';{of}'}" for by, named, of in told if named or of)


def as_corrected(known_by: str) -> str:
    """The same where a person said the address: what does not come from a number is a correction."""
    places: dict[KnownBy, set[str]] = defaultdict(set)
    zones: dict[KnownBy, set[str]] = defaultdict(set)
    for by, of_source, with_zones in _read(known_by):
        said = by if by is KnownBy.NUMBER else KnownBy.CORRECTION
        places[said].update(of_source)
        zones[said].update(with_zones)
    return as_text(places, zones)


def known_places(places: str, zones: str, known_by: str) -> tuple[KnownPlaces, ...]:
    """A contact's candidates, each by its strongest source, then what counts for nothing; all as on the contact."""
    sources = _read(known_by)
    left_places, left_zones = set(places.split()), set(zones.split())
    found = [KnownPlaces(by, _taken(named, left_places), _taken(of, left_zones)) for by, named, of in sources]
    found.append(KnownPlaces(None, tuple(sorted(left_places)), tuple(sorted(left_zones))))
    seen_places, seen_zones = set(places.split()), set(zones.split())
    for by, named, of in sources:
        others = [one for one in named if not any(_is_same(one, other) for other in seen_places)]
        more = [one for one in of if one not in seen_zones]
        found.append(KnownPlaces(by, tuple(others), tuple(more), counts=False))
        seen_places.update(others)
        seen_zones.update(more)
    return tuple(one for one in found if one.places or one.zones)


def _taken(named: Iterable[str], left: set[str]) -> tuple[str, ...]:
    found = tuple(one for one in named if one in left)
    left.difference_update(found)
    return found


def _read(known_by: str) -> list[tuple[KnownBy, list[str], list[str]]]:
    """Sources with their places and zones. A word of a later version is passed over."""
    found = []
    for part in known_by.split():
        by, _, named = part.partition("=")
        places, _, zones = named.partition(";")
        if by in _SOURCES:
            found.append((_SOURCES[by], places.split(",") if places else [], zones.split(",") if zones else []))
    return found


def _is_same(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}-") or other.startswith(f"{one}-")
