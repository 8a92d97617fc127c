"""Who signs the log: a private key outside the database, and how another takes its place.

A checkpoint names both keys, and both sign it: who trusts the earlier one can trust the next. No other checkpoint names
a key, so who may write to the database cannot have one signed that names theirs. A leaf says who changed it.

Before revision 0111 the private key stood in the database; the next turn hands it over to a new one, which never does.
"""

from sqlmodel import Session

from bot.services.deps import Deps
from bot.services.ports import LogKeys
from bot.services.proof import notes
from bot.services.proof.gathering import Gathered, Growing
from storage.log import heads
from storage.models import EvidenceLog

_UNKNOWN = "-"


def public_key(head: EvidenceLog) -> notes.PublicKey:
    """The key that verifies the log's newest checkpoint. Raises KeyDamaged."""
    return notes.PublicKey(head.origin, head.public_key or notes.public_part(head.private_key))


def signer(keys: LogKeys, head: EvidenceLog) -> bytes:
    """The private key of the log. Raises KeyAway, KeyDamaged."""
    if not head.public_key:
        notes.public_part(head.private_key)
        return head.private_key
    found = (one for one in keys.kept() if notes.public_part(one) == head.public_key)
    if (key := next(found, None)) is None:
        raise notes.KeyAway(f"the key that signs the log {head.origin} is not here")
    return key


def is_key_here(keys: LogKeys, head: EvidenceLog) -> bool:
    try:
        signer(keys, head)
    except (notes.KeyAway, notes.KeyDamaged):
        return False
    return True


def signers_here(keys: LogKeys, head: EvidenceLog, growing: Growing, by: str) -> list[bytes]:
    """What signs the next checkpoint: the log's key; where it is not here, or was in the database, a new one as well.

    Then the new key is kept, and a leaf says so. Raises OSError where it cannot be kept.
    """
    signs = [signer(keys, head)] if is_key_here(keys, head) else []
    return signs if signs and head.public_key else [*signs, _next_key(keys, head, growing, by, is_lost=not signs)]


def change_key(deps: Deps, organisation_id: int, *, is_lost: bool = False) -> notes.PublicKey | None:
    """Let a new key sign the log from now on; None before the log has begun. `is_lost`: the earlier key is gone.

    The earlier one is deleted where it lies. Raises KeyAway, KeyDamaged where it cannot sign and is not said to be
    lost, and OSError where the new one cannot be kept.
    """
    while True:
        with deps.unit_of_work() as uow:
            head = heads.head_of(uow.session, organisation_id)
            if head is None:
                return None
            old = [] if is_lost else [signer(deps.log_keys, head)]
            growing = Growing(head.size, head.peaks, deps.clock())
            new = _next_key(deps.log_keys, head, growing, deps.by, is_lost=is_lost)
            note = write_turn(uow.session, head, growing, Gathered(marks=dict(head.marks)), *old, new)
        if note is not None:
            break
        deps.log_keys.drop(new)  # another process had the turn meanwhile
    for one in {*old}.intersection(deps.log_keys.kept()):
        deps.log_keys.drop(one)
    deps.witness.keep(head.origin, note)
    return notes.PublicKey(head.origin, notes.public_part(new))


def _next_key(keys: LogKeys, head: EvidenceLog, growing: Growing, by: str, *, is_lost: bool) -> bytes:
    new = notes.new_private_key()
    try:
        was = public_key(head).shown
    except notes.KeyDamaged:
        was = _UNKNOWN
    growing.key_changed(was, notes.PublicKey(head.origin, notes.public_part(new)).shown, by, is_lost=is_lost)
    keys.add(new)
    return new


def write_turn(session: Session, head: EvidenceLog, growing: Growing, found: Gathered, *signers: bytes) -> str | None:
    """Move the head on, and write leaves, tree and checkpoint. Returns the checkpoint's note; empty if nothing is new.

    `signers`: the keys that sign it. The last of them is the log's from now on. None: another process had the turn
    meanwhile, and nothing was written.
    """
    tree, note = growing.peaks, ""
    if not heads.take_turn(session, head, tree.size, tree.stored, found.marks, notes.public_part(signers[-1])):
        return None
    if growing.leaves:
        note = notes.sign(notes.Checkpoint(head.origin, tree.size, tree.root(), *growing.keys), *signers)
        heads.append(session, head.organisation_id, growing.leaves, growing.nodes, note)
    heads.drop_changes(session, found.change_ids)
    return note
