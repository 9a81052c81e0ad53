"""Hashing for the tree: one at a time as RFC 6962 writes it, and many at a time over contiguous bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

SIZE = 32  # bytes of a digest, in both profiles
LEAF, NODE = b"\x00", b"\x01"


class _Hash(Protocol):
    def update(self, data: bytes, /) -> None: ...
    def digest(self) -> bytes: ...
    def copy(self) -> _Hash: ...


@dataclass(frozen=True, slots=True)
class Hashing:
    """A hash function under the tree's conventions."""

    name: str
    new: Callable[[bytes], _Hash]

    def of(self, data: bytes) -> bytes:
        """Return the digest of some bytes."""
        return self.new(data).digest()

    @property
    def empty(self) -> bytes:
        """Return the root of the empty tree."""
        return self.of(b"")

    def leaf(self, entry: bytes) -> bytes:
        """Return the hash of a leaf."""
        return self.of(LEAF + entry)

    def node(self, left: bytes, right: bytes) -> bytes:
        """Return the hash of an inner node."""
        return self.of(NODE + left + right)

    def each(self, messages: Iterable[bytes], *, prefix: bytes = b"") -> bytes:
        """Return the digests of many messages, one after another, each behind ``prefix``."""
        # Copying a context is cheaper than making one: by a tenth with SHA-256, by half with SM3.
        copy = self.new(prefix).copy
        digests: list[bytes] = []
        add = digests.append
        for message in messages:
            context = copy()
            context.update(message)
            add(context.digest())
        return b"".join(digests)

    def pairs(self, hashes: bytes) -> bytes:
        """Return the parents of neighbouring hashes; their number is even."""
        return self.slices(hashes, 2 * SIZE, prefix=NODE)

    def slices(self, data: bytes, width: int, *, prefix: bytes = b"") -> bytes:
        """Return the digests of neighbouring pieces of ``width`` bytes, one after another, each behind ``prefix``."""
        copy = self.new(prefix).copy  # the loop of ``each`` again: through a generator it costs a tenth more
        digests: list[bytes] = []
        add = digests.append
        for at in range(0, len(data), width):
            context = copy()
            context.update(data[at : at + width])
            add(context.digest())
        return b"".join(digests)


SHA256 = Hashing("sha256", hashlib.sha256)
SM3 = Hashing("sm3", lambda data: hashlib.new("sm3", data))  # OpenSSL's: needs no package of its own
