"""What a verification of the transparency log found."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Fault(StrEnum):
    """What was done to the record or to the log."""

    CHANGED = "changed"  # a row says something else than its newest leaf
    UNEXPLAINED = "unexplained"  # a row changed, and no statement on record says who changed it
    UNREADABLE = "unreadable"  # a row or its leaf holds what it cannot hold
    REMOVED = "removed"  # a row with leaves is gone
    INSERTED = "inserted"  # a row that should have a leaf has none
    BACKDATED = "backdated"  # a row came into the log long after the moment that it names
    REWRITTEN = "rewritten"  # of two leaves about a row the later says something else that never changes
    UNSEALED = "unsealed"  # what opens a row's personal columns was changed or removed, without an erasure
    LEAF_CHANGED = "leaf_changed"
    LEAF_REMOVED = "leaf_removed"
    LEAF_INSERTED = "leaf_inserted"
    LEAF_MOVED = "leaf_moved"  # a leaf stands in another's place
    NODE = "node"  # a hash of the tree is not that of its leaves
    CHECKPOINT = "checkpoint"  # a checkpoint is not that of the tree
    CHECKPOINT_REMOVED = "checkpoint_removed"
    SIGNATURE = "signature"  # a checkpoint is not signed with the log's key
    HEAD = "head"  # the head of the log is not that of the tree
    FORKED = "forked"  # a checkpoint from outside is not of this log, or the log was longer once
    LOST = "lost"  # the log names this checkpoint from outside itself: it was lost when its database was put back
    PUT_BACK = "put_back"  # a checkpoint from outside is not in this log, whose database was put back from a backup
    KEY = "key"  # the signing key is none
    UNWATCHED = "unwatched"  # changes of a table are not noted any more


@dataclass(frozen=True, slots=True)
class Tampering:
    """One finding. `number`: the leaf, checkpoint size or node it is about; `until`: with `number`, a range of
    leaves."""

    fault: Fault
    table: str = ""
    row_id: int | None = None
    columns: tuple[str, ...] = ()
    number: int | None = None
    until: int | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PutBack:
    """A leaf which says that the database was put back. `had`: leaves that the log had had, as far as is known.

    `by`: who ran the command; empty: a bot noticed it. `backup`: leaves in the backup; None where a bot noticed it.
    """

    leaf: int
    at: datetime | None
    had: int | None = None
    by: str = ""
    backup: int | None = None
    backup_as_of: datetime | None = None
    root: str = ""  # over the leaves that the log had had, in base64


@dataclass(frozen=True, slots=True)
class Verification:
    """`waiting`: rows and changes that the log has yet to take in. `erased`: leaves whose personal columns are erased.

    `found` ends after MOST_TOLD findings; `is_cut` says that there are more.
    """

    leaves: int
    rows: int
    checkpoints: int
    waiting: int
    erased: int
    found: tuple[Tampering, ...]
    is_cut: bool = False
    restored: int = 0  # how often the database was put back
    newest_at: datetime | None = None
    put_back: tuple[PutBack, ...] = ()
