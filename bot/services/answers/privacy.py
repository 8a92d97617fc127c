"""Answers about a person who is called: everything held on them, what an erasure did, and which rows became them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Subject:
    """A person at a number. Without a person, `person_id` is 0: only the number itself is on record."""

    person_id: int
    name: str
    reference: str  # the customer's number in the organisation's own system; empty without one
    campaigns: tuple[str, ...] = ()
    is_wrong_number: bool = False  # the number proved to be another person's


@dataclass(frozen=True, slots=True)
class HeldRows:
    """The rows of one table about the person, each as column and value. `title`: what they are, in plain words."""

    table: str
    title: str
    rows: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class SubjectExport:
    """Everything on record about one or more people, as of `at`."""

    organisation: str
    at: datetime
    people: tuple[Subject, ...]
    numbers: tuple[str, ...]
    tables: tuple[HeldRows, ...]


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure removed and kept; as a plan, what it would. Figures only, no names."""

    people: int
    numbers: int  # replaced by their hash
    shared_numbers: int  # left, because other people have them
    names: int
    notes: int  # notes, reasons and other free words
    decisions: int  # stored decisions whose numbers were replaced
    callbacks: int  # cancelled
    cards: int  # withdrawn from agents
    stops: int  # kept, in force
    attempts: int  # kept, without the person
    proofs: int  # consents, relationships, requests, hours, screenings: kept, without the person
    shown: int  # messages in Slack whose number is still to be hidden
    rows: int  # from which something was removed
    is_stop_added: bool = False


@dataclass(frozen=True, slots=True)
class MergedRow:
    """A row of a list that was taken for a person. `parted_at`: set once they are parted; then by whom and why."""

    merge_id: int
    name: str
    reference: str
    masked_numbers: tuple[str, ...]
    why: str  # reference | name_and_number
    campaign: str
    source: str  # the file's name
    line: int
    earlier_line: int  # of the same file, where it names the person first; 0: another file does
    merged_at: datetime
    parted_at: datetime | None = None
    parted_by: str = ""  # empty: on the server's command line
    parted_because: str = ""


@dataclass(frozen=True, slots=True)
class MergedPerson:
    """A person whom several rows name."""

    name: str
    list_name: str  # the first that named them; empty: unknown
    source: str  # its file
    rows: tuple[MergedRow, ...]  # empty: all are older than the statements that say why they are one person

    @property
    def is_one(self) -> bool:
        """Whether rows that are not parted stand behind the person."""
        return any(one.parted_at is None for one in self.rows)


@dataclass(frozen=True, slots=True)
class Parted:
    """Two people are apart. `is_repeat`: they were already, and nothing changed."""

    name: str
    other_name: str  # from whom
    rows: int = 0  # of lists, that went with them
    calls_moved: int = 0
    calls_shared: int = 0  # calls that count for both: it is unknown whom they reached
    cards: int = 0  # offered cards that were withdrawn
    is_repeat: bool = False
