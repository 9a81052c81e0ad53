"""Checkpoints (检查点): the signed head of the tree (C2SP tlog-checkpoint)."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from xinheng.core.ledger.hashing import SIZE
from xinheng.core.ledger.note import Note, Signature, decode64, opened, parse
from xinheng.core.ledger.refusals import Malformed, NotSigned
from xinheng.core.ledger.signing import Signer, Verifier


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How many leaves the log of this origin had, and the root over them."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """Return the note text."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def read(text: str) -> Checkpoint:
    """Read a checkpoint's text. Extension lines are allowed and say nothing to us. Raises Malformed."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
        raise Malformed(what="检查点的行数不对")
    origin, size, encoded = lines[:3]
    root = decode64(encoded)
    if len(root) != SIZE:
        raise Malformed(what="检查点的根长度不对")
    return Checkpoint(origin, read_number(size), root)


def read_number(text: str) -> int:
    """Read a decimal number as the formats write it: digits, no leading zero, below 2^63."""
    if not (text.isascii() and text.isdigit()) or (text != "0" and text[0] == "0") or len(text) > 19:
        raise Malformed(what="数字格式不对")
    if (number := int(text)) >= 1 << 63:
        raise Malformed(what="数字过大")
    return number


def sign(checkpoint: Checkpoint, signer: Signer) -> Note:
    """Return the checkpoint as a note signed by the log."""
    text = checkpoint.text
    signature = signer.sign(text.encode())
    return Note(text, (Signature(signer.name, signer.verifier.key_id, signature),))


def cosign(note: Note, signer: Signer, *, at: int) -> Signature:
    """Return a witness's cosignature line on a checkpoint. ``at``: seconds since 1970."""
    return Signature(signer.name, signer.verifier.key_id, signer.cosign(note.text.encode(), at=at))


def open_checkpoint(
    data: bytes | str, log: Verifier, witnesses: Sequence[Verifier] = ()
) -> tuple[Checkpoint, list[Signature], Note]:
    """Return the checkpoint, the cosignatures of known witnesses, and the note; raise unless the log signed it."""
    note = parse(data)
    good = opened(note, [log, *witnesses])
    if not any(s.name == log.name and s.key_id == log.key_id for s in good):
        raise NotSigned(what=f"检查点没有 {log.name} 的签名")
    checkpoint = read(note.text)
    if checkpoint.origin != log.name:
        raise NotSigned(what=f"检查点属于 {checkpoint.origin}，不是 {log.name}")
    names = {(w.name, w.key_id) for w in witnesses}
    return checkpoint, [s for s in good if (s.name, s.key_id) in names], note
