"""Proof files (C2SP tlog-proof): a leaf's place, the path to the root, and the checkpoint, in one text that is checked offline."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from xinheng.core.ledger.checkpoint import read_number
from xinheng.core.ledger.hashing import SIZE
from xinheng.core.ledger.note import decode64
from xinheng.core.ledger.proof import LONGEST as LONGEST_PATH
from xinheng.core.ledger.refusals import Malformed

HEADER = "c2sp.org/tlog-proof@v1"
LONGEST = 16 << 20


@dataclass(frozen=True, slots=True)
class ProofFile:
    """What a proof file holds; nothing of it is believed before it is checked."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: str  # the note, verbatim
    extra: bytes | None = None

    def __str__(self) -> str:
        lines = [HEADER]
        if self.extra is not None:
            lines.append("extra " + base64.b64encode(self.extra).decode())
        lines.append(f"index {self.index}")
        lines += [base64.b64encode(hash_).decode() for hash_ in self.path]
        return "\n".join(lines) + "\n\n" + self.checkpoint


def parse(data: bytes | str) -> ProofFile:
    """Read a proof file. Raises Malformed."""
    raw = data.encode() if isinstance(data, str) else data
    if len(raw) > LONGEST:
        raise Malformed(what="证明文件过大")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed(what="证明文件不是 UTF-8") from None
    head, found, note = text.partition("\n\n")
    lines = head.split("\n")
    if not found or lines.pop(0) != HEADER or not lines:
        raise Malformed(what="不是证明文件")
    extra = decode64(lines.pop(0).removeprefix("extra ")) if lines[0].startswith("extra ") else None
    if not lines or not lines[0].startswith("index "):
        raise Malformed(what="证明文件缺少 index")
    index = read_number(lines.pop(0).removeprefix("index "))
    return ProofFile(index, _hashes(lines), note, extra)


def _hashes(lines: Sequence[str]) -> tuple[bytes, ...]:
    if len(lines) > LONGEST_PATH:
        raise Malformed(what="证明路径过长")
    hashes = tuple(decode64(line) for line in lines)
    if any(len(hash_) != SIZE for hash_ in hashes):
        raise Malformed(what="证明路径中的值长度不对")
    return hashes
