"""Notices a database that was put back from a copy: the log is not the one whose checkpoint was kept outside it.

And states in the log that it was put back from a backup: by whom, when, and how the log stood in it.
"""

import logging
from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, select

from bot.services.deps import Deps
from bot.services.ports import LogKeys, Witness
from bot.services.proof import notes
from bot.services.proof.gathering import MALFORMED, Growing, are_sound, gather, moment, without_gaps
from bot.services.proof.signing import is_key_here, signers_here, write_turn
from storage.log import heads, leaf_text, merkle, tree
from storage.models import EvidenceCheckpoint, EvidenceLog

_log = logging.getLogger("nextcall.proof")


class _Known(set[str]):
    """The logs that this process has compared from their beginning."""


def lost_log(deps: Deps, session: Session, head: EvidenceLog) -> notes.Checkpoint | None:
    """The checkpoint that this log lacks; None if it lacks none, if none was kept, or if the log says so already."""
    if not head.size:
        logs = [one for each in heads.organisations(session) if (one := heads.head_of(session, each)) is not None]
        others = map(_read, deps.witness.others({one.origin for one in logs}))
        gone = [one for one in others if one is not None]
        if not gone:
            return None
        lost = max(gone, key=lambda one: one.size)
        _log.error("event=log_gone had=%d begins=%s", lost.size, head.origin)
        return lost
    known = deps.kept.of(_Known)
    kept = _read(deps.witness.last(head.origin))
    if kept is None:
        return None
    if kept.size <= head.size and head.origin in known:
        return None
    known.add(head.origin)
    if kept.size <= head.size and _is_contained(session, head, kept):
        return None
    restorations = (
        leaf_text.read_or_nothing(one.said) for one in heads.told(session, head.organisation_id, leaf_text.RESTORED)
    )
    said = (one.get("restored", {}) for one in restorations)
    if any((one.get("size"), one.get("root")) == (kept.size, root_text(kept)) for one in said):
        return None  # several bots notice it
    _log.error("event=log_restored had=%d has=%d", kept.size, head.size)
    return kept


def lost_since_backup(witness: Witness, session: Session, head: EvidenceLog) -> notes.Checkpoint | None:
    """The checkpoint kept outside the database that a log, just put back, does not contain; None if none is known."""
    kept = _read(witness.last(head.origin))
    is_there = kept is None or (kept.size <= head.size and _is_contained(session, head, kept))
    return None if is_there else kept


def _read(note: str) -> notes.Checkpoint | None:
    try:
        return notes.read(note)
    except notes.NotANote:
        return None


def root_text(checkpoint: notes.Checkpoint) -> str:
    return b64encode(checkpoint.root).decode()


def _is_contained(session: Session, head: EvidenceLog, kept: notes.Checkpoint) -> bool:
    try:
        return not kept.size or tree.Tree(session, head.organisation_id).subtree(0, kept.size) == kept.root
    except KeyError:  # a leaf is missing
        return False


class LogOfBackup(NamedTuple):
    """How a log stood in a backup. `at`: of its newest checkpoint."""

    origin: str
    size: int
    at: datetime | None
    note: str


class Restoration(NamedTuple):
    """A statement, written. `leaf`: its number; `note`: the checkpoint that has it, for the witness."""

    origin: str
    leaf: int
    note: str
    had: int | None  # leaves that the log had had, if a checkpoint kept outside tells
    had_key: bool  # the key that signed the log before signs this as well


def logs_in(session: Session) -> Sequence[LogOfBackup]:
    """The log of each organisation, as the session sees it, at any revision."""
    asked = select(EvidenceLog.organisation_id, EvidenceLog.origin, EvidenceLog.size)
    found = session.exec(asked.order_by(col(EvidenceLog.organisation_id))).all()
    return [LogOfBackup(origin, size, *_newest(session, organisation_id)) for organisation_id, origin, size in found]


def state_restoration(
    session: Session, witness: Witness, keys: LogKeys, at: datetime, by: str, sha256: str
) -> list[Restoration]:
    """Append the statement to each log, with what waited for it, in the session's transaction.

    `sha256`: of the backup. What waited comes in the same turn: in a later one it would look dated back. A log whose
    head is damaged is left as it is. Where the key that signs it is not here, a new one is made, and the log says so.
    Raises OSError where that cannot be kept.
    """
    usable = [head for each in heads.organisations(session) if (head := _usable(session, each)) is not None]
    return [_state(session, head, witness, keys, at, by, sha256) for head in usable]


def _state(
    session: Session, head: EvidenceLog, witness: Witness, keys: LogKeys, at: datetime, by: str, sha256: str
) -> Restoration:
    origin, number = head.origin, head.size
    as_of, _ = _newest(session, head.organisation_id)
    growing = Growing(number, head.peaks, at)
    stood = notes.Checkpoint(origin, number, growing.peaks.root())
    lost = lost_since_backup(witness, session, head)
    backup = {"as_of": moment(as_of) if as_of else "", "root": root_text(stood), "sha256": sha256, "size": number}
    growing.restored((lost or stood).size, root_text(lost or stood), by=by, backup=backup)
    had_key = is_key_here(keys, head)
    signs = signers_here(keys, head, growing, by)
    found = gather(session, head, at)
    found.marks = without_gaps(found.marks)
    growing.add(found)
    note = write_turn(session, head, growing, found, *signs)
    return Restoration(origin, number, note or "", lost.size if lost else None, had_key)


def _usable(session: Session, organisation_id: int) -> EvidenceLog | None:
    """The head of a log that can be appended to; None where a cell of it is no longer what it was."""
    try:
        head = heads.head_of(session, organisation_id)
        if head is None or not are_sound(head.marks):
            return None
        merkle.Peaks(head.size, head.peaks)
    except MALFORMED:
        return None
    return head


def _newest(session: Session, organisation_id: int) -> tuple[datetime | None, str]:
    ours = select(EvidenceCheckpoint.at, EvidenceCheckpoint.note).where(
        EvidenceCheckpoint.organisation_id == organisation_id
    )
    try:
        return session.exec(ours.order_by(col(EvidenceCheckpoint.size).desc()).limit(1)).first() or (None, "")
    except MALFORMED:
        return None, ""
