"""What an erasure leaves behind: who erased, when and how much, and keyed hashes. Nothing that names the person."""

from datetime import datetime

from sqlmodel import Field, Index, UniqueConstraint

from storage.models.columns import OrganisationRow, Signed, column


class Erasure(OrganisationRow, table=True):
    """One erasure at a person's request. Never changed."""

    __signed__ = Signed(at="at")
    __about__ = "counts, and the admin who erased"

    at: datetime = column(signed=True)
    erased_by: str = column(signed=True)  # Slack user id of the admin; empty: on the server's command line
    people: int = column(signed=True)
    numbers: int = column(signed=True)  # replaced by their hash
    rows: int = column(signed=True)  # from which something was removed
    stops: int = column(signed=True)  # that stay in force


class ErasedKey(OrganisationRow, table=True):
    """The keyed hash of something by which a list would name an erased person again."""

    __signed__ = "hashes; the erasure is a statement"
    __about__ = "hashes, left by erasures"

    __table_args__ = (
        UniqueConstraint("organisation_id", "hashed"),
        Index("erasedkey_person", "person_id"),  # a person erased again by another number
    )

    erasure_id: int = Field(foreign_key="erasure.id")
    kind: str  # number | reference | name: the name at a number that others share
    hashed: str  # HMAC-SHA-256 under the organisation's key
    person_id: int | None = Field(default=None, foreign_key="person.id")  # of a reference or name; None: a number
