"""What proves one row: its leaves, what opens their personal columns, and the way to the newest checkpoint.

And how far the log has come: its newest checkpoint, and what waits to be taken in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlmodel import Session

from bot.services.answers.evidence.proof_packs import ColumnOpening, PublishedBefore
from bot.services.answers.reports import LogMark
from bot.services.deps import Deps
from bot.services.ports import LogKeys
from bot.services.proof import notes
from bot.services.proof.gathering import gather, statement_hash
from bot.services.proof.put_back import root_text
from bot.services.proof.sequencing import IN_TREE_WITHIN
from bot.services.proof.signing import is_key_here, public_key, signer
from storage.log import heads, leaf_text, merkle, rows, tree
from storage.log.rows import SALT, StatedRow
from storage.log.statements import BY_NAME, Stated
from storage.models import EvidenceLeaf


@dataclass(frozen=True, slots=True)
class RowProof:
    """One leaf that speaks of a row, and its way into the tree of the newest checkpoint.

    `leaf`: its bytes: canonical JSON with `at`, `n` (its number) and `statement`. A bundle has `rows` instead: ids,
    each with the SHA-256 of the row's statement. `statement`: the row's own, canonical JSON; empty for a bundled row
    that changed since. `openings`: none once the row's person was erased, or where the row now says something else.
    `path`: RFC 9162 inclusion proof, nearest first.
    """

    number: int
    leaf: bytes
    statement: bytes
    openings: tuple[ColumnOpening, ...]
    path: tuple[bytes, ...]
    is_erased: bool


@dataclass(frozen=True, slots=True)
class Published:
    """The newest checkpoint as a signed note, and the key that verifies it (`NAME+ID+KEY`)."""

    note: str
    public_key: str
    size: int
    root: bytes
    at: datetime


def published(session: Session, organisation_id: int) -> Published | None:
    """None while the log is empty. Raises KeyDamaged."""
    head, newest = heads.head_of(session, organisation_id), tree.newest_checkpoint(session, organisation_id)
    if head is None or newest is None:
        return None
    return Published(newest.note, public_key(head).shown, newest.size, notes.read(newest.note).root, newest.at)


class Proving:
    """Proves rows of one organisation against its newest checkpoint. Reads in the caller's transaction.

    Raises KeyDamaged.
    """

    def __init__(self, session: Session, organisation_id: int) -> None:
        self._session, self._organisation_id = session, organisation_id
        self.published = published(session, organisation_id)
        self._tree = tree.Tree(session, organisation_id)

    def sign_pack(self, keys: LogKeys, canonical: bytes) -> str:
        """The log's signature of a proof pack's canonical JSON; empty where the key that signs is not here."""
        head = heads.head_of(self._session, self._organisation_id)
        try:
            return "" if head is None else notes.sign_pack(canonical, signer(keys, head))
        except notes.KeyAway:
            return ""

    def prove(self, table: str, row_id: int) -> tuple[RowProof, ...]:
        """Every leaf that speaks of the row, oldest first; empty if it is not in the log (yet)."""
        stated = BY_NAME[table]
        if self.published is None:
            return ()
        now = rows.these(self._session, stated, self._organisation_id, [row_id])
        found = tree.leaves_of(self._session, self._organisation_id, table, row_id)
        size = self.published.size
        return tuple(
            proof
            for leaf in found
            if leaf.number < size and (proof := self._of_leaf(stated, leaf, row_id, now, size)) is not None
        )

    def ending(self, size: int) -> PublishedBefore | None:
        """The last leaf of the log when it had `size` leaves; None if the log of the newest checkpoint is not as long.

        Its way leads to the root of then as well: over the hashes on its left alone.
        """
        if self.published is None or not 0 < size <= self.published.size:
            return None
        path = merkle.inclusion_path(size - 1, self.published.size, self._tree.subtree)
        return PublishedBefore(size, None, self._tree.subtree(size - 1, size), tuple(path))

    def ending_of(self, text: str) -> PublishedBefore:
        """That of a checkpoint which somebody kept: a signed note, or size and root as a digest says them.

        Raises NotANote if it is none, or none of this log as it is now.
        """
        origin = "" if self.published is None else self.published.public_key.split("+", 1)[0]
        kept = notes.read_kept(text, origin)
        ending = self.ending(kept.size)
        if ending is None or kept.origin != origin or self._tree.subtree(0, kept.size) != kept.root:
            raise notes.NotANote("it is of another log, or this one was written anew since")
        return ending

    def _of_leaf(
        self, stated: Stated, leaf: EvidenceLeaf, row_id: int, now: Sequence[StatedRow], size: int
    ) -> RowProof | None:
        said = leaf_text.read_or_nothing(leaf.said)
        if ("rows" if leaf.kind == leaf_text.ROWS else "statement") not in said:
            return None  # nobody can read it any more: `verify` tells of the leaf
        place = 0
        if leaf.kind == leaf_text.ROWS:
            hashes = [one[0] for one in said["rows"]]
            if row_id not in hashes:
                return None
            place = hashes.index(row_id)
        salt = leaf.salts[place * SALT : (place + 1) * SALT]
        statement, openings = _opened(stated, leaf, said, row_id, salt, now)
        path = tuple(merkle.inclusion_path(leaf.number, size, self._tree.subtree))
        is_erased = salt == rows.ERASED_SALT
        return RowProof(leaf.number, leaf.said.encode(), statement, openings, path, is_erased)


def _opened(
    stated: Stated, leaf: EvidenceLeaf, said: dict[str, object], row_id: int, salt: bytes, now: Sequence[StatedRow]
) -> tuple[bytes, tuple[ColumnOpening, ...]]:
    if leaf.kind == leaf_text.ROWS:
        if not now:
            return b"", ()
        statement = rows.statement_of(stated, now[0], salt)
        said_of = {one[0]: one[1] for one in said["rows"]}  # type: ignore[attr-defined]
        if said_of[row_id] != statement_hash(statement):
            return b"", ()
    else:
        statement = rows.encoded(said["statement"])
    if not now or salt in (b"", rows.ERASED_SALT):
        return statement.encode(), ()
    sealed = leaf_text.read(statement)["sealed"]
    openings = (
        ColumnOpening(name, rows.column_key(salt, name), text)
        for name, text in now[0].personal.items()
        if text is not None
    )
    return statement.encode(), tuple(
        one for one in openings if rows.sealed_value(salt, one.column, one.text) == sealed[one.column]
    )


@dataclass(frozen=True, slots=True)
class LogProgress:
    """`waiting`: rows and changes not in the log yet; `oldest_wait`: how long the first of them has waited, if it says.

    Cards, decisions, calls and outcomes say when they were written; stops and screenings do not.
    """

    size: int
    at: datetime
    note: str
    public_key: str
    waiting: int
    oldest_wait: timedelta
    restored: int  # how often the database was put back from a copy
    stands_for: timedelta  # since the newest checkpoint
    is_signed: bool  # the newest checkpoint, with the key on record
    is_key_here: bool  # this process could sign

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
        restored = len(heads.told(uow.session, organisation_id, leaf_text.RESTORED))
    moments = [row.said[stated.at] for stated, rows in found.new if stated.at for row in rows]
    oldest = datetime.fromisoformat(min(moments)).replace(tzinfo=UTC) if moments else at
    waits = max(at - oldest, timedelta(0))
    told = newest.size, newest.at, newest.note, newest.public_key
    is_signed, here = notes.is_signed(newest.note, public_key(head)), is_key_here(deps.log_keys, head)
    return LogProgress(*told, found.rows, waits, restored, at - newest.at, is_signed, here)


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
    found = heads.told(session, organisation_id, leaf_text.RESTORED)
    said = (leaf_text.read_or_nothing(one.said).get("restored") for one in found if since <= one.at < until)
    lost = (one["size"] for one in said if isinstance(one, dict) and isinstance(one.get("size"), int))
    return LogMark(newest.size, root, max(lost, default=0))
