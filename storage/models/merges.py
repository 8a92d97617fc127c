"""Rows of lists that were taken for one person, and the calls that count for two once such people are parted."""

from datetime import datetime

from sqlmodel import Field, Index, text

from storage.models.columns import EMPTY, OrganisationRow, partial_index


class PersonMerge(OrganisationRow, table=True):
    """One row of a list, merged into a person on record or named earlier in the file. Until it is parted, never changed.

    A row that repeats what is on record merges nothing and leaves no statement. `person_id`: whose row it is now; once
    parted, the person it is parted as.
    """

    __table_args__ = (
        Index("personmerge_person", "person_id"),
        # what an import must not merge again: few of many
        partial_index("personmerge_parted", "parted_from", where=text("parted_from IS NOT NULL")),
    )

    person_id: int = Field(foreign_key="person.id")
    campaign_id: int = Field(foreign_key="campaign.id")
    contact_id: int | None = None  # the contact that the row made; None: the person was in the campaign already
    why: str  # reference | name_and_number
    name: str  # as in the row, as is all that follows
    reference: str
    numbers: str  # E.164, space-separated
    brought: str  # those of them that the person did not have before
    places: str
    zones: str
    known_by: str = Field(default="", sa_column_kwargs=EMPTY)
    source: str  # the file's name
    line: int
    earlier_line: int  # the line of the file that named the person first; 0: another file or list did
    says: str  # whether the row says stops or proofs: alone | together: another row of theirs did at the moment | ""
    merged_at: datetime
    parted_from: int | None = Field(default=None, foreign_key="person.id")
    parted_at: datetime | None = None
    parted_by: int | None = Field(default=None, foreign_key="agent.id")
    parted_because: str = Field(default="", sa_column_kwargs=EMPTY)


class SharedAttempt(OrganisationRow, table=True):
    """An attempt that counts for another person too: they were parted, and it is unknown whom it reached."""

    __table_args__ = (
        Index("sharedattempt_person", "organisation_id", "person_id"),
        Index("sharedattempt_attempt", "attempt_id"),
    )

    attempt_id: int = Field(foreign_key="attempt.id")
    person_id: int = Field(foreign_key="person.id")
