"""Frozen answers about an imported list. Facts only: the surface words them. Instants are aware UTC."""

from dataclasses import dataclass
from datetime import datetime

from policy.vocabulary import Verdict


@dataclass(frozen=True, slots=True)
class RowFault:
    line: int  # 1 is the heading
    reason: str
    row: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """What keeps contacts held, in the words of the rule, and how many. A screening says which, and how old it may be."""

    what: str
    contacts: int
    register: str = ""  # its key
    register_name: str = ""
    max_age_days: int | None = None


@dataclass(frozen=True, slots=True)
class ImportReport:
    list_name: str
    campaign: str
    rows: int
    imported: int
    duplicates_in_file: int
    duplicates_in_database: int
    faults: tuple[RowFault, ...]
    by_verdict: tuple[tuple[Verdict, int], ...]  # of everybody in the file who is in the campaign now and not finished
    heading: tuple[str, ...] = ()
    remarks: tuple[RowFault, ...] = ()  # rows imported, or known already, of which something could not be used
    unused_columns: tuple[str, ...] = ()
    shared_numbers: int = 0  # how many of those imported share a number with somebody else
    missing: tuple[Missing, ...] = ()  # what those held want, most wanted first; some want several things
    changed: int = 0  # how many were in the campaign already and are decided by something new
    imported_at: datetime | None = None
    source: str = ""  # the file's name
