"""The head of a log: made once, moved on by conditional update, so that two bots never fork it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import String, cast, func
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from storage.database import bulk
from storage.database.engine import insert_unless_taken
from storage.database.rows import changed, deleted, every
from storage.log import leaf_text
from storage.log.merkle import Node
from storage.models import (
    CheckpointPost,
    DigestRun,
    EvidenceChange,
    EvidenceCheckpoint,
    EvidenceLeaf,
    EvidenceLog,
    EvidenceNode,
    Organisation,
)

_LEAF = ("number", "kind", "table_name", "row_id", "last_row_id", "at", "said", "hashed", "salts")
_AT_ONCE = 500
_MARKS = cast(EvidenceLog.marks, String)  # whatever it holds


def organisations(session: Session) -> Sequence[int]:
    return [one or 0 for one in session.exec(select(Organisation.id).order_by(col(Organisation.id)))]


def head_of(session: Session, organisation_id: int) -> EvidenceLog | None:
    return session.exec(select(EvidenceLog).where(EvidenceLog.organisation_id == organisation_id)).first()


def readable_part(session: Session, organisation_id: int) -> EvidenceLog | None:
    """The head with what verifying needs of it, where another of its cells is no longer what it was."""
    keys = EvidenceLog.public_key, EvidenceLog.private_key
    needed: tuple[Any, ...] = (EvidenceLog.origin, *keys, EvidenceLog.peaks, EvidenceLog.size, _MARKS)
    found = session.execute(sql_select(*needed).where(col(EvidenceLog.organisation_id) == organisation_id)).first()
    if found is None:
        return None
    origin, public_key, private_key, peaks, size, marks = found
    if not isinstance(size, int):
        after = sql_select(func.coalesce(func.max(EvidenceLeaf.number) + 1, 0))
        size = session.execute(after.where(col(EvidenceLeaf.organisation_id) == organisation_id)).scalar_one()
    return EvidenceLog(
        organisation_id=organisation_id,
        origin=str(origin),
        public_key=public_key,
        private_key=private_key,
        begun_at=datetime.min.replace(tzinfo=UTC),  # it is said nowhere
        size=size,
        peaks=peaks,
        marks=leaf_text.read_or_nothing(str(marks)),
    )


def begin(session: Session, organisation_id: int, origin: str, public_key: bytes, at: datetime) -> bool:
    """Make the head. False: another bot has."""
    values = {"organisation_id": organisation_id, "origin": origin, "public_key": public_key, "begun_at": at}
    empty = {"private_key": b"", "turn": 0, "size": 0, "peaks": b"", "marks": {}}
    return insert_unless_taken(session, EvidenceLog, {**values, **empty}) is not None


def take_turn(
    session: Session, head: EvidenceLog, size: int, peaks: bytes, marks: Mapping[str, Any], public_key: bytes
) -> bool:
    """Move the head on. `public_key`: of the key that signs the log from now on. False: another bot has."""
    as_read = EvidenceLog.id == head.id, EvidenceLog.turn == head.turn, EvidenceLog.size == head.size
    now = {"size": size, "peaks": peaks, "marks": dict(marks), "public_key": public_key, "private_key": b""}
    return changed(session, EvidenceLog, *as_read, turn=head.turn + 1, **now) == 1


def append(
    session: Session, organisation_id: int, leaves: Sequence[tuple[Any, ...]], nodes: Sequence[Node], note: str
) -> None:
    """Write leaves (number, kind, table, row, last row, at, said, hash, salts), and what completes the tree."""
    same = {"organisation_id": organisation_id}
    bulk.insert(session, EvidenceLeaf, _LEAF, leaves, same)
    bulk.insert(session, EvidenceNode, ("level", "number", "hashed"), [tuple(one) for one in nodes], same)
    number, at = leaves[-1][0], leaves[-1][5]
    session.add(EvidenceCheckpoint(organisation_id=organisation_id, size=number + 1, at=at, note=note))
    session.flush()


def told(session: Session, organisation_id: int, kind: str) -> Sequence[EvidenceLeaf]:
    """Leaves that say something of the log itself, oldest first: restored | key. They are about no table."""
    ours = EvidenceLeaf.organisation_id == organisation_id, EvidenceLeaf.table_name == "", EvidenceLeaf.kind == kind
    return every(session, EvidenceLeaf, *ours, by=col(EvidenceLeaf.number))


def changes(session: Session, most: int) -> Sequence[tuple[int, str, int]]:
    """Rows that changed since their last leaf, oldest first: id of the note, table, row."""
    asked = select(EvidenceChange.id, EvidenceChange.table_name, EvidenceChange.row_id)
    oldest = session.exec(asked.order_by(col(EvidenceChange.id)).limit(most))
    return [(one or 0, table, row) for one, table, row in oldest]


def drop_changes(session: Session, ids: Sequence[int]) -> None:
    for start in range(0, len(ids), _AT_ONCE):
        deleted(session, EvidenceChange, col(EvidenceChange.id).in_(ids[start : start + _AT_ONCE]))


def snapshot(session: Session) -> tuple[int, int]:
    """PostgreSQL: the oldest transaction that still runs, and the first that had not begun. SQLite: none."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        return (1, 0)
    asked = "SELECT pg_snapshot_xmin(now)::text, pg_snapshot_xmax(now)::text FROM pg_current_snapshot() AS now"
    oldest, first = connection.exec_driver_sql(asked).one()
    return int(oldest), int(first)


def published_sizes(session: Session, organisation_id: int) -> dict[int, date]:
    """The sizes of checkpoints that a digest showed, or before 0.9.0 a channel of theirs, each with its first day."""
    alone = sql_select(col(CheckpointPost.size), col(CheckpointPost.on_date)).where(
        col(CheckpointPost.organisation_id) == organisation_id, col(CheckpointPost.posted_at).is_not(None)
    )
    size = col(DigestRun.content)["log", "size"].as_integer()
    in_digests = sql_select(size, col(DigestRun.on_date)).where(
        col(DigestRun.organisation_id) == organisation_id, col(DigestRun.posted_at).is_not(None), size.is_not(None)
    )
    found = [(row[0], row[1]) for asked in (alone, in_digests) for row in session.execute(asked)]
    return dict(sorted(found, key=lambda one: one[1], reverse=True))
