"""`nextcall evidence verify`: rows against leaves, leaves against tree, tree against checkpoints. Changes nothing."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from datetime import datetime

from sqlmodel import Session

from bot.services.answers.evidence.checks import Fault, Tampering, Verification
from bot.services.deps import Deps
from bot.services.proof import notes
from bot.services.proof.gathering import are_sound
from bot.services.proof.row_check import MALFORMED, RowCheck
from bot.services.proof.signing import public_key
from bot.services.proof.tree_check import TreeCheck, key_changes, known_key
from storage.log import heads, tree, watch
from storage.log.statements import STATED
from storage.models import EvidenceLog

MOST_TOLD = 1_000
_ALL_CHANGES = 10_000_000
Progress = Callable[[int, int], None]


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
        for table in watch.missing(session.connection()):
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
