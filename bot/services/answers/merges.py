"""Answers about rows of lists that became one person, and about people who were parted."""

from dataclasses import dataclass
from datetime import datetime


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
    """A person whom several rows name. `list_name`, `source`: the first list that named them; empty if unknown.

    `rows`: empty if all are older than the statements that say why they are one person.
    """

    name: str
    list_name: str
    source: str
    rows: tuple[MergedRow, ...]

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
