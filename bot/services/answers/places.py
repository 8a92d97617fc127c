"""Where a contact may be, and how that is known."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final


class KnownBy(StrEnum):
    """How a place or time zone of a contact is known, the strongest first. A source may point to several."""

    CORRECTION = "correction"  # an agent or a team lead said so
    ZONE = "zone"  # the list's own column of time zones
    COUNTRY = "country"  # its column of countries, and so on
    REGION = "region"
    POSTCODE = "postcode"
    NUMBER = "number"  # a telephone number points there


@dataclass(frozen=True, slots=True)
class KnownPlaces:
    """Candidates that are known in one way."""

    by: KnownBy | None  # the strongest way; None: it was not recorded
    places: tuple[str, ...] = ()  # ISO 3166
    zones: tuple[str, ...] = ()  # IANA
    counts: bool = True  # rules go by them; otherwise a stronger source overrules this one


@dataclass(frozen=True, slots=True)
class PlaceCorrection:
    """Who last said where a contact is, and when."""

    agent_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PlacesView:
    """Where a contact may be, each candidate by its strongest source. `corrected`: None without a correction."""

    known: tuple[KnownPlaces, ...] = ()
    corrected: PlaceCorrection | None = None


NOWHERE_KNOWN: Final = PlacesView()
