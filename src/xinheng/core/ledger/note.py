"""Signed notes (C2SP signed-note): a text, an empty line, and one line for each signature."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

from xinheng.core.ledger.refusals import Malformed, NotSigned
from xinheng.core.ledger.signing import Verifier

LONGEST, MOST_SIGNATURES = 64 << 10, 64
_DASH = "— "


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature line: who says to have signed, and the bytes."""

    name: str
    key_id: bytes
    signature: bytes

    def line(self) -> str:
        """Return the line as it stands in a note, with its line end."""
        return f"{_DASH}{self.name} {base64.b64encode(self.key_id + self.signature).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text, which ends with a line end, and the signatures under it."""

    text: str
    signatures: tuple[Signature, ...] = ()

    def __str__(self) -> str:
        return self.text + "\n" + "".join(signature.line() for signature in self.signatures)

    def with_signatures(self, more: Sequence[Signature]) -> Note:
        """Return the note with further signatures; what is there already is not said twice."""
        known = {(s.name, s.key_id) for s in self.signatures}
        return Note(self.text, (*self.signatures, *(s for s in more if (s.name, s.key_id) not in known)))


def parse(data: bytes | str) -> Note:
    """Read a note without believing it. Raises Malformed."""
    raw = data.encode() if isinstance(data, str) else data
    if len(raw) > LONGEST:
        raise Malformed(what="签名文本过长")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed(what="签名文本不是 UTF-8") from None
    if any(c < " " and c != "\n" for c in text):
        raise Malformed(what="签名文本含控制字符")
    head, found, tail = text.rpartition("\n\n")
    if not found or not tail.endswith("\n"):
        raise Malformed(what="缺少签名部分")
    lines = tail[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise Malformed(what="签名过多")
    return Note(head + "\n", tuple(map(read_signature, lines)))


def read_signature(line: str) -> Signature:
    """Read one signature line, without its line end."""
    if not line.startswith(_DASH):
        raise Malformed(what="签名行格式不对")
    name, space, encoded = line[len(_DASH) :].partition(" ")
    if not space or not is_name(name):
        raise Malformed(what="签名行格式不对")
    data = decode64(encoded)
    if len(data) < 5:
        raise Malformed(what="签名过短")
    return Signature(name, data[:4], data[4:])


def is_name(name: str) -> bool:
    """Say whether a key may be called so: not empty, no spaces, no plus sign."""
    return bool(name) and "+" not in name and not any(c.isspace() for c in name)


def decode64(text: str) -> bytes:
    """Return the bytes of strict base64: no line ends, no stray bits, padding where it belongs."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Malformed(what="不是 base64") from None
    if base64.b64encode(data).decode() != text:
        raise Malformed(what="不是规范的 base64")
    return data


def opened(note: Note, verifiers: Sequence[Verifier]) -> list[Signature]:
    """Return the signatures by known keys. A wrong one by a known key spoils the note; none at all raises NotSigned."""
    known = {(v.name, v.key_id): v for v in verifiers}
    good: dict[tuple[str, bytes], Signature] = {}
    for signature in note.signatures:
        verifier = known.get((signature.name, signature.key_id))
        if verifier is None or (signature.name, signature.key_id) in good:
            continue
        if not verifier.verify(note.text.encode(), signature.signature):
            raise NotSigned(what=f"{signature.name} 的签名与内容不符")
        good[signature.name, signature.key_id] = signature
    if not good:
        raise NotSigned(what="没有可信密钥的签名")
    return list(good.values())
