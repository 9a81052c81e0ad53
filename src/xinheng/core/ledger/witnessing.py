"""What a witness (见证方) answers to a log that asks for its cosignature (C2SP tlog-witness, add-checkpoint)."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xinheng.core.ledger.checkpoint import Checkpoint, read, read_number
from xinheng.core.ledger.hashing import SIZE
from xinheng.core.ledger.note import Note, decode64, opened, parse
from xinheng.core.ledger.proof import verify_consistency
from xinheng.core.ledger.refusals import Malformed, NotProved, NotSigned
from xinheng.core.ledger.signing import Verifier

LONGEST, LONGEST_PROOF = 64 << 10, 63
SIZE_TYPE = "text/x.tlog.size"


@dataclass(frozen=True, slots=True)
class Request:
    """A checkpoint to be cosigned, and the proof that it continues an older one."""

    old: int
    proof: tuple[bytes, ...]
    note: Note
    checkpoint: Checkpoint

    def __str__(self) -> str:
        return write_request(self.old, self.proof, self.note)


@dataclass(frozen=True, slots=True)
class Verdict:
    """An HTTP answer. With status 200 the witness still has to store the checkpoint before it signs."""

    status: int
    reason: str  # a code for the log: what was wrong
    body: str = ""
    content_type: str = "text/plain; charset=utf-8"


def write_request(old: int, proof: Sequence[bytes], note: Note) -> str:
    """Return the body a log sends."""
    lines = [f"old {old}", *(base64.b64encode(hash_).decode() for hash_ in proof)]
    return "\n".join(lines) + "\n\n" + str(note)


def read_request(body: bytes) -> Request:
    """Read what a log sends. Raises Malformed."""
    if len(body) > LONGEST:
        raise Malformed(what="请求过长")
    try:
        head, found, note = body.decode("utf-8").partition("\n\n")
    except UnicodeDecodeError:
        raise Malformed(what="请求不是 UTF-8") from None
    lines = head.split("\n")
    if not found or not lines[0].startswith("old ") or len(lines) - 1 > LONGEST_PROOF:
        raise Malformed(what="请求格式不对")
    proof = tuple(map(decode64, lines[1:]))
    if any(len(hash_) != SIZE for hash_ in proof):
        raise Malformed(what="证明长度不对")
    parsed = parse(note)
    return Request(read_number(lines[0].removeprefix("old ")), proof, parsed, read(parsed.text))


def judge(request: Request, logs: Mapping[str, Sequence[Verifier]], latest: Checkpoint | None) -> Verdict:
    """Say what to answer. ``logs``: origin → its keys; ``latest``: the last checkpoint of that origin we cosigned."""
    new = request.checkpoint
    keys = logs.get(new.origin)
    if not keys:
        return Verdict(404, "unknown-log")
    try:
        opened(request.note, keys)
    except NotSigned:
        return Verdict(403, "not-signed")
    if request.old > new.size:
        return Verdict(400, "old-size-beyond-checkpoint")
    held = latest.size if latest is not None else 0
    if request.old != held:
        return Verdict(409, "stale", f"{held}\n", SIZE_TYPE)
    hashing = keys[0].scheme.hashing
    if new.size == 0 and new.root != hashing.empty:
        return Verdict(422, "wrong-empty-root")
    if held == 0:
        return Verdict(200, "good") if not request.proof else Verdict(422, "proof-from-nothing")
    assert latest is not None
    try:
        verify_consistency(held, new.size, request.proof, latest.root, new.root, hashing)
    except NotProved:
        return Verdict(422, "inconsistent")
    return Verdict(200, "good")
