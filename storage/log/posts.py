"""Posts of checkpoints to a channel: one for each channel and day; and which checkpoints were ever published."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, or_, update
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from storage.database import apply_change, insert_unless_taken
from storage.models import CheckpointPost, DigestRun, EvidenceCheckpoint


def post_of(session: Session, organisation_id: int, channel: str, on: date) -> CheckpointPost | None:
    ours = select(CheckpointPost).where(
        CheckpointPost.organisation_id == organisation_id,
        CheckpointPost.channel == channel,
        CheckpointPost.on_date == on,
    )
    return session.exec(ours).first()


def ensure_post(session: Session, channel: str, on: date, checkpoint: EvidenceCheckpoint) -> CheckpointPost:
    """Find the post of one day, or make it with this checkpoint."""
    values: dict[str, Any] = {
        "organisation_id": checkpoint.organisation_id,
        "channel": channel,
        "on_date": on,
        "at": checkpoint.at,
        "size": checkpoint.size,
        "note": checkpoint.note,
        "message_ts": "",
        "told_of": "",
    }
    insert_unless_taken(session, CheckpointPost, values)
    found = post_of(session, checkpoint.organisation_id, channel, on)
    if found is None:
        raise LookupError(f"the checkpoint of {on} vanished")
    return found


def take_post(session: Session, post: CheckpointPost, at: datetime, taken_before: datetime) -> bool:
    """Take a post in order to send it. False: it is sent, or another process is sending it."""
    is_free = or_(col(CheckpointPost.taken_at).is_(None), col(CheckpointPost.taken_at) <= taken_before)
    is_open = and_(col(CheckpointPost.id) == post.id, col(CheckpointPost.posted_at).is_(None), is_free)
    return apply_change(session, update(CheckpointPost).where(is_open).values(taken_at=at)) == 1


def change_post(session: Session, post: CheckpointPost, **values: Any) -> None:
    apply_change(session, update(CheckpointPost).where(col(CheckpointPost.id) == post.id).values(**values))


def published_sizes(session: Session, organisation_id: int) -> dict[int, date]:
    """The sizes of the checkpoints that stood in a posted digest or were posted by themselves, each with its first day."""
    alone = select_columns(col(CheckpointPost.size), col(CheckpointPost.on_date)).where(
        col(CheckpointPost.organisation_id) == organisation_id, col(CheckpointPost.posted_at).is_not(None)
    )
    size = col(DigestRun.content)["log", "size"].as_integer()
    in_digests = select_columns(size, col(DigestRun.on_date)).where(
        col(DigestRun.organisation_id) == organisation_id, col(DigestRun.posted_at).is_not(None), size.is_not(None)
    )
    found = [(row[0], row[1]) for asked in (alone, in_digests) for row in session.execute(asked)]
    return dict(sorted(found, key=lambda one: one[1], reverse=True))
