"""The tree against RFC 9162's own definition, and against the known answers of Certificate Transparency."""

from collections.abc import Sequence
from hashlib import sha256

import pytest

from storage.log.merkle import (
    EMPTY_ROOT,
    Peaks,
    inclusion_path,
    leaf_hash,
)
from tests.services.proof.logs import is_included, root_of

# The eight leaves and their roots that Certificate Transparency's own tests use.
_LEAVES = [bytes.fromhex(one) for one in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                                          "606162636465666768696a6b6c6d6e6f")]  # fmt: skip
_ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def _plain_root(leaves: Sequence[bytes]) -> bytes:
    """RFC 9162, 2.1.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + _plain_root(leaves[:k]) + _plain_root(leaves[k:])).digest()


def _leaves(count: int) -> list[bytes]:
    return [f"leaf {one}".encode() for one in range(count)]


def test_known_trees_have_their_known_roots() -> None:
    for size, root in _ROOTS.items():
        assert root_of([leaf_hash(one) for one in _LEAVES[:size]]).hex() == root
    assert root_of([]) == EMPTY_ROOT


def test_appending_gives_the_root_of_the_whole_at_every_size() -> None:
    tree = Peaks()
    for size, leaf in enumerate(_leaves(70)):
        assert tree.root() == _plain_root(_leaves(size))
        tree = Peaks(size, tree.stored)  # as another process goes on
        tree.append(leaf_hash(leaf))


def test_appending_keeps_the_hash_over_each_256_leaves() -> None:
    hashes = [leaf_hash(one) for one in _leaves(1100)]
    tree = Peaks()
    kept = [node for one in hashes for node in tree.append(one)]
    assert [(one.level, one.number) for one in kept] == [(1, 0), (1, 1), (1, 2), (1, 3)]
    assert all(one.hashed == root_of(hashes[one.number * 256 : (one.number + 1) * 256]) for one in kept)


def test_peaks_of_another_size_are_refused() -> None:
    with pytest.raises(ValueError, match="do not make a tree"):
        Peaks(3, b"\0" * 32)


def test_every_leaf_of_every_tree_is_proved_and_no_other_place_is() -> None:
    hashes = [leaf_hash(one) for one in _leaves(33)]
    for size in range(1, 34):
        root = root_of(hashes[:size])
        for number in range(size):
            path = inclusion_path(number, size, lambda begin, end: root_of(hashes[begin:end]))
            assert is_included(number, size, hashes[number], path, root)
            assert not is_included((number + 1) % (size + 1), size, hashes[number], path, root)
            assert not is_included(number, size, leaf_hash(b"other"), path, root)
            if path:
                assert not is_included(number, size, hashes[number], path[:-1], root)
