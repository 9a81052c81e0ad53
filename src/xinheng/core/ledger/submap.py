"""The subject map (主体映射): a tree over subjects that shows "these are all" and "there are none" under a checkpoint.

This is the plain form, the reference: it reads like the definition in docs/formats/ledger.md. ``submap_bulk`` must agree with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from xinheng.core.ledger.hashing import SHA256, SIZE, Hashing
from xinheng.core.ledger.refusals import NotProved

BITS = 256
MAP_LEAF, MAP_NODE, LISTED = b"\x02", b"\x03", b"\x04"
_SUBJECT = b"xinheng/subject/v1\n"


@dataclass(frozen=True, slots=True)
class Listed:
    """A version that speaks for a subject: its place in the log and the hash of its leaf."""

    index: int
    leaf: bytes


@dataclass(frozen=True, slots=True)
class MapProof:
    """The way from a leaf to the root: (depth, hash of the other side), depths falling; ``other``: key and value of a leaf
    that stands where the asked one would."""

    path: tuple[tuple[int, bytes], ...]
    other: tuple[bytes, bytes] | None = None


def key_of(subject: str, hashing: Hashing = SHA256) -> bytes:
    """Return the key of a subject in the map."""
    return hashing.of(_SUBJECT + subject.encode())


def keys_of(subjects: Sequence[str], hashing: Hashing = SHA256) -> bytes:
    """Return the keys of many subjects, one after another."""
    return hashing.each((subject.encode() for subject in subjects), prefix=_SUBJECT)


def value_of(listed: Sequence[Listed], hashing: Hashing = SHA256) -> bytes:
    """Return the value of a subject: a hash over its leaves, in the order of the log."""
    if any(a.index >= b.index for a, b in pairwise(listed)):
        raise ValueError("leaves are listed in the order of the log, each once")
    return hashing.of(LISTED + b"".join(one.index.to_bytes(8, "big") + one.leaf for one in listed))


def leaf_of(key: bytes, value: bytes, hashing: Hashing = SHA256) -> bytes:
    """Return the hash of a map leaf."""
    return hashing.of(MAP_LEAF + key + value)


def node_of(depth: int, left: bytes, right: bytes, hashing: Hashing = SHA256) -> bytes:
    """Return the hash of a map node whose keys first differ in bit ``depth``."""
    return hashing.of(MAP_NODE + depth.to_bytes(2, "big") + left + right)


def bit(key: bytes, depth: int) -> int:
    """Return one bit of a key, the first being the highest of its first byte."""
    return key[depth >> 3] >> (7 - (depth & 7)) & 1


def first_difference(a: bytes, b: bytes) -> int:
    """Return the first bit in which two different keys differ."""
    return BITS - (int.from_bytes(a, "big") ^ int.from_bytes(b, "big")).bit_length()


def root_of(entries: Mapping[bytes, bytes], hashing: Hashing = SHA256) -> bytes:
    """Return the root of the map over key → value."""
    keys = sorted(entries)
    return _root(keys, [leaf_of(key, entries[key], hashing) for key in keys], hashing) if keys else hashing.empty


def _root(keys: Sequence[bytes], hashes: Sequence[bytes], hashing: Hashing) -> bytes:
    if len(keys) == 1:
        return hashes[0]
    depth, cut = _cut(keys)
    left = _root(keys[:cut], hashes[:cut], hashing)
    return node_of(depth, left, _root(keys[cut:], hashes[cut:], hashing), hashing)


def _cut(keys: Sequence[bytes]) -> tuple[int, int]:
    """Return where sorted keys first differ, and how many of them stand on the left."""
    depth = first_difference(keys[0], keys[-1])
    low, high = 1, len(keys) - 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if bit(keys[middle], depth) else (middle + 1, high)
    return depth, low


def prove(
    key: bytes, keys: Sequence[bytes], hashes: Sequence[bytes], hashing: Hashing = SHA256
) -> tuple[int, MapProof]:
    """Return which of these (sorted, not empty) leaves the key's bits lead to, and the path from it; ``hashes`` are the leaves'.

    The keys may also stand for whole subtrees that share them as a prefix: then it is the way through the upper part.
    """
    path: list[tuple[int, bytes]] = []
    start, end = 0, len(keys)
    while end - start > 1:
        depth, cut = _cut(keys[start:end])
        cut += start
        if bit(key, depth):
            path.append((depth, _root(keys[start:cut], hashes[start:cut], hashing)))
            start = cut
        else:
            path.append((depth, _root(keys[cut:end], hashes[cut:end], hashing)))
            end = cut
    return start, MapProof(tuple(reversed(path)))


def root_of_proof(key: bytes, leaf: bytes, proof: MapProof, hashing: Hashing = SHA256) -> bytes:
    """Return the root that a leaf and its path lead to; sides are taken from the key's own bits."""
    found, below = leaf, BITS
    for depth, other in proof.path:
        if not 0 <= depth < below or len(other) != SIZE:
            raise NotProved(what="映射路径的深度不对")
        left, right = (other, found) if bit(key, depth) else (found, other)
        found, below = node_of(depth, left, right, hashing), depth
    return found


def verify_listed(
    subject: str, listed: Sequence[Listed], proof: MapProof, root: bytes, hashing: Hashing = SHA256
) -> None:
    """Raise NotProved unless these are all the leaves of this subject (none: it has none) under this root of the map."""
    key = key_of(subject, hashing)
    if listed:
        if proof.other is not None or any(a.index >= b.index for a, b in pairwise(listed)):
            raise NotProved(what="主体名下的条目重复或次序不对")
        leaf = leaf_of(key, value_of(listed, hashing), hashing)
    elif proof.other is None:
        if proof.path or root != hashing.empty:
            raise NotProved(what="没有说明不存在的依据")
        return
    else:
        other, value = proof.other
        if len(other) != SIZE or len(value) != SIZE or other == key:
            raise NotProved(what="用来说明不存在的键不对")
        leaf = leaf_of(other, value, hashing)
    if root_of_proof(key, leaf, proof, hashing) != root:
        raise NotProved(what="主体映射的路径与根不符")
