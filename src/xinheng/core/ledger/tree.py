"""The hash tree of RFC 6962: any node from the hashes of complete subtrees, and a tree held in memory that only grows."""

from __future__ import annotations

from collections.abc import Callable

from xinheng.core.ledger.hashing import SHA256, SIZE, Hashing

# (level, index) → hash of the complete subtree over leaves index·2^level … (index+1)·2^level - 1
Nodes = Callable[[int, int], bytes]


def edge(size: int, nodes: Nodes, hashing: Hashing = SHA256) -> list[bytes]:
    """Return, for each level, the hash of the last node of a tree of this size: the right edge. The last one is the root.

    The last node of a level may stand over an incomplete subtree; a last node without a left sibling is handed up as it is.
    """
    if size == 0:
        return [hashing.empty]
    found, level, last = [nodes(0, size - 1)], 0, size - 1
    while last:
        found.append(hashing.node(nodes(level, last - 1), found[-1]) if last & 1 else found[-1])
        level, last = level + 1, last >> 1
    return found


def root(size: int, nodes: Nodes, hashing: Hashing = SHA256) -> bytes:
    """Return the root of the tree over the first ``size`` leaves."""
    return edge(size, nodes, hashing)[-1]


class Tree:
    """A tree in memory: for each level one contiguous run of hashes of complete subtrees."""

    def __init__(self, hashing: Hashing = SHA256) -> None:
        self.hashing = hashing
        self._levels: list[bytearray] = [bytearray()]

    @property
    def size(self) -> int:
        """Return the number of leaves."""
        return len(self._levels[0]) // SIZE

    def append(self, leaves: bytes) -> None:
        """Append leaf hashes, one after another in ``leaves``, and complete every node that they complete."""
        self._levels[0] += leaves
        level = 0
        while True:
            below = self._levels[level]
            if level + 1 == len(self._levels):
                if len(below) < 2 * SIZE:
                    return
                self._levels.append(bytearray())
            above = self._levels[level + 1]
            start, end = 2 * len(above), len(below) // (2 * SIZE) * (2 * SIZE)
            if start == end:
                return
            above += self.hashing.pairs(bytes(below[start:end]))
            level += 1

    def node(self, level: int, index: int) -> bytes:
        """Return the hash of a complete subtree."""
        return bytes(self._levels[level][index * SIZE : (index + 1) * SIZE])

    def root(self, size: int | None = None) -> bytes:
        """Return the root over the first ``size`` leaves, or over all."""
        return root(self.size if size is None else size, self.node, self.hashing)

    def levels(self) -> list[bytes]:
        """Return the hashes of complete subtrees, level by level, for work on many proofs at once."""
        return [bytes(level) for level in self._levels]
