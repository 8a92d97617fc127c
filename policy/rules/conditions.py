"""Which calls and contacts a rule applies to. An unknown fact about a contact counts as a match: the strict reading."""

from collections.abc import Iterable
from dataclasses import dataclass

from policy.facts.types import CallFacts, ContactFacts
from policy.vocabulary import Purpose


def may_lie_in(place: str, area: str) -> bool:
    """Whether a place may lie in an area: it does, or it is wider than the area and the exact part is unknown."""
    return place == area or place.startswith(area + "-") or area.startswith(place + "-")


@dataclass(frozen=True, slots=True)
class Conditions:
    """An empty set does not restrict. `solicited`: only requested calls (True), only others (False), both (None)."""

    purposes: frozenset[Purpose] = frozenset()
    sectors: frozenset[str] = frozenset()
    not_sectors: frozenset[str] = frozenset()
    caller_roles: frozenset[str] = frozenset()
    lines: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    number_kinds: frozenset[str] = frozenset()
    subscribers: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    callers: frozenset[str] = frozenset()
    campaigns: frozenset[str] = frozenset()  # in rules of an organisation's own; not in packs for everybody
    sources: frozenset[str] = frozenset()  # where the number came from; a bar becomes a hold if that is unknown
    solicited: bool | None = None

    def met_by(self, call: CallFacts, contact: ContactFacts) -> bool:
        return (
            _allows(self.purposes, call.purpose)
            and _allows(self.sectors, call.sector)
            and call.sector not in self.not_sectors
            and _allows(self.caller_roles, call.caller_role)
            and _allows(self.callers, call.caller)
            and (not self.codes or not self.codes.isdisjoint(call.codes))
            and _allows(self.campaigns, call.campaign)
            and _allows(self.lines, contact.line)
            and _allows(self.roles, contact.role)
            and (not contact.number_kind or _allows(self.number_kinds, contact.number_kind))
            and (not contact.subscriber or _allows(self.subscribers, contact.subscriber))
            and (not contact.source or _allows(self.sources, contact.source))
            and (not self.places or not contact.places or any_within(contact.places, self.places))
        )


def _allows(wanted: frozenset[str] | frozenset[Purpose], value: str) -> bool:
    return not wanted or value in wanted


def any_within(places: Iterable[str], areas: Iterable[str]) -> bool:
    """Whether any of the places may lie in any of the areas."""
    areas = tuple(areas)
    return any(may_lie_in(place, area) for place in places for area in areas)
