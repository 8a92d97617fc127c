"""The Merkle tree of RFC 9162: hashes of leaves and nodes, roots, and ways to them."""

from collections.abc import Callable
from hashlib import sha256
from typing import NamedTuple

SIZE = 32  # bytes of a hash
EMPTY_ROOT = sha256(b"").digest()
TILE_HEIGHT = 8  # every eighth level is kept
TILE = 1 << TILE_HEIGHT
Subtree = Callable[[int, int], bytes]  # the root over the leaves [begin, end)


def leaf_hash(said: bytes) -> bytes:
    return sha256(b"\x00" + said).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


class Node(NamedTuple):
    """A kept hash: over 256 leaves on level 1, over 65,536 on level 2."""

    level: int
    number: int
    hashed: bytes


class Peaks:
    """The roots of the full subtrees that a tree of some size consists of, largest first: enough to append to it."""

    def __init__(self, size: int = 0, stored: bytes = b"") -> None:
        self.size = size
        self._roots = [stored[at : at + SIZE] for at in range(0, len(stored), SIZE)]
        if len(self._roots) != size.bit_count():
            raise ValueError(f"{len(self._roots)} subtrees do not make a tree of {size} leaves")

    def append(self, hashed: bytes) -> list["Node"]:
        """Append a leaf. Returns the hashes that this completes over 256 leaves, 65,536 and so on."""
        self.size += 1
        complete: list[Node] = []
        count, height = self.size, 0
        while not count & 1:
            hashed = node_hash(self._roots.pop(), hashed)
            count, height = count >> 1, height + 1
            if not height % TILE_HEIGHT:
                complete.append(Node(height // TILE_HEIGHT, count - 1, hashed))
        self._roots.append(hashed)
        return complete

    @property
    def stored(self) -> bytes:
        return b"".join(self._roots)

    def root(self) -> bytes:
        if not self._roots:
            return EMPTY_ROOT
        *others, found = self._roots
        for one in reversed(others):
            found = node_hash(one, found)
        return found


def split(count: int) -> int:
    """The largest power of two below a count of two or more."""
    return 1 << ((count - 1).bit_length() - 1)


def inclusion_path(number: int, size: int, subtree: Subtree) -> list[bytes]:
    """The hashes that lead from a leaf to the root of a tree of `size`, the nearest first."""
    path: list[bytes] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + split(end - begin)
        if number < middle:
            path.append(subtree(middle, end))
            end = middle
        else:
            path.append(subtree(begin, middle))
            begin = middle
    return path[::-1]
