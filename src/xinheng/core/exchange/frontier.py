"""The edge of somebody else's log: enough of its tree to add the next entries and know its root, without keeping the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xinheng.core.ledger.hashing import SHA256, Hashing


@dataclass(frozen=True, slots=True)
class Frontier:
    """Size of a tree (RFC 6962), and the roots of its complete subtrees from the left: one for each bit of the size."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if len(self.hashes) != self.size.bit_count():
            raise ValueError("a tree of this size has another edge")

    def grown(self, leaves: Sequence[bytes], hashing: Hashing = SHA256) -> Frontier:
        """Return the edge after these leaf hashes."""
        size, hashes = self.size, list(self.hashes)
        for leaf in leaves:
            node, below = leaf, size
            while below & 1:
                node = hashing.node(hashes.pop(), node)
                below >>= 1
            hashes.append(node)
            size += 1
        return Frontier(size, tuple(hashes))

    def root(self, hashing: Hashing = SHA256) -> bytes:
        """Return the root of the tree."""
        if not self.hashes:
            return hashing.empty
        found = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            found = hashing.node(left, found)
        return found
