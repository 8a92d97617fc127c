"""Rows of lists that were taken for one person, and the calls that count for two once such people are parted."""

from datetime import datetime

from sqlmodel import Index, text

from storage.models.columns import About, OrganisationRow, Signed, column, partial_index


class PersonMerge(OrganisationRow, table=True):
    """One row of a list, merged into a person on record or named earlier in the file. Only a parting changes it.

    A row that repeats what is on record merges nothing and leaves no statement. `person_id`: whose row it is now; once
    parted, the person it is parted as.
    """

    __signed__ = Signed()
    __about__ = About("Rows of lists taken for the person", 50, "person_id")

    __table_args__ = (
        Index("personmerge_person", "person_id"),
        # what an import must not merge again: few of many
        partial_index("personmerge_parted", "parted_from", where=text("parted_from IS NOT NULL")),
    )

    person_id: int = column(foreign_key="person.id", signed="changing")
    campaign_id: int = column(foreign_key="campaign.id", signed=True)
    # the contact that the row made; None: the person was in the campaign already
    contact_id: int | None = column(default=None, signed="changing")
    why: str = column(personal="keep", signed=True)  # reference | name_and_number
    name: str = column(personal="empty", forgotten=True, signed=True)  # as in the row, as is all that follows
    reference: str = column(personal="empty", forgotten=True, signed=True)
    numbers: str = column(personal="empty", signed=True)  # E.164, space-separated
    brought: str = column(personal="empty", signed="changing")  # those of them that the person did not have before
    places: str = column(personal="keep", signed="changing")
    zones: str = column(personal="keep", signed="changing")
    known_by: str = column(default="", is_later=True, personal="keep", signed="changing")
    source: str = column(personal="keep", signed=True)  # the file's name
    line: int = column(signed=True)
    # the line of the file that named the person first; 0: another file or list did
    earlier_line: int = column(signed=True)
    # whether the row says stops or proofs: alone | together: another row of theirs did at the moment | ""
    says: str = column(personal="keep", signed="changing")
    merged_at: datetime = column(signed=True)
    parted_from: int | None = column(default=None, foreign_key="person.id", signed="changing")
    parted_at: datetime | None = column(default=None, signed="changing")
    parted_by: int | None = column(default=None, foreign_key="agent.id", signed="changing")
    parted_because: str = column(default="", is_later=True, personal="empty", signed="changing")


class SharedAttempt(OrganisationRow, table=True):
    """An attempt that counts for another person too: they were parted, and it is unknown whom it reached."""

    __signed__ = Signed()
    __about__ = About("Calls that may have reached the person or another", 70, "person_id")

    __table_args__ = (
        Index("sharedattempt_person", "organisation_id", "person_id"),
        Index("sharedattempt_attempt", "attempt_id"),
    )

    attempt_id: int = column(foreign_key="attempt.id", signed=True)
    person_id: int = column(foreign_key="person.id", signed="changing")
