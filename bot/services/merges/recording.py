"""Records which rows of a list were taken for a person on record, or for one whom an earlier row of the file names."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session

from bot.services.names import fold_name
from storage.database import bulk
from storage.models import PersonMerge
from storage.queries import list_imports

REFERENCE, NAME_AND_NUMBER = "reference", "name_and_number"
ALONE, TOGETHER = "alone", "together"


class Taken(NamedTuple):
    """A row that means a person met before. The fields after `line` are as in the row.

    `known_as`: the person's folded name. `makes_contact`: the row adds the person to the campaign. `says`: whether the
    row says stops or proofs (see `PersonMerge.says`).
    """

    person_id: int
    known_as: str
    is_by_reference: bool
    makes_contact: bool
    says: str
    earlier_line: int
    line: int
    name: str
    reference: str
    numbers: tuple[str, ...]
    brought: tuple[str, ...]
    places: str
    zones: str
    known_by: str

    @property
    def is_other_name(self) -> bool:
        return fold_name(self.name) != self.known_as

    @property
    def tells_apart(self) -> bool:
        """Whether the row differs from the person in more than its list."""
        return self.is_other_name or bool(self.brought) or bool(self.reference and not self.is_by_reference)

    @property
    def as_said(self) -> tuple[object, ...]:
        return (self.person_id, fold_name(self.name), self.reference.casefold(), " ".join(self.numbers))


_COLUMNS = (
    "person_id", "contact_id", "why", "name", "reference", "numbers", "brought", "places", "zones",
    "known_by", "line", "earlier_line", "says",
)  # fmt: skip


def record(
    session: Session, organisation_id: int, campaign_id: int, source: str, taken: Iterable[Taken], at: datetime
) -> list[Taken]:
    """Record the rows that merge something: another campaign's contact, a name, a reference or a number. Returns them.

    A row recorded before is recorded again only if it says stops or proofs: a parting must know which row said them.
    """
    news = [one for one in taken if one.makes_contact or one.tells_apart or one.says]
    if not news:
        return []
    asked = {one.person_id for one in news if not one.makes_contact}
    known: set[tuple[object, ...]] = {
        (row.person_id, fold_name(row.name), row.reference.casefold(), row.numbers)
        for row in list_imports.merges_of(session, asked)
        if row.campaign_id == campaign_id
    }
    fresh: list[Taken] = []
    for one in news:
        is_known = one.as_said in known
        if one.makes_contact or (one.says if is_known else one.tells_apart):
            known.add(one.as_said)
            fresh.append(one)
    if not fresh:
        return []
    made = [one.person_id for one in fresh if one.makes_contact]
    contacts = list_imports.contact_ids(session, campaign_id, made)
    rows = [_row(one, contacts.get(one.person_id) if one.makes_contact else None) for one in fresh]
    same = {
        "organisation_id": organisation_id,
        "campaign_id": campaign_id,
        "source": source,
        "merged_at": at,
        "parted_because": "",
    }
    bulk.insert(session, PersonMerge, _COLUMNS, rows, same)
    return fresh


def _row(one: Taken, contact_id: int | None) -> tuple[object, ...]:
    why = REFERENCE if one.is_by_reference else NAME_AND_NUMBER
    numbers, brought = " ".join(one.numbers), " ".join(one.brought)
    return (
        *(one.person_id, contact_id, why, one.name, one.reference, numbers, brought),
        *(one.places, one.zones, one.known_by, one.line, one.earlier_line, one.says),
    )
