"""A message between two nodes: who to whom, which step of which conversation, when, and the digest of what it says; signed.

    <length of the note in bytes, decimal>\\n<note><body>

The note is a signed note (C2SP) of the lines written by ``Head.text``; the body is JSON, packed with zlib. The same bytes travel over HTTP
and lie in files, so that both ways give the same result.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import orjson

from xinheng.core.exchange.refusals import Foreign, Forged, Malformed, Oversized, Stale
from xinheng.core.ledger import note as notes
from xinheng.core.ledger.note import Note, Signature
from xinheng.core.ledger.refusals import Malformed as NoteMalformed
from xinheng.core.ledger.refusals import NotSigned
from xinheng.core.ledger.signing import Signer, Verifier

HEADER = "xinheng.message/v1"
MOST, MOST_UNPACKED = 32 << 20, 256 << 20
_NUMBER, _HEX32, _HEX64 = re.compile(r"[0-9]{1,9}"), re.compile(r"[0-9a-f]{32}"), re.compile(r"[0-9a-f]{64}")
NOTHING = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What is said about a message, and signed."""

    sender: str
    to: str
    session: str
    step: int
    kind: str
    nonce: str
    re: str = NOTHING  # the nonce it answers
    at: datetime
    digest: str = ""
    size: int = 0

    def text(self) -> str:
        """Return the lines that are signed."""
        return (
            f"{HEADER}\nfrom {self.sender}\nto {self.to}\nsession {self.session}\nstep {self.step}\nkind {self.kind}\n"
            f"nonce {self.nonce}\nre {self.re}\nat {self.at.isoformat(timespec='seconds')}\n"
            f"body {self.digest} {self.size}\n"
        )


@dataclass(frozen=True, slots=True)
class Message:
    """A message that was believed."""

    head: Head
    body: dict[str, Any]


def seal(head: Head, body: dict[str, Any], signer: Signer) -> bytes:
    """Return the bytes of a message."""
    packed = zlib.compress(orjson.dumps(body, option=orjson.OPT_SORT_KEYS), 1)
    told = {name: getattr(head, name) for name in ("sender", "to", "session", "step", "kind", "nonce", "re", "at")}
    text = Head(**told, digest=sha256(packed).hexdigest(), size=len(packed)).text()
    signature = Signature(signer.name, signer.verifier.key_id, signer.sign(text.encode()))
    note = str(Note(text, (signature,))).encode()
    return b"%d\n" % len(note) + note + packed


def peek(data: bytes) -> tuple[Head, Note, bytes]:
    """Take a message apart without believing it."""
    if len(data) > MOST:
        raise Oversized(most=MOST)
    length, line, _ = data[:12].partition(b"\n")
    if not line or not length.isdigit() or int(length) > len(data):
        raise Malformed(what="没有抬头")
    begin = len(length) + 1
    end = begin + int(length)
    try:
        note = notes.parse(data[begin:end])
        head = _head(note.text)
    except (NoteMalformed, ValueError, KeyError, IndexError):
        raise Malformed(what="抬头不规范") from None
    return head, note, data[end:]


def unseal(data: bytes, *, own: str, known: Sequence[Verifier], at: datetime, tolerance: timedelta) -> Message:
    """Return a message, or refuse it: foreign, forged, stale, oversized, malformed. Order and repetition are the caller's to judge."""
    head, note, packed = peek(data)
    if head.to != own:
        raise Foreign(what=f"收件方是 {head.to}")
    senders = [verifier for verifier in known if verifier.name == head.sender]
    if not senders:
        raise Foreign(what=f"不认识发件方 {head.sender}")
    try:
        notes.opened(note, senders)
    except NotSigned:
        raise Forged(what="签名不符") from None
    if head.size != len(packed) or sha256(packed).hexdigest() != head.digest:
        raise Forged(what="内容与签名不符")
    if abs(at - head.at) > tolerance:
        raise Stale(at=head.at.isoformat(timespec="seconds"))
    return Message(head, _unpacked(packed))


def _unpacked(packed: bytes) -> dict[str, Any]:
    engine = zlib.decompressobj()
    try:
        text = engine.decompress(packed, MOST_UNPACKED)
        if engine.unconsumed_tail:
            raise Oversized(most=MOST_UNPACKED)
        body = orjson.loads(text)
    except (zlib.error, orjson.JSONDecodeError):
        raise Malformed(what="正文无法读取") from None
    if not isinstance(body, dict):
        raise Malformed(what="正文不是对象")
    return body


def _head(text: str) -> Head:
    lines = text.split("\n")
    if lines[0] != HEADER or len(lines) != 11 or lines[-1]:
        raise ValueError("lines")
    told: dict[str, list[str]] = {}
    for line in lines[1:-1]:
        word, *values = line.split(" ")
        told[word] = values
    number, (digest, size) = told["step"][0], told["body"]
    if not (_NUMBER.fullmatch(number) and _NUMBER.fullmatch(size) and _HEX64.fullmatch(digest)):
        raise ValueError("numbers")
    re_ = told["re"][0]
    if not (_HEX32.fullmatch(told["session"][0]) and _HEX32.fullmatch(told["nonce"][0])):
        raise ValueError("session")
    if re_ != NOTHING and not _HEX32.fullmatch(re_):
        raise ValueError("re")
    at = datetime.fromisoformat(told["at"][0])
    head = Head(
        sender=told["from"][0], to=told["to"][0], session=told["session"][0], step=int(number), kind=told["kind"][0],
        nonce=told["nonce"][0], re=re_, at=at, digest=digest, size=int(size),
    )  # fmt: skip
    if at.tzinfo is None or head.text() != text:
        raise ValueError("spelling")
    return head
