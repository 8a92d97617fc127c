"""What comes of checking the record: stored decisions decided again, audits of many days, the log verified."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.services.answers.reports import AuditCheck
from policy import Finding
from policy.vocabulary import Verdict


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision said. Times are aware UTC. `findings`: every rule's."""

    verdict: Verdict
    callable_from: datetime | None
    lawful_until: datetime | None
    findings: tuple[Finding, ...]
    rulebook: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One point in which a decision differs from the stored one, in English. `what`: verdict | window | rule."""

    what: str
    name: str  # the rule, or which end of the window; empty for the verdict
    then: str  # empty: that rule said nothing
    again: str


@dataclass(frozen=True, slots=True)
class StoredDecision:
    """A decision on record. `asked_for`: hand_out | call | callback."""

    id: int
    at: datetime
    asked_for: str
    agent: str  # empty: unknown
    campaign: str  # empty: a call off the list
    contact_id: int | None
    house_pack: str
    said: Decided


@dataclass(frozen=True, slots=True)
class Replayed:
    """A stored decision beside the same one decided again."""

    stored: StoredDecision
    again: Decided | None  # None: it cannot be decided again
    why_not: str = ""  # forgotten | unreadable | no_house_pack
    fault: str = ""  # of unreadable facts: what is wrong with them
    is_erased: bool = False  # an erasure replaced numbers and words in its facts
    differences: tuple[Difference, ...] = ()

    @property
    def is_same(self) -> bool:
        return self.again is not None and not self.differences

    @property
    def is_by_other_rules(self) -> bool:
        """Whether the rulebook that decided is no longer the one in use."""
        return self.again is not None and self.again.rulebook != self.stored.said.rulebook


@dataclass(frozen=True, slots=True)
class TeamAudit:
    """What one team did in the days: each promise, and how often it was broken. Details begin with their day."""

    team: str
    zone: str  # IANA: whose days these are
    attempts: int
    # opened by rules of which another version is in force now: they are judged by today's text of the rules of that day
    by_other_rules: int
    checks: tuple[AuditCheck, ...]

    @property
    def broken(self) -> int:
        return sum(one.broken for one in self.checks)


@dataclass(frozen=True, slots=True)
class SpanAudit:
    """An audit of the days from `first` to `last`, each from midnight to midnight on the team's clock."""

    first: date
    last: date
    teams: tuple[TeamAudit, ...]
    # set if some days are before it: changes that admins then made to campaigns are not on record
    terms_kept_since: datetime | None = None

    @property
    def broken(self) -> int:
        return sum(one.broken for one in self.teams)


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
    KEY = "key"  # the public key is none, or not the one that the log's own leaves name
    UNWATCHED = "unwatched"  # changes of a table are not noted any more


@dataclass(frozen=True, slots=True)
class Tampering:
    """One finding."""

    fault: Fault
    table: str = ""
    row_id: int | None = None
    columns: tuple[str, ...] = ()
    number: int | None = None  # the leaf, checkpoint size or node it is about
    until: int | None = None  # with `number`, a range of leaves
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PutBack:
    """A leaf which says that the database was put back."""

    leaf: int
    at: datetime | None
    had: int | None = None  # leaves that the log had had, as far as is known
    by: str = ""  # who ran the command; empty: a bot noticed it
    backup: int | None = None  # leaves in the backup; None where a bot noticed it
    backup_as_of: datetime | None = None
    root: str = ""  # over the leaves that the log had had, in base64


@dataclass(frozen=True, slots=True)
class KeyChange:
    """A checkpoint of so many leaves, from which on another key signs the log."""

    size: int
    at: datetime | None
    was: str  # NAME+ID+KEY
    now: str
    is_lost: bool  # the earlier one was gone, and did not sign it
    note: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What the log was found to be."""

    leaves: int
    rows: int
    checkpoints: int
    waiting: int  # rows and changes that the log has yet to take in
    erased: int  # leaves whose personal columns are erased
    found: tuple[Tampering, ...]  # ends after MOST_TOLD findings
    is_cut: bool = False  # there are more
    restored: int = 0  # how often the database was put back
    newest_at: datetime | None = None
    put_back: tuple[PutBack, ...] = ()
    key_changes: tuple[KeyChange, ...] = ()
