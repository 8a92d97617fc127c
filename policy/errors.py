"""The errors of packs and of facts."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault in one pack. `line` is None if not known."""

    file: str
    key: str
    what: str
    line: int | None = None

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}, line {self.line}"
        return f"{where}: {self.key}: {self.what}" if self.key else f"{where}: {self.what}"


class PackError(Exception):
    """The packs cannot be used; `faults` lists every fault of each."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class UnknownPackError(LookupError):
    """A pack was requested by a name that the rulebook does not have."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        self.name = name
        self.known = tuple(sorted(known))
        super().__init__(f"no pack is named {name!r}; the packs are {', '.join(self.known) or 'none'}")


class FactsError(ValueError):
    """No decision can be made from these facts or this moment: a naive instant, or one out of range."""

    def __init__(self, field: str, what: str) -> None:
        self.field = field
        self.what = what
        super().__init__(f"{field}: {what}")
