"""How far the log has come: its newest checkpoint, and what waits to be taken in."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlmodel import Session

from bot.services.answers.reports import LogMark
from bot.services.deps import Deps
from bot.services.proof import notes
from bot.services.proof.gathering import gather
from bot.services.proof.proving import published
from bot.services.proof.restored import root_text
from bot.services.proof.sequencing import IN_TREE_WITHIN
from storage.log import heads, leaf_text, tree
from storage.models import EvidenceLog


@dataclass(frozen=True, slots=True)
class LogProgress:
    """`waiting`: rows and changes not in the log yet; `oldest_wait`: how long the first of them has waited, if it says.

    Cards, decisions, calls and outcomes say when they were written; stops and screenings do not. `stands_for`: since
    the newest checkpoint.
    """

    size: int
    at: datetime
    note: str
    public_key: str
    waiting: int
    oldest_wait: timedelta
    restored: int  # how often the database was put back from a copy
    stands_for: timedelta
    is_signed: bool  # the newest checkpoint, with the key on record

    @property
    def is_late(self) -> bool:
        """Whether a row waits longer than it may and the log does not grow, which would soon take it in."""
        return self.oldest_wait > IN_TREE_WITHIN and self.stands_for > IN_TREE_WITHIN


def progress_of(deps: Deps, organisation_id: int) -> LogProgress | None:
    """None before the log has begun. Raises KeyDamaged."""
    at = deps.clock()
    with deps.unit_of_work(is_read_only=True) as uow:
        head, newest = heads.head_of(uow.session, organisation_id), published(uow.session, organisation_id)
        if head is None or newest is None:
            return None
        found = gather(uow.session, head, at)
        restored = len(heads.restorations(uow.session, organisation_id))
    moments = [row.said[stated.at] for stated, rows in found.new if stated.at for row in rows]
    oldest = datetime.fromisoformat(min(moments)).replace(tzinfo=UTC) if moments else at
    waits = max(at - oldest, timedelta(0))
    told = newest.size, newest.at, newest.note, newest.public_key
    return LogProgress(*told, found.rows, waits, restored, at - newest.at, _is_signed(newest.note, head))


def mark_of(session: Session, organisation_id: int, since: datetime, until: datetime) -> LogMark | None:
    """The newest checkpoint, whoever signed it, and how many leaves the log lost in a span; None while it is empty.

    None too where its note cannot be read: a digest comes all the same, and `evidence verify` names the note.
    """
    newest = tree.newest_checkpoint(session, organisation_id)
    try:
        if newest is None:
            return None
        root = root_text(notes.read(newest.note))
    except notes.NotANote:
        return None
    found = heads.restorations(session, organisation_id)
    said = (leaf_text.read_or_nothing(one.said).get("restored") for one in found if since <= one.at < until)
    lost = (one["size"] for one in said if isinstance(one, dict) and isinstance(one.get("size"), int))
    return LogMark(newest.size, root, max(lost, default=0))


def _is_signed(note: str, head: EvidenceLog) -> bool:
    try:
        notes.verify(note, notes.public_key(head.origin, head.private_key))
    except notes.NotANote:
        return False
    return True
