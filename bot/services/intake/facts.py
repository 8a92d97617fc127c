"""What a person adds to a file: what it is, the meanings of columns, and what is true of it all. Stored as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from bot.services.answers.lists import NOTHING_PROVED, ListProofs
from bot.services.answers.registers import NOT_SAID, FileUse
from bot.services.lists.importing import ListOrder
from bot.services.lists.reading import LONGEST_NAME, Reading

_LOOKS = ("kind", "registers", "holds", "rows", "headings")


@dataclass(frozen=True, slots=True)
class ListFacts:
    """`mapping`: the meaning of columns, by heading. `country`: two letters; empty: the campaign's.

    `own`: the list that the file makes, once its import has begun: a later import joins it.
    `all_stops`: every text that may say no to calls is a stop. `dates`: a `DayOrder`, for dates of two readings.
    `sheets`: those of a workbook, from which `sheet` is chosen; empty: the first that is a list. `is_stated`: the
    person has said what is true of the list. `like`: until then, their earlier file whose statements hold for this one.
    """

    list_name: str = ""
    country: str = ""
    proofs: ListProofs = field(default_factory=ListProofs)
    mapping: Mapping[str, str] = field(default_factory=dict)
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    use: FileUse = NOT_SAID
    own: str = ""
    all_stops: bool = False
    dates: str = ""
    is_stated: bool = False
    like: str = ""

    def as_of(self, last: "ListFacts", name: str) -> "ListFacts":
        """With what was stated of an earlier list, a file of this name. No screening: it was of other numbers."""
        proofs = replace(last.proofs, screened=())
        if not (proofs != NOTHING_PROVED or last.country or last.dates):
            return self
        return replace(self, proofs=proofs, country=last.country, dates=self.dates or last.dates, like=name)

    def order(self, path: Path, campaign: str, list_name: str, asked_at: datetime) -> ListOrder:
        """The order to import the file as this list. Its mapping is kept under its name."""
        save_as = path.stem[:LONGEST_NAME] if self.mapping else ""
        reading = Reading(self.mapping, self.sheet, save_as, all_stops=self.all_stops, dates=self.dates)
        return ListOrder(path, campaign, self.country, list_name, self.proofs, reading, asked_at)

    def as_json(self) -> dict[str, Any]:
        """The facts under the names of the fields."""
        stored: dict[str, Any] = _STORED.dump_python(self, mode="json")
        return stored


_STORED = TypeAdapter(ListFacts)


def read_facts(stored: Mapping[str, Any]) -> ListFacts:
    """The facts as `as_json` stored them; those of a file about which nothing was said, if empty."""
    return _STORED.validate_python(_renamed(stored) if "list" in stored else stored)


def _renamed(stored: Mapping[str, Any]) -> dict[str, Any]:
    """What an earlier version stored, under the names of the fields."""
    proofs = {
        "basis": stored["basis"] or None,
        "is_told_of_calls": stored["told"],
        "screened": stored["screened"],
        "is_interest_assessed": stored["assessed"],
        "numbers_from": stored["from"] or None,
    }
    if use := stored.get("use") or {}:
        looks = dict(zip(_LOOKS, use["looks"] or (), strict=False)) or None
        use = {**use, "looks": looks, "obtained_on": use["obtained"] or None, "despite_faults": use["despite"]}
    return {**stored, "list_name": stored["list"], "proofs": proofs, "use": use}
