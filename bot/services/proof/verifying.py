"""`nextcall evidence verify`: rows against leaves, leaves against tree, tree against checkpoints. Changes nothing."""

from collections.abc import Callable, Sequence

from bot.services.answers.evidence import Fault, Tampering, Verification
from bot.services.deps import Deps
from bot.services.proof import notes
from bot.services.proof.row_check import RowCheck
from bot.services.proof.tree_check import TreeCheck
from storage.log import STATED, heads, tree, watch
from storage.models import EvidenceLog

MOST_TOLD = 1_000
_ALL_CHANGES = 10_000_000
Progress = Callable[[int, int], None]


class _Findings:
    def __init__(self) -> None:
        self.told: list[Tampering] = []
        self.is_cut = False

    def __call__(self, found: Tampering) -> None:
        if len(self.told) < MOST_TOLD:
            self.told.append(found)
        else:
            self.is_cut = True


def verify(
    deps: Deps, organisation_id: int, against: Sequence[str] = (), progress: Progress | None = None
) -> Verification | None:
    """Verify everything in one snapshot; None before the log has begun. `against`: signed notes kept elsewhere, or
    what a digest says of the log: its size and root, separated by a space.

    `progress`: leaves read, of how many. Raises NotANote for what is no checkpoint.
    """
    findings = _Findings()
    for one in against:
        _read(one, "")
    with deps.unit_of_work(is_read_only=True) as uow:
        session = uow.session
        head = heads.head_of(session, organisation_id)
        newest = tree.newest_checkpoint(session, organisation_id)
        if head is None:
            return None
        key = _key(head, findings)
        outside = [_outside(one, head.origin, key, findings) for one in against]
        for table in watch.missing(session.connection()):
            findings(Tampering(Fault.UNWATCHED, table))
        told = TreeCheck(session, head, key, findings, outside).check(progress)
        noted = {(table, row_id) for _, table, row_id in heads.changes(session, _ALL_CHANGES)}
        rows = RowCheck(session, head, findings, noted, deps.clock())
        for stated in STATED:
            rows.check(stated)
    said = rows.said
    return Verification(
        told.leaves,
        said.rows,
        told.checkpoints,
        said.waiting,
        said.erased,
        tuple(findings.told),
        findings.is_cut,
        told.restored,
        newest.at if newest else None,
    )


def _key(head: EvidenceLog, tell: _Findings) -> notes.PublicKey | None:
    """None: the key on record is damaged; everything but the signatures can be verified without it."""
    try:
        return notes.public_key(head.origin, head.private_key)
    except notes.KeyDamaged:
        tell(Tampering(Fault.KEY))
        return None


def _outside(text: str, origin: str, key: notes.PublicKey | None, tell: _Findings) -> notes.Checkpoint:
    found = _read(text, origin)
    if _is_mark(text) or key is None:
        return found
    try:
        notes.verify(text, key)
    except notes.NotANote:
        tell(Tampering(Fault.SIGNATURE, number=found.size))
    return found


def _read(text: str, origin: str) -> notes.Checkpoint:
    """A signed note, or what a digest says: size and root. Raises NotANote."""
    if not _is_mark(text):
        return notes.read(text)
    size, root = text.split()
    return notes.read(f"{origin or '?'}\n{size.replace(',', '').replace('.', '')}\n{root}\n\n")


def _is_mark(text: str) -> bool:
    return len(text.split()) == len(("size", "root"))
