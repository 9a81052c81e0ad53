"""The tree against RFC 6962: known roots, its recursive definition, and proofs that hold exactly where they should."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinheng.core.ledger import proof
from xinheng.core.ledger.hashing import SHA256, SIZE, SM3
from xinheng.core.ledger.refusals import NotProved
from xinheng.core.ledger.tree import Tree

# The eight inputs and roots every implementation of RFC 6962 is checked with.
INPUTS = [bytes.fromhex(h) for h in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def grown(entries, hashing=SHA256):
    tree = Tree(hashing)
    tree.append(b"".join(map(hashing.leaf, entries)))
    return tree


def as_the_rfc_says(entries):
    """MTH of RFC 6962 §2.1, word for word."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    k = 1
    while k * 2 < len(entries):
        k *= 2
    return hashlib.sha256(b"\x01" + as_the_rfc_says(entries[:k]) + as_the_rfc_says(entries[k:])).digest()


def path_as_the_rfc_says(m, entries):
    """PATH of RFC 6962 §2.1.1."""
    if len(entries) == 1:
        return []
    k = 1
    while k * 2 < len(entries):
        k *= 2
    if m < k:
        return [*path_as_the_rfc_says(m, entries[:k]), as_the_rfc_says(entries[k:])]
    return [*path_as_the_rfc_says(m - k, entries[k:]), as_the_rfc_says(entries[:k])]


def subproof_as_the_rfc_says(m, entries, whole=True):
    """SUBPROOF of RFC 6962 §2.1.2."""
    if m == len(entries):
        return [] if whole else [as_the_rfc_says(entries)]
    k = 1
    while k * 2 < len(entries):
        k *= 2
    if m <= k:
        return [*subproof_as_the_rfc_says(m, entries[:k], whole), as_the_rfc_says(entries[k:])]
    return [*subproof_as_the_rfc_says(m - k, entries[k:], False), as_the_rfc_says(entries[:k])]


def entries_of(n):
    return [str(i).encode() for i in range(n)]


def test_known_roots():
    tree = grown(INPUTS)
    assert [tree.root(n).hex() for n in range(1, 9)] == ROOTS
    assert tree.root(0) == hashlib.sha256(b"").digest()


@pytest.mark.parametrize("size", range(1, 34))
def test_roots_and_proofs_are_those_of_the_definition(size):
    entries = entries_of(size)
    tree = grown(entries)
    assert tree.root() == as_the_rfc_says(entries)
    bulk = proof.inclusions(range(size), size, tree.levels())
    for index in range(size):
        path = proof.inclusion(index, size, tree.node)
        assert path == path_as_the_rfc_says(index, entries)
        assert bulk[index] == b"".join(path)
        proof.verify_inclusion(index, size, SHA256.leaf(entries[index]), path, tree.root())
    for old in range(1, size + 1):
        path = proof.consistency(old, size, tree.node)
        assert path == (subproof_as_the_rfc_says(old, entries) if old < size else [])
        proof.verify_consistency(old, size, path, tree.root(old), tree.root())


@given(st.lists(st.integers(0, 40), max_size=12))
def test_growing_in_any_steps_gives_the_same_tree(steps):
    entries = entries_of(sum(steps))
    stepwise, at = Tree(), 0
    for step in steps:
        stepwise.append(b"".join(map(SHA256.leaf, entries[at : at + step])))
        at += step
    assert stepwise.levels() == grown(entries).levels() or not entries
    assert stepwise.root() == as_the_rfc_says(entries)


@given(st.integers(1, 70), st.data())
def test_one_flipped_bit_anywhere_in_an_inclusion_proof_is_refused(size, data):
    tree = grown(entries_of(size))
    index = data.draw(st.integers(0, size - 1))
    path, leaf, root = proof.inclusion(index, size, tree.node), tree.node(0, index), tree.root()
    whole = bytearray(b"".join([leaf, root, *path]))
    at = data.draw(st.integers(0, len(whole) * 8 - 1))
    whole[at // 8] ^= 1 << at % 8
    parts = [bytes(whole[i : i + SIZE]) for i in range(0, len(whole), SIZE)]
    with pytest.raises(NotProved):
        proof.verify_inclusion(index, size, parts[0], parts[2:], parts[1])


@given(st.integers(2, 70), st.data())
def test_one_flipped_bit_anywhere_in_a_consistency_proof_is_refused(size, data):
    tree = grown(entries_of(size))
    old = data.draw(st.integers(1, size))
    path = proof.consistency(old, size, tree.node)
    whole = bytearray(b"".join([tree.root(old), tree.root(), *path]))
    at = data.draw(st.integers(0, len(whole) * 8 - 1))
    whole[at // 8] ^= 1 << at % 8
    parts = [bytes(whole[i : i + SIZE]) for i in range(0, len(whole), SIZE)]
    with pytest.raises(NotProved):
        proof.verify_consistency(old, size, parts[2:], parts[0], parts[1])


@given(st.integers(1, 40), st.data())
def test_a_proof_of_the_wrong_length_place_or_size_is_refused(size, data):
    tree = grown(entries_of(size))
    index = data.draw(st.integers(0, size - 1))
    path, leaf, root = proof.inclusion(index, size, tree.node), tree.node(0, index), tree.root()
    wrong = [(index, size, [*path, root]), (index, size, [root, *path]), (size, size, path), (-1, size, path)]
    if path:
        wrong += [(index, size, path[:-1]), (index, size, path[1:]), ((index + 1) % size, size, path)]
    for place, total, changed in wrong:
        with pytest.raises(NotProved):
            proof.verify_inclusion(place, total, leaf, changed, root)


def test_nothing_is_consistent_with_the_empty_tree():
    root = grown(entries_of(3)).root()
    for old, new, path in ((0, 3, []), (0, 0, []), (3, 2, []), (3, 3, [root])):
        with pytest.raises(NotProved):
            proof.verify_consistency(old, new, path, root, root)


def test_the_same_tree_with_sm3_has_other_roots_and_proofs_that_hold():
    entries = entries_of(11)
    tree = grown(entries, SM3)
    path = proof.inclusion(4, 11, tree.node, SM3)
    proof.verify_inclusion(4, 11, SM3.leaf(entries[4]), path, tree.root(), SM3)
    assert tree.root() != grown(entries).root()
    with pytest.raises(NotProved):
        proof.verify_inclusion(4, 11, SM3.leaf(entries[4]), path, tree.root(), SHA256)


def test_sm3_is_that_of_the_standard():
    """GB/T 32905-2016, A.1."""
    assert SM3.of(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
