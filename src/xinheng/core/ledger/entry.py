"""What a leaf of the log says: the first byte tells the kind, the rest is laid out as docs/formats/ledger.md says."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from xinheng.core.ledger.canonical import canonical
from xinheng.core.ledger.hashing import LEAF, SHA256, SIZE, Hashing
from xinheng.core.ledger.refusals import Malformed

LONGEST = 65_535  # an entry bundle writes the length in two bytes


class Kind(IntEnum):
    """Kinds of entries."""

    VERSION = 1
    EVENT = 2
    POLICY = 3
    BATCH = 4
    WITHDRAWAL = 5
    MAP = 6
    SUCCESSION = 7


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry taken apart. Only the parts of its kind are filled."""

    kind: Kind
    commitment: bytes = b""  # version, event
    item: str = ""  # version
    policy: str = ""
    facts: dict[str, Any] | None = None  # batch, withdrawal, succession
    map_root: bytes = b""
    subjects: int = 0  # in the map


def version(commitment: bytes, item: str) -> bytes:
    """Return the entry of a version."""
    return bytes([Kind.VERSION]) + commitment + item.encode("ascii")


def event(commitment: bytes) -> bytes:
    """Return the entry of an event."""
    return bytes([Kind.EVENT]) + commitment


def policy(digest: str) -> bytes:
    """Return the entry that says under which policy data the following batches were checked."""
    return bytes([Kind.POLICY]) + digest.encode("ascii")


def batch(facts: dict[str, Any]) -> bytes:
    """Return the entry that stands before the versions of an accepted submission."""
    return bytes([Kind.BATCH]) + canonical(facts)


def withdrawal(facts: dict[str, Any]) -> bytes:
    """Return the entry of a withdrawn submission."""
    return bytes([Kind.WITHDRAWAL]) + canonical(facts)


def subject_map(root: bytes, subjects: int) -> bytes:
    """Return the entry that ends a checkpoint: the root of the subject map and how many subjects it holds."""
    return bytes([Kind.MAP]) + root + subjects.to_bytes(8, "big")


def version_leaves(commitments: Iterable[bytes], item: str, hashing: Hashing = SHA256) -> bytes:
    """Return the leaf hashes of many versions of one item."""
    end = item.encode("ascii")
    return hashing.each((commitment + end for commitment in commitments), prefix=LEAF + bytes([Kind.VERSION]))


def bundle(entries: Sequence[bytes]) -> bytes:
    """Return entries as an entry bundle: each behind its length in two bytes."""
    if len(sizes := set(map(len, entries))) == 1:  # versions of one item: the rule, and a third of the work
        length = sizes.pop().to_bytes(2, "big")
        return length + length.join(entries)
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def unbundle(data: bytes) -> list[bytes]:
    """Return the entries of a bundle."""
    found, at = [], 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if at + 2 > len(data) or end > len(data):
            raise Malformed(what="条目文件被截断")
        found.append(data[at + 2 : end])
        at = end
    return found


def read(data: bytes) -> Entry:
    """Take an entry apart, or raise Malformed."""
    try:
        kind, rest = Kind(data[0]), data[1:]
        if kind is Kind.VERSION and len(rest) > SIZE:
            return Entry(kind, commitment=rest[:SIZE], item=rest[SIZE:].decode("ascii"))
        if kind is Kind.EVENT and len(rest) == SIZE:
            return Entry(kind, commitment=rest)
        if kind is Kind.POLICY:
            return Entry(kind, policy=rest.decode("ascii"))
        if kind is Kind.MAP and len(rest) == SIZE + 8:
            return Entry(kind, map_root=rest[:SIZE], subjects=int.from_bytes(rest[SIZE:], "big"))
        if kind in (Kind.BATCH, Kind.WITHDRAWAL, Kind.SUCCESSION):
            facts = json.loads(rest)
            if isinstance(facts, dict) and canonical(facts) == rest:
                return Entry(kind, facts=facts)
    except (IndexError, ValueError, TypeError):
        pass
    raise Malformed(what="不认识的台账条目")
