"""A log that follows another one which could not go on: its first entry names the last checkpoint the world saw of the old one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from xinheng.core.ledger import entry, prooffile
from xinheng.core.ledger.checkpoint import Checkpoint, open_checkpoint
from xinheng.core.ledger.proof import verify_inclusion
from xinheng.core.ledger.refusals import Malformed
from xinheng.core.ledger.signing import Verifier


@dataclass(frozen=True, slots=True)
class Succession:
    """The log that ended, and the checkpoint it ended with."""

    origin: str
    size: int
    root: str  # hexadecimal

    def facts(self, *, at: str, because: str) -> dict[str, Any]:
        """Return what the entry says."""
        return {"at": at, "because": because, "origin": self.origin, "root": self.root, "size": self.size}

    def is_of(self, checkpoint: Checkpoint) -> bool:
        """Say whether this is the checkpoint named."""
        return (checkpoint.origin, checkpoint.size, checkpoint.root.hex()) == (self.origin, self.size, self.root)


def read(entry_bytes: bytes) -> Succession:
    """Return what a first entry says. Raises Malformed where it is another kind of entry."""
    told = entry.read(entry_bytes)
    if told.kind is not entry.Kind.SUCCESSION or told.facts is None:
        raise Malformed(what="不是承接条目")
    try:
        return Succession(str(told.facts["origin"]), int(told.facts["size"]), str(told.facts["root"]))
    except (KeyError, TypeError, ValueError):
        raise Malformed(what="承接条目缺少旧台账的名称、大小或根") from None


def proved(data: bytes | str, log: Verifier) -> Succession:
    """Return which log this one follows, from the proof of its first entry. Raises Malformed, NotSigned or NotProved."""
    file = prooffile.parse(data)
    head, _, _ = open_checkpoint(file.checkpoint, log)
    try:
        told = json.loads(file.extra or b"")
        first = bytes.fromhex(told["entry"])
    except (KeyError, TypeError, ValueError):
        raise Malformed(what="不是条目的证明") from None
    if file.index != 0:
        raise Malformed(what="承接条目必须是台账的第一项")
    hashing = log.scheme.hashing
    verify_inclusion(0, head.size, hashing.leaf(first), list(file.path), head.root, hashing)
    return read(first)
