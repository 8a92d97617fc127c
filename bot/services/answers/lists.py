"""Answers about an imported list."""

from dataclasses import dataclass
from datetime import date, datetime

from policy.vocabulary import Verdict


@dataclass(frozen=True, slots=True)
class RowFault:
    line: int  # 1 is the heading
    reason: str
    row: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """What keeps contacts held, in the rule's words, and how many. For a screening: which register, and its greatest age."""

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
    by_verdict: tuple[tuple[Verdict, int], ...]  # of everyone in the file who is now in the campaign and not finished
    heading: tuple[str, ...] = ()
    remarks: tuple[RowFault, ...] = ()  # rows imported or already known, part of which could not be used
    unused_columns: tuple[str, ...] = ()
    shared_numbers: int = 0  # how many imported contacts share a number with another person
    missing: tuple[Missing, ...] = ()  # what held contacts lack, most frequent first; one may lack several things
    changed: int = 0  # how many were already in the campaign and are decided on new facts
    imported_at: datetime | None = None
    source: str = ""  # the file's name


@dataclass(frozen=True, slots=True)
class ListResults:
    """What came of a list. Each contact counts once; a call counts for the list on which its contact stood then."""

    list_id: int
    contacts: int
    called: int
    reached: int
    won: int
    opted_out: int  # in a call
    complaints: int
    name: str
    campaign: str
    source: str  # the file's name
    imported_at: datetime
    is_paused: bool = False
    expires_on: date | None = None
    priority: int | None = None  # 0 first .. 4 last; None: the campaign's
