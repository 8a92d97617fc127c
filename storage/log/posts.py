"""Which checkpoints of the log were published in Slack, and when."""

from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from storage.models import CheckpointPost, DigestRun


def published_sizes(session: Session, organisation_id: int) -> dict[int, date]:
    """The sizes of checkpoints that a digest showed, or before 0.9.0 a channel of their own, each with its first
    day."""
    alone = select(col(CheckpointPost.size), col(CheckpointPost.on_date)).where(
        col(CheckpointPost.organisation_id) == organisation_id, col(CheckpointPost.posted_at).is_not(None)
    )
    size = col(DigestRun.content)["log", "size"].as_integer()
    in_digests = select(size, col(DigestRun.on_date)).where(
        col(DigestRun.organisation_id) == organisation_id, col(DigestRun.posted_at).is_not(None), size.is_not(None)
    )
    found = [(row[0], row[1]) for asked in (alone, in_digests) for row in session.execute(asked)]
    return dict(sorted(found, key=lambda one: one[1], reverse=True))
