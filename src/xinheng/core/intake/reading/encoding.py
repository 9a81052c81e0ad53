"""Which encoding is a text file in? Told from its marks and its bytes, never guessed from its name."""

from __future__ import annotations

import codecs
import os
from pathlib import Path

from xinheng.core.intake.reading.refusal import refuse

_WHOLE_UP_TO = 8 << 20
_WINDOW = 1 << 16
_WINDOWS = 48
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def samples(path: Path, size: int) -> list[bytes]:
    """Read the file whole when small, else its beginning, its end and windows spread between."""
    with path.open("rb") as stream:
        if size <= _WHOLE_UP_TO:
            return [stream.read()]
        read = [stream.read(1 << 20)]
        step = max((size - _WINDOW) // _WINDOWS, 1)
        for number in range(1, _WINDOWS + 1):
            stream.seek(number * step, os.SEEK_SET)
            window = stream.read(_WINDOW)
            # Begin and end on a line so that no character is cut in two.
            begin, end = window.find(b"\n") + 1, window.rfind(b"\n") + 1
            read.append(window[begin:end] if end > begin else b"")
        return read


def detect(path: Path, size: int) -> str:
    """Return ``utf-8``, ``utf-8-sig``, ``gb18030``, ``utf-16-le`` or ``utf-16-be``; refuse what is no text."""
    parts = samples(path, size)
    for mark, name in _MARKS:
        if parts[0].startswith(mark):
            return name
    if b"\x00" in parts[0]:
        return _without_mark(parts[0])
    text = b"\n".join(parts)
    if _decodes(text, "utf-8", whole=size <= _WHOLE_UP_TO):
        if _controls(text):
            raise refuse("file.is-binary")
        return "utf-8"
    good, bad = _utf8_share(text)
    if bad * 20 < good:
        return "utf-8"  # a few broken bytes: the reader names the row
    if _decodes(text, "gb18030", whole=size <= _WHOLE_UP_TO) and not _controls(text):
        return "gb18030"
    if _controls(text) or not _mostly_gb(text):
        raise refuse("file.is-binary" if _controls(text) else "file.encoding-unknown")
    return "gb18030"


def _decodes(text: bytes, encoding: str, *, whole: bool) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)("strict").decode(text, final=whole)
    except UnicodeDecodeError:
        return False
    return True


def _controls(text: bytes) -> bool:
    """Say whether there are more control bytes than a text can have."""
    stripped = text[: 1 << 20]
    controls = len(stripped) - len(
        stripped.translate(None, bytes(b for b in range(32) if b not in b"\t\n\r\f\v\x1a\x1c\x1d\x1e\x1f"))
    )
    return controls * 200 > len(stripped)


def _utf8_share(text: bytes) -> tuple[int, int]:
    """Count characters beyond ASCII that are right UTF-8, and bytes that are not."""
    decoded = text.decode("utf-8", "replace")
    bad = decoded.count("\ufffd") - text.count(b"\xef\xbf\xbd")
    return sum(1 for c in decoded[: 1 << 20] if c > "\x7f" and c != "\ufffd"), bad


def _mostly_gb(text: bytes) -> bool:
    decoded = text.decode("gb18030", "replace")
    beyond = sum(1 for c in decoded if c > "\x7f")
    return (
        beyond > 0
        and decoded.count("\ufffd") * 20 < beyond
        and sum("\u4e00" <= c <= "\u9fff" for c in decoded) * 2 > beyond
    )


def _without_mark(text: bytes) -> str:
    """Tell UTF-16 without its mark from binary rubbish: line ends and separators stand in every text."""
    for name, newline in (("utf-16-le", b"\n\x00"), ("utf-16-be", b"\x00\n")):
        even = text[: len(text) // 2 * 2]
        if newline in even and _decodes(even, name, whole=False):
            decoded = even.decode(name, "replace")
            usual = sum(c.isascii() or "\u2000" <= c <= "\u9fff" or "\uff00" <= c <= "\uffef" for c in decoded)
            if usual * 10 > len(decoded) * 9 and "\x00" not in decoded:
                return name
    raise refuse("file.is-binary")
