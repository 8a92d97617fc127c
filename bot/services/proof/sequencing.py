"""Puts what was committed into the log, seconds later: one bot at a time, in small turns, each a transaction.

A turn reads without locks, then moves the head on by conditional update and writes leaves, tree and checkpoint with it.
Killed at any moment, it has written all of that or nothing; of two bots one writes.
"""

import logging
import secrets
from collections import Counter
from datetime import timedelta
from time import monotonic

from bot.services.deps import Deps, retry_lost_turn
from bot.services.proof import notes
from bot.services.proof.gathering import Gathered, Growing, gather
from bot.services.proof.put_back import lost_log, root_text
from bot.services.proof.signing import change_key, signer, write_turn
from storage.log import heads
from storage.models import EvidenceLog

EVERY_S = 3
IN_TREE_WITHIN = timedelta(seconds=10)  # of the commit, in normal running
WORKS_FOR_S = 0.03  # of each tick, unless one turn takes longer: agents come first, and the next tick goes on
_TOLD_AFTER = 2  # failures
_log = logging.getLogger("nextcall.proof")


def sequence_due(deps: Deps) -> int:
    """Sequence what is waiting, or a good part of it. Returns how many leaves were written."""
    with deps.unit_of_work(is_read_only=True) as uow:
        organisations = heads.organisations(uow.session)
    return sum(_sequence_if_signed(deps, one) for one in organisations)


class _Unsigned(Counter[int]):
    """How often in a row this process could not sign the log of each organisation."""


def _sequence_if_signed(deps: Deps, organisation_id: int) -> int:
    """Where the signing key is not here the rows wait for a bot that has it; `nextcall doctor` says so.

    The log is told the second time: the first may be the moment at which another process changes the key.
    """
    times = deps.kept.of(_Unsigned)
    try:
        done = sequence(deps, organisation_id)
    except (notes.KeyAway, notes.KeyDamaged, OSError) as fault:
        times[organisation_id] += 1
        if times[organisation_id] == _TOLD_AFTER:
            _log.error("event=log_not_signed organisation=%d reason=%s", organisation_id, fault)
        return 0
    times.pop(organisation_id, None)
    return done


def sequence(deps: Deps, organisation_id: int) -> int:
    """One turn, and more while there is time. Returns how many leaves were written.

    Raises KeyAway, KeyDamaged; OSError where a new key cannot be kept.
    """
    done, until = 0, monotonic() + WORKS_FOR_S
    while not done or monotonic() < until:
        head, found = _find(deps, organisation_id)
        if not head.public_key:  # of before revision 0111: its key stands in the database
            change_key(deps, organisation_id)
            head, found = _find(deps, organisation_id)
        if found is None:
            break
        wrote = _write(deps, head, found)
        done += wrote
        if found.is_all or not wrote:
            break
    return done


def _find(deps: Deps, organisation_id: int) -> tuple[EvidenceLog, Gathered | None]:
    with deps.unit_of_work(is_read_only=True) as uow:
        head = heads.head_of(uow.session, organisation_id)
        if head is not None:
            found = gather(uow.session, head, deps.clock())
            found.lost = lost_log(deps, uow.session, head)
            is_due = found.lost or found.rows or found.change_ids or found.marks != head.marks
            return head, found if is_due else None
    with deps.unit_of_work() as uow:
        origin, key = f"nextcall/{secrets.token_hex(8)}", notes.new_private_key()
        if heads.begin(uow.session, organisation_id, origin, notes.public_part(key), deps.clock()):
            deps.log_keys.add(key)
    return _find(deps, organisation_id)


@retry_lost_turn
def _write(deps: Deps, head: EvidenceLog, found: Gathered) -> int:
    """One turn. Writes nothing if another bot had it meanwhile."""
    growing = Growing(head.size, head.peaks, deps.clock())
    if found.lost is not None:
        growing.restored(found.lost.size, root_text(found.lost))
    growing.add(found)
    with deps.unit_of_work() as uow:
        note = write_turn(uow.session, head, growing, found, signer(deps.log_keys, head))
    if note:
        deps.witness.keep(head.origin, note)
    return len(growing.leaves) if note is not None else 0
