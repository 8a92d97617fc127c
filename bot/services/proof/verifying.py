"""`nextcall evidence verify`: rows against leaves, leaves against tree, tree against checkpoints. Changes nothing."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from datetime import datetime
from itertools import chain
from typing import Any, NamedTuple

from sqlmodel import Session, select

from bot.services.answers.evidence.checks import Fault, KeyChange, PutBack, Tampering, Verification
from bot.services.deps import Deps
from bot.services.proof import notes
from bot.services.proof.explained import instant_or_none
from bot.services.proof.gathering import MALFORMED, are_sound
from bot.services.proof.put_back import root_text
from bot.services.proof.row_check import RowCheck, Tell
from bot.services.proof.signing import public_key
from storage.log import heads, leaf_text, merkle, tree
from storage.log.statements import STATED, missing_triggers
from storage.models import EvidenceLog, EvidenceNode

Progress = Callable[[int, int], None]
_EVERY = 5_000  # leaves between two reports of progress
_FORGED = b"\xff" * merkle.SIZE


class _Leaf(NamedTuple):
    number: int
    kind: str
    table: str
    row_id: int
    said: str
    hashed: bytes
    at: str


class _Kept(NamedTuple):
    size: int
    note: str
    at: str


class TreeCheck:
    """One pass over the leaves in their order. `key`: on record; None: it is damaged.

    It counts leaves and checkpoints, and keeps when the database was put back. Without a key it checks no signature.
    """

    def __init__(
        self,
        session: Session,
        head: EvidenceLog,
        key: notes.PublicKey | None,
        key_changes: Sequence[KeyChange],
        tell: Tell,
        outside: list[notes.Checkpoint],
    ) -> None:
        self._session, self._head, self._tell = session, head, tell
        self._key = key
        self._signer = next((known_key(one.was) for one in key_changes), key)  # of the next checkpoint
        self._peaks = merkle.Peaks()
        asked = select(EvidenceNode.level, EvidenceNode.number, EvidenceNode.hashed)
        found = self._session.exec(asked.where(EvidenceNode.organisation_id == self._head.organisation_id))
        self._nodes = {(one, at): hashed for one, at, hashed in found if isinstance(one, int) and isinstance(at, int)}
        self._checkpoints = self._all_checkpoints()
        self._next = next(self._checkpoints, None)
        self._good_until, self._is_broken = 0, False
        self._last_at, self._last_met = "", 0  # of the last leaf; the size of the last checkpoint met
        self.leaves = self.checkpoints = 0
        self.put_back: list[PutBack] = []
        self._outside: dict[int, list[notes.Checkpoint]] = {}  # by size; those that were met are gone
        for one in outside:
            self._outside.setdefault(one.size, []).append(one)

    def check(self, progress: Progress | None = None) -> "TreeCheck":
        for one in chain.from_iterable(self._outside.values()):
            if one.origin != self._head.origin:
                self._tell(Tampering(Fault.FORKED, number=one.size))
        for leaf in _leaves(self._session, self._head.organisation_id):
            self._leaf(leaf)
            if progress and not leaf.number % _EVERY:
                progress(leaf.number, self._head.size)
        self._end()
        return self

    def _leaf(self, leaf: _Leaf) -> None:
        place = self._peaks.size
        if leaf.number < place or leaf.number >= self._head.size:
            self._tell(Tampering(Fault.LEAF_INSERTED, leaf.table, leaf.row_id, number=leaf.number))
            return
        if leaf.number > place:
            self._tell(Tampering(Fault.LEAF_REMOVED, number=place, until=leaf.number))
            self._is_broken = True  # what follows stands in a tree that nobody can work out any more
            while self._peaks.size < leaf.number:
                self._append(_FORGED)
        # A turn ended here: leaves of one turn have one moment. Its checkpoint was met when its last leaf was.
        if place and leaf.at != self._last_at and self._last_met != leaf.number:
            self._tell(Tampering(Fault.CHECKPOINT_REMOVED, number=leaf.number))
        self._last_at = leaf.at
        moment = f"{leaf.at.replace(' ', 'T')}Z"
        if merkle.leaf_hash(leaf.said.encode("utf-8", "surrogatepass")) != leaf.hashed:
            self._tell(Tampering(Fault.LEAF_CHANGED, leaf.table, leaf.row_id, number=leaf.number))
        elif not leaf.said.startswith(f'{{"at":"{moment}","n":{leaf.number},'):
            fault = Fault.LEAF_CHANGED if f'","n":{leaf.number},' in leaf.said[:80] else Fault.LEAF_MOVED
            self._tell(Tampering(fault, leaf.table, leaf.row_id, number=leaf.number))
        if leaf.kind == leaf_text.RESTORED:
            self.put_back.append(_put_back(leaf))
        self._append(leaf.hashed)

    def _append(self, hashed: bytes) -> None:
        for node in self._peaks.append(hashed):
            kept = self._nodes.pop((node.level, node.number), None)
            if kept != node.hashed and not self._is_broken:
                count = merkle.TILE**node.level
                first = node.number * count
                self._tell(Tampering(Fault.NODE, number=first, until=first + count))
        # Checkpoints of the tree as large as it is now, kept ones and those from outside.
        size = self._peaks.size
        while self._next is not None and self._next.size <= size:
            self._one_checkpoint(self._next)
            self._next = next(self._checkpoints, None)
        for one in self._outside.pop(size, ()):
            if one.root != self._peaks.root():
                self._tell(self._not_in_log(one))

    def _one_checkpoint(self, kept: _Kept) -> None:
        self.checkpoints += 1
        self._last_met = kept.size
        try:
            # With the signature of each key that must sign it.
            said = notes.read(kept.note)
            now = known_key(said.now) if said.now else self._signer
            for key in (now,) if said.is_lost else (now, self._signer):
                if key is not None:
                    notes.verify(kept.note, key)
            self._signer = now
        except notes.NotANote:
            self._tell(Tampering(Fault.SIGNATURE, number=kept.size))
            return
        is_at_another = kept.at != self._last_at and not self._is_broken
        if said.size != kept.size or kept.size != self._peaks.size or is_at_another:
            self._tell(Tampering(Fault.CHECKPOINT, number=kept.size))
        elif self._is_broken:
            return
        elif said.root != self._peaks.root():
            self._is_broken = True  # every later one differs too
            self._tell(Tampering(Fault.CHECKPOINT, number=self._good_until, until=kept.size))
        else:
            self._good_until = kept.size

    def _end(self) -> None:
        size = self.leaves = self._peaks.size
        if self._key is None or self._signer != self._key:
            self._tell(Tampering(Fault.KEY))
        if size and self._last_met != size:
            self._tell(Tampering(Fault.CHECKPOINT_REMOVED, number=size))
        if self._head.size > size:
            self._tell(Tampering(Fault.LEAF_REMOVED, number=size, until=self._head.size))
        elif self._head.size < size or (not self._is_broken and self._head.peaks != self._peaks.stored):
            self._tell(Tampering(Fault.HEAD, number=self._head.size))
        while self._next is not None:
            self._tell(Tampering(Fault.CHECKPOINT, number=self._next.size))
            self._next = next(self._checkpoints, None)
        for level, number in self._nodes:
            count = merkle.TILE**level
            self._tell(Tampering(Fault.NODE, number=number * count, until=(number + 1) * count))
        for one in chain.from_iterable(self._outside.values()):
            self._tell(self._not_in_log(one))

    def _not_in_log(self, kept: notes.Checkpoint) -> Tampering:
        """A checkpoint from outside that this log does not have. Was its database put back before it came so far again?

        A checkpoint does not say when it was made. The log itself names only the one that a bot or the restore knew.
        """
        told = [one for one in self.put_back if one.leaf < kept.size and kept.origin == self._head.origin]
        if not told:
            return Tampering(Fault.FORKED, number=kept.size)
        lost = next((one for one in told if (one.had, one.root) == (kept.size, root_text(kept))), None)
        put_back = lost or told[-1]
        return Tampering(Fault.LOST if lost else Fault.PUT_BACK, number=kept.size, until=put_back.leaf, at=put_back.at)

    def _all_checkpoints(self) -> Iterator[_Kept]:
        at = tree.moment_column(self._session, "at")
        ours = f"organisation_id = {self._head.organisation_id}"
        asked = f"SELECT size, note, {at} FROM evidencecheckpoint WHERE {ours} ORDER BY size"  # noqa: S608
        for size, note, moment in tree.raw(self._session, asked):
            if isinstance(size, int):
                yield _Kept(size, _as_text(note), _as_text(moment))


def _leaves(session: Session, organisation_id: int) -> Iterator[_Leaf]:
    columns = f"number, kind, table_name, row_id, said, hashed, {tree.moment_column(session, 'at')}"
    ours = f"organisation_id = {organisation_id}"
    asked = f"SELECT {columns} FROM evidenceleaf WHERE {ours} ORDER BY number"  # noqa: S608 - names of ours
    for number, kind, table, row_id, said, hashed, moment in tree.raw(session, asked):
        if isinstance(number, int):  # what has no number is told as removed
            kept = hashed if isinstance(hashed, bytes) else b""
            yield _Leaf(number, kind, _as_text(table), row_id, _as_text(said), kept, _as_text(moment))


def key_changes(session: Session, organisation_id: int) -> list[KeyChange]:
    """The checkpoints from which on another key signs the log, in their order, whatever is left of them."""
    ours, at = f"organisation_id = {organisation_id}", tree.moment_column(session, "at")
    asked = f"SELECT number FROM evidenceleaf WHERE {ours} AND table_name = '' AND kind = '{leaf_text.KEY}'"  # noqa: S608
    found = set[KeyChange]()
    for number in [one for (one,) in tree.raw(session, asked) if isinstance(one, int)]:
        asked = f"SELECT size, note, {at} FROM evidencecheckpoint WHERE {ours} AND size > {number}"  # noqa: S608
        for size, note, moment in tree.raw(session, f"{asked} ORDER BY size LIMIT 1"):
            with suppress(notes.NotANote):
                said = notes.read(_as_text(note))
                found.add(KeyChange(size, instant_or_none(_as_text(moment)), said.was, said.now, said.is_lost, note))
    return sorted((one for one in found if one.now), key=lambda one: one.size)


def known_key(shown: str) -> notes.PublicKey | None:
    """None: it is no key."""
    try:
        return notes.read_key(shown)
    except notes.KeyDamaged:
        return None


def _put_back(leaf: _Leaf) -> PutBack:
    """What such a leaf says, whatever is left of it."""
    said = leaf_text.read_or_nothing(leaf.said).get("restored")
    said = said if isinstance(said, dict) else {}
    backup = said.get("backup")
    backup = backup if isinstance(backup, dict) else {}
    had, size = said.get("size"), backup.get("size")
    return PutBack(
        leaf.number,
        instant_or_none(leaf.at),
        had if isinstance(had, int) else None,
        str(said.get("by", "")),
        size if isinstance(size, int) else None,
        instant_or_none(backup.get("as_of")),
        str(said.get("root", "")),
    )


def _as_text(cell: Any) -> str:
    """A cell that should hold text, whatever it holds: then it differs from what was signed."""
    return cell if isinstance(cell, str) else repr(cell)


MOST_TOLD = 1_000
_ALL_CHANGES = 10_000_000


class _Findings(list[Tampering]):
    def __call__(self, found: Tampering) -> None:
        if len(self) <= MOST_TOLD:  # one more than are told: then there are more
            self.append(found)


def verify(
    deps: Deps, organisation_id: int, against: Sequence[str] = (), progress: Progress | None = None
) -> Verification | None:
    """Verify everything in one snapshot; None before the log has begun. `against`: signed notes kept elsewhere, or
    what a digest says of the log: its size and root, separated by a space.

    `progress`: leaves read, of how many. Raises NotANote for what is no checkpoint.
    """
    findings = _Findings()
    for one in against:
        notes.read_kept(one, "")
    with deps.unit_of_work(is_read_only=True) as uow, ExitStack() as stack:
        session = uow.session
        stack.enter_context(tree.whatever_it_holds(session))
        head = _head(session, organisation_id, findings)
        if head is None:
            return None
        newest_at = _newest_at(session, organisation_id)
        try:
            key = public_key(head)
        except notes.KeyDamaged:
            key = None  # all but its signatures can be verified
        changes = key_changes(session, organisation_id)
        known = [key, *(known_key(said) for one in changes for said in (one.was, one.now))]
        outside = [_outside(one, head.origin, list(filter(None, known)), findings) for one in against]
        for table in missing_triggers(session.connection()):
            findings(Tampering(Fault.UNWATCHED, table))
        told = TreeCheck(session, head, key, changes, findings, outside).check(progress)
        noted = {(table, row_id) for _, table, row_id in heads.changes(session, _ALL_CHANGES)}
        said = RowCheck(session, head, findings, noted, deps.clock())
        for stated in STATED:
            try:
                said.check(stated)
            except MALFORMED:  # of one table: the others are checked all the same
                findings(Tampering(Fault.UNREADABLE, stated.name))
    counts = told.leaves, said.rows, told.checkpoints, said.waiting, said.erased
    found, cut, put_back = tuple(findings[:MOST_TOLD]), len(findings) > MOST_TOLD, tuple(told.put_back)
    return Verification(*counts, found, cut, len(put_back), newest_at, put_back, tuple(changes))


def _head(session: Session, organisation_id: int, tell: _Findings) -> EvidenceLog | None:
    """A head with a damaged cell without that cell. Without marks, rows that have no leaf count as waiting."""
    with suppress(*MALFORMED):
        head = heads.head_of(session, organisation_id)
        if head is None or (are_sound(head.marks) and isinstance(head.size, int)):
            return head
    head = heads.readable_part(session, organisation_id)
    if head is not None:
        head.marks = head.marks if are_sound(head.marks) else {}
        tell(Tampering(Fault.HEAD, number=head.size))
    return head


def _newest_at(session: Session, organisation_id: int) -> datetime | None:
    try:
        newest = tree.newest_checkpoint(session, organisation_id)
    except (ValueError, TypeError):  # its moment is none: the tree's check tells of it
        return None
    return newest.at if newest else None


def _outside(text: str, origin: str, keys: Sequence[notes.PublicKey], tell: _Findings) -> notes.Checkpoint:
    found = notes.read_kept(text, origin)
    if not notes.is_mark(text) and keys and not any(notes.is_signed(text, one) for one in keys):
        tell(Tampering(Fault.SIGNATURE, number=found.size))
    return found
