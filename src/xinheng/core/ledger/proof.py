"""Inclusion and consistency proofs (RFC 6962 §2.1.1, §2.1.2): made from the nodes, checked with roots alone (RFC 9162 §2.1.3, §2.1.4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from xinheng.core.ledger.hashing import SHA256, SIZE, Hashing
from xinheng.core.ledger.refusals import NotProved
from xinheng.core.ledger.tree import Nodes, edge

LONGEST = 64  # hashes; no tree of fewer than 2^63 leaves needs more


def inclusion(index: int, size: int, nodes: Nodes, hashing: Hashing = SHA256) -> list[bytes]:
    """Return the proof that the leaf ``index`` is in the tree of ``size`` leaves, from the leaf's sibling upwards."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    return _siblings(0, index, size, nodes, edge(size, nodes, hashing))


def consistency(old: int, new: int, nodes: Nodes, hashing: Hashing = SHA256) -> list[bytes]:
    """Return the proof that the tree of ``new`` leaves begins with the tree of ``old`` leaves."""
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} cannot begin with a tree of {old}")
    if old in (0, new):
        return []
    level = (old & -old).bit_length() - 1  # of the last complete subtree of the old tree
    index = (old - 1) >> level
    start = [nodes(level, index)] if index else []  # if it is the whole old tree, the verifier has it
    return start + _siblings(level, index, new, nodes, edge(new, nodes, hashing))


def _siblings(level: int, index: int, size: int, nodes: Nodes, right: Sequence[bytes]) -> list[bytes]:
    found, last = [], (size - 1) >> level
    while last:
        sibling = index ^ 1
        if sibling < last:
            found.append(nodes(level, sibling))
        elif sibling == last:
            found.append(right[level])
        level, index, last = level + 1, index >> 1, last >> 1
    return found


def inclusions(indexes: Iterable[int], size: int, levels: Sequence[bytes], hashing: Hashing = SHA256) -> list[bytes]:
    """Return many inclusion proofs, each one run of hashes, from the levels of a tree in memory (``Tree.levels``)."""

    def node(level: int, index: int) -> bytes:
        return levels[level][index * SIZE : (index + 1) * SIZE]

    right = edge(size, node, hashing)
    # What lies left of the right edge is copied from its level; the edge itself is put in where the path meets it.
    plan = [(levels[n] if n < len(levels) else b"", (size - 1) >> n, right[n]) for n in range(len(right) - 1)]
    proofs = []
    for index in indexes:
        if not 0 <= index < size:
            raise ValueError(f"leaf {index} is not in a tree of {size}")
        path, at = [], index
        for hashes, last, final in plan:
            sibling = at ^ 1
            if sibling < last:
                path.append(hashes[sibling << 5 : (sibling << 5) + SIZE])
            elif sibling == last:
                path.append(final)
            at >>= 1
        proofs.append(b"".join(path))
    return proofs


def root_of_inclusion(index: int, size: int, leaf: bytes, path: Sequence[bytes], hashing: Hashing = SHA256) -> bytes:
    """Return the root that a leaf hash and its path lead to, or raise NotProved where the path has the wrong length."""
    if not 0 <= index < size or len(leaf) != SIZE:
        raise NotProved(what=f"第 {index} 项不在 {size} 项之内")
    at, last, found = index, size - 1, leaf
    for hash_ in path:
        if last == 0 or len(hash_) != SIZE:
            raise NotProved(what="包含证明的长度不对")
        if at & 1 or at == last:
            found = hashing.node(hash_, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = hashing.node(found, hash_)
        at, last = at >> 1, last >> 1
    if last != 0:
        raise NotProved(what="包含证明的长度不对")
    return found


def verify_inclusion(
    index: int, size: int, leaf: bytes, path: Sequence[bytes], root: bytes, hashing: Hashing = SHA256
) -> None:
    """Raise NotProved unless the leaf hash stands at ``index`` in the tree of ``size`` leaves with this root."""
    if root_of_inclusion(index, size, leaf, path, hashing) != root:
        raise NotProved(what="包含证明与根不符")


def verify_consistency(
    old: int, new: int, path: Sequence[bytes], old_root: bytes, new_root: bytes, hashing: Hashing = SHA256
) -> None:
    """Raise NotProved unless the new tree begins with the old one. The empty tree proves nothing and is refused."""
    if not 0 < old <= new:
        raise NotProved(what=f"{old} 项与 {new} 项之间无从证明一致")
    if old == new:
        if path or old_root != new_root:
            raise NotProved(what="同样大小的两个检查点，根不相同")
        return
    if not path or any(len(hash_) != SIZE for hash_ in path):
        raise NotProved(what="一致性证明的长度不对")
    hashes = [old_root, *path] if old & (old - 1) == 0 else list(path)
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    first = second = hashes[0]
    for hash_ in hashes[1:]:
        if last == 0:
            raise NotProved(what="一致性证明的长度不对")
        if at & 1 or at == last:
            first, second = hashing.node(hash_, first), hashing.node(hash_, second)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            second = hashing.node(second, hash_)
        at, last = at >> 1, last >> 1
    if last != 0 or first != old_root or second != new_root:
        raise NotProved(what="一致性证明与根不符")
