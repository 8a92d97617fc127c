"""What a person adds to a file: what it is, the meanings of columns, and what is true of it all. Stored as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.services.answers.registers import NOT_SAID, FileKind, FileUse, Holds, Looks
from bot.services.lists import Basis, ListProofs, NumbersFrom, Reading

LONGEST_NAME = 60  # of a saved mapping


@dataclass(frozen=True, slots=True)
class ListFacts:
    """`mapping`: the meaning of columns, by heading. `country`: two letters; empty: the campaign's.

    `own`: the list that the file makes, once its import has begun: a later import joins it.
    `all_stops`: every text that may say no to calls is a stop. `dates`: a `DayOrder`, for dates of two readings.
    `sheets`: those of a workbook, from which `sheet` is chosen; empty: the first that is a list.
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

    def reading(self, save_as: str = "") -> Reading:
        """How the file is read. `save_as`: the name under which to keep the mapping, if there is one."""
        name = save_as[:LONGEST_NAME] if self.mapping else ""
        return Reading(self.mapping, self.sheet, name, all_stops=self.all_stops, dates=self.dates)

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
            "use": _use_as_json(self.use),
            "own": self.own,
            "all_stops": self.all_stops,
            "dates": self.dates,
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
    return ListFacts(
        stored["list"],
        stored["country"],
        proofs,
        stored["mapping"],
        stored["sheet"],
        sheets,
        _read_use(stored.get("use")),  # files noted by earlier versions have none
        stored.get("own", ""),
        bool(stored.get("all_stops")),
        stored.get("dates", ""),
    )


def _use_as_json(use: FileUse) -> dict[str, Any]:
    looks = use.looks
    return {
        "kind": use.kind.value,
        "looks": None
        if looks is None
        else [looks.kind, list(looks.registers), looks.holds, looks.rows, list(looks.headings)],
        "registers": list(use.registers),
        "holds": use.holds,
        "obtained": use.obtained_on.isoformat() if use.obtained_on else "",
        "campaign": use.campaign,
        "despite": use.despite_faults,
        "principal": use.principal,
        "reason": use.reason,
        "timezone": use.timezone,
        "columns": [list(one) for one in use.columns],
    }


def _read_use(stored: Mapping[str, Any] | None) -> FileUse:
    if not stored:
        return NOT_SAID
    looks = stored["looks"]
    return FileUse(
        kind=FileKind(stored["kind"]),
        looks=Looks(FileKind(looks[0]), tuple(looks[1]), _holds(looks[2]), looks[3], tuple(*looks[4:]))
        if looks
        else None,
        registers=tuple(stored["registers"]),
        holds=_holds(stored["holds"]),
        obtained_on=date.fromisoformat(stored["obtained"]) if stored["obtained"] else None,
        campaign=stored["campaign"],
        despite_faults=bool(stored["despite"]),
        principal=stored["principal"],
        reason=stored["reason"],
        timezone=stored.get("timezone", ""),
        columns=tuple((heading, word) for heading, word in stored.get("columns", ())),
    )


def _holds(word: str | None) -> Holds | None:
    return Holds(word) if word else None
