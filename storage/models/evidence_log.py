"""The transparency log: leaves, the tree over them, its signed checkpoints, and rows changed since their last leaf.

Nothing here is written by what agents do: one bot sequences what was committed, seconds later.
See docs/background/proof.md.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Dialect, text
from sqlmodel import JSON, Column, Field, Index, LargeBinary, UniqueConstraint

from storage.models.columns import OrganisationRow, Row, Signed, column


class _Bytes(LargeBinary):
    """Bytes; none where SQLite holds something else, so that the row can still be read and the damage be told."""

    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], bytes]:  # noqa: ARG002
        return lambda kept: bytes(kept) if isinstance(kept, (bytes, memoryview)) else b""


class EvidenceLog(OrganisationRow, table=True):
    """The head of one organisation's log. Changed by conditional update of `turn` alone: the log never forks."""

    __signed__ = "the log itself"
    __about__ = "the log's head and public key"
    __table_args__ = (UniqueConstraint("organisation_id"),)

    origin: str  # names the log in its checkpoints
    # Ed25519, 32 bytes; empty: before revision 0111 the private key stood in the next column
    public_key: bytes = Field(default=b"", sa_column=Column(_Bytes, nullable=False, server_default=text("''")))
    private_key: bytes = Field(default=b"", sa_column=Column(_Bytes, nullable=False))  # empty: it lies outside
    begun_at: datetime
    turn: int = 0  # counts the turns of sequencing
    size: int = 0  # leaves
    peaks: bytes = Field(default=b"", sa_column=Column(_Bytes, nullable=False))  # roots of the full subtrees, 32 each
    # by table: the highest id in the log, and ids below it that may still appear
    marks: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class EvidenceLeaf(OrganisationRow, table=True):
    """One leaf: a statement about one row, or a bundle of rows that came together."""

    __signed__ = "the log itself"
    __about__ = "salted hashes, which say nothing once an erasure has taken the salt"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        Index("evidenceleaf_row", "organisation_id", "table_name", "row_id"),
    )

    number: int  # its place in the tree, from 0
    kind: str  # row | rows | restored
    table_name: str
    row_id: int  # of a bundle: the first
    last_row_id: int
    at: datetime  # when it was sequenced
    said: str  # the leaf itself, canonical JSON
    hashed: bytes = Field(sa_column=Column(_Bytes, nullable=False))  # its RFC 9162 hash
    # 16 bytes for each row of it: what opens its personal columns; zeros: erased
    salts: bytes = Field(default=b"", sa_column=Column(_Bytes, nullable=False))


class EvidenceNode(OrganisationRow, table=True):
    """The hash over 256 leaves, or over 256 such hashes, and so on: no proof reads the whole log."""

    __signed__ = "the log itself"
    __about__ = "hashes of leaves"
    __table_args__ = (UniqueConstraint("organisation_id", "level", "number"),)

    level: int  # 1: over 256 leaves; 2: over 65,536
    number: int  # its place in its level, from 0
    hashed: bytes = Field(sa_column=Column(_Bytes, nullable=False))


class EvidenceCheckpoint(OrganisationRow, table=True):
    """The log as it stood after a turn, as a signed note (C2SP tlog-checkpoint)."""

    __signed__ = "the log itself"
    __about__ = "hashes of leaves"
    __table_args__ = (
        UniqueConstraint("organisation_id", "size"),
        Index("evidencecheckpoint_at", "organisation_id", "at"),
    )

    size: int
    at: datetime
    note: str


class CheckpointPost(OrganisationRow, table=True):
    """The checkpoint that a channel got for one day, before 0.9.0. Of it, proof packs read the size and the day."""

    __signed__ = "copies of checkpoints"
    __about__ = "hashes of leaves, and the channel that got them"
    __table_args__ = (UniqueConstraint("organisation_id", "channel", "on_date"),)

    channel: str
    on_date: date
    at: datetime  # when the log stood so
    size: int
    note: str
    taken_at: datetime | None = None
    posted_at: datetime | None = None
    message_ts: str = ""
    told_of: str = ""


class EvidenceChange(Row, table=True):
    """A row of which something changed that stands in the log. Written by triggers, deleted once it has a new leaf."""

    __signed__ = "the log itself"
    __about__ = "a table and a row's id"

    id: int | None = Field(default=None, primary_key=True)
    table_name: str
    row_id: int


class RecordedChange(OrganisationRow, table=True):
    """One change of one row: a role, a purpose, the time of a callback. Written with the change, never changed.

    `before` and `after`: JSON, the columns that changed, with values as leaves say them; null for personal columns.
    """

    __signed__ = Signed(at="at")
    __about__ = "a row by its id, what it says openly before and after, and the person who changed it"

    at: datetime = column(signed=True)
    # Slack user id, or "command line"; empty: Nextcall itself, on its own schedule
    changed_by: str = column(signed=True)
    table_name: str = column(signed=True)
    row_id: int = column(signed=True)
    before: str = column(signed=True)
    after: str = column(signed=True)
