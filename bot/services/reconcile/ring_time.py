"""How long the house lets a number ring before it counts as no answer."""

from datetime import datetime

from policy import Rulebook

_FIGURE = "ring_seconds"


class RingTimes:
    """The house packs' ring times, each read once."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._rulebook = rulebook
        self._known: dict[tuple[str, int], float] = {}

    def least(self, house_pack: str, at: datetime) -> float:
        """In seconds; 0 if the pack names none at that time."""
        asked = (house_pack, at.date().toordinal())
        if asked not in self._known:
            pack = self._rulebook.packs.get(house_pack)
            rules = () if pack is None else pack.rules
            figures = [rule.parameters.duty() for rule in rules if rule.in_force(at.date())]
            self._known[asked] = max((float(one[_FIGURE]) for one in figures if one and _FIGURE in one), default=0.0)
        return self._known[asked]
