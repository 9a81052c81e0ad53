"""What is compared: for each statement its name, which both sides know it by, and a fingerprint of all it says.

A name is sixteen bytes: twelve of SHA-256 over the key text (item, subject, identity fields), then four characters of the
subject's code. Its first eight bytes are the statement's place among 2⁶⁴, evenly strewn, so that both sides cut the same ranges
without telling each other where.

A fingerprint is 128 bits of BLAKE2b over name and digest of the canonical form, under a key only the two sides have. Sums of
fingerprints then show whether two sets are equal. Without the key, whoever chooses records could make two different sets add
up to the same (a generalised birthday problem: some 2³² steps even for 256-bit sums); with it, the chance is 2⁻¹²⁶ a try, whatever
the records. See docs/decisions/0025-sums-under-a-key.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b, sha256
from typing import Any

import numpy as np
import polars as pl

Array = np.ndarray[Any, Any]
NAME_BYTES, PRINT_BYTES, KEY_BYTES = 16, 16, 32
_HASH_BYTES = 12
_PERSON = b"xinheng-rec-1"


@dataclass(frozen=True, slots=True)
class Elements:
    """Statements as they are compared. ``names``: (n, 16) bytes; ``prints``: (n, 2) 64-bit words; ``at``: (n,) where from."""

    names: Array
    prints: Array
    at: Array

    def __len__(self) -> int:
        return len(self.names)

    @property
    def positions(self) -> Array:
        """The place of each among 2⁶⁴."""
        return positions(self.names)

    def name(self, i: int) -> bytes:
        """Return the name of one."""
        return bytes(self.names[i].tobytes())

    def take(self, which: Array) -> Elements:
        """Return those at the given places."""
        return Elements(self.names[which], self.prints[which], self.at[which])

    def ordered(self) -> Elements:
        """Return them in the order of their places."""
        places = self.positions
        return self if bool((places[1:] >= places[:-1]).all()) else self.take(np.argsort(places))


def positions(names: Array) -> Array:
    """Return the first eight bytes of each name as a number, big end first."""
    return np.ascontiguousarray(names[:, :8]).view(">u8").reshape(-1).astype(np.uint64)


def names_of_keys(keys: pl.Series) -> list[bytes]:
    """Return the name of each key text (``\\x1f``-joined item, subject and identity fields)."""
    subject = keys.str.splitn("\x1f", 3).struct.field("field_1").fill_null("")
    near = subject.str.head(-2).str.tail(4).str.pad_start(4, "0").cast(pl.Binary).to_list()
    texts = keys.cast(pl.Binary).to_list()
    return [sha256(text).digest()[:_HASH_BYTES] + n[-4:] for text, n in zip(texts, near, strict=True)]


def name_of_record_key(key: bytes) -> bytes:
    """Return the name of a record from the key the register stores, which has the four characters in front."""
    return key[4:] + key[:4]


def element_prints(names: Sequence[bytes], digests: Sequence[bytes], key: bytes) -> Array:
    """Return the fingerprints, (n, 2) 64-bit words: the low one first."""
    if len(key) != KEY_BYTES:
        raise ValueError(f"the key of a pair has {KEY_BYTES} bytes, not {len(key)}")
    base = blake2b(key=key, digest_size=PRINT_BYTES, person=_PERSON)
    found = []
    for name, digest in zip(names, digests, strict=True):
        one = base.copy()
        one.update(name + digest)
        found.append(one.digest())
    return np.frombuffer(b"".join(found), dtype="<u8").reshape(-1, 2).astype(np.uint64)


def elements(names: Sequence[bytes], digests: Sequence[bytes], key: bytes, at: Array | None = None) -> Elements:
    """Build from names and digests; ``at`` says where each comes from (a row, a record)."""
    packed = np.frombuffer(b"".join(names), dtype=np.uint8).reshape(-1, NAME_BYTES)
    where = np.arange(len(names), dtype=np.int64) if at is None else at
    return Elements(packed, element_prints(names, digests, key), where)
