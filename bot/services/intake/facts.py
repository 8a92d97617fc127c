"""What a person adds to a file: the meanings of columns, and what is true of the whole list. Stored as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.services.lists import Basis, ListProofs, NumbersFrom, Reading

LONGEST_NAME = 60  # of a saved mapping


@dataclass(frozen=True, slots=True)
class ListFacts:
    """`mapping`: the meaning of columns, by heading. `country`: two letters; empty: the campaign's.

    `sheets`: those of a workbook, from which `sheet` is chosen; empty: the first that is a list.
    """

    list_name: str = ""
    country: str = ""
    proofs: ListProofs = field(default_factory=ListProofs)
    mapping: Mapping[str, str] = field(default_factory=dict)
    sheet: str = ""
    sheets: tuple[str, ...] = ()

    def reading(self, save_as: str = "") -> Reading:
        """How the file is read. `save_as`: the name under which to keep the mapping, if there is one."""
        return Reading(self.mapping, self.sheet, save_as[:LONGEST_NAME] if self.mapping else "")

    def as_json(self) -> dict[str, Any]:
        proofs = self.proofs
        return {
            "list": self.list_name,
            "country": self.country,
            "basis": proofs.basis.value if proofs.basis else "",
            "told": proofs.is_told_of_calls,
            "assessed": proofs.is_interest_assessed,
            "from": proofs.numbers_from.value if proofs.numbers_from else "",
            "screened": [[register, on.isoformat()] for register, on in proofs.screened],
            "mapping": dict(self.mapping),
            "sheet": self.sheet,
            "sheets": list(self.sheets),
        }


def read_facts(stored: Mapping[str, Any]) -> ListFacts:
    """The facts as `as_json` stored them; those of a file about which nothing was said, if empty."""
    if not stored:
        return ListFacts()
    proofs = ListProofs(
        basis=Basis(stored["basis"]) if stored["basis"] else None,
        is_told_of_calls=bool(stored["told"]),
        screened=tuple((register, date.fromisoformat(on)) for register, on in stored["screened"]),
        is_interest_assessed=bool(stored["assessed"]),
        numbers_from=NumbersFrom(stored["from"]) if stored["from"] else None,
    )
    sheets = tuple(stored["sheets"])
    return ListFacts(stored["list"], stored["country"], proofs, stored["mapping"], stored["sheet"], sheets)
