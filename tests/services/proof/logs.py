"""A log as tests look at it: sequenced to its end, its root, and what proves that a leaf is in it."""

from collections.abc import Sequence

from bot.services.deps import Deps
from bot.services.proof.sequencing import sequence
from storage.log.merkle import Peaks, node_hash


def sequence_all(deps: Deps, organisation_id: int) -> int:
    """Sequence everything that is waiting. Returns how many leaves were written."""
    done = 0
    while some := sequence(deps, organisation_id):
        done += some
    return done


def root_of(hashes: Sequence[bytes]) -> bytes:
    """The root over some leaves' hashes."""
    tree = Peaks()
    for one in hashes:
        tree.append(one)
    return tree.root()


def is_included(number: int, size: int, hashed: bytes, path: Sequence[bytes], root: bytes) -> bool:
    """RFC 9162, 2.1.3.2."""
    if not 0 <= number < size:
        return False
    at, last, found = number, size - 1, hashed
    for one in path:
        if not last:
            return False
        if at & 1 or at == last:
            found = node_hash(one, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, one)
        at, last = at >> 1, last >> 1
    return not last and found == root
