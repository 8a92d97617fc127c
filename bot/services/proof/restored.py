"""Notices a database that was put back from a copy: the log is not the one whose checkpoint was kept outside it."""

import logging
from base64 import b64encode

from sqlmodel import Session

from bot.services.deps import Deps
from bot.services.ports import Witness
from bot.services.proof import notes
from storage.log import heads, leaf_text, tree
from storage.models import EvidenceLog

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
