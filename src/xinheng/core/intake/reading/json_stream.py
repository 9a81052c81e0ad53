"""A JSON file as a stream of UTF-8, whatever its encoding, that stops where one record would not fit into memory."""

from __future__ import annotations

import codecs
from pathlib import Path
from types import TracebackType

from xinheng.core.intake.reading import surrogates
from xinheng.core.intake.reading.refusal import refuse

READ_BYTES = 4096  # a nested value costs the parser the square of its depth: no more may be opened than is then noticed
_RECORD_BYTES = 64 << 20
_RECORD_BRACKETS = 2_000
_NUMBER_DIGITS = 4_200  # Python turns 4,300 digits into a number and no more; the parser does not survive the refusal
_DIGITS = b"0123456789"


class Utf8Stream:
    """Reads a file as UTF-8. Call ``next_record`` after each record: between two calls only so much may be read."""

    def __init__(self, path: Path, encoding: str) -> None:
        self._stream = path.open("rb")
        self._decoder = codecs.getincrementaldecoder({"utf-8-sig": "utf-8"}.get(encoding, encoding))("strict")
        self._pass_through = encoding == "utf-8"
        self._since = self._opened = 0
        self._digits = 0  # digits the last block ended with
        self._first = True
        self._held = b""  # the beginning of an escape whose rest is in the next block
        self.broken = False  # a half character was met: records must be looked at

    def __enter__(self) -> Utf8Stream:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.close()

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes; no bytes at the end."""
        if size == 0:
            return b""
        while True:
            block = self._stream.read(size)
            text = self._whole(block if self._pass_through else self._decoded(block), last=not block)
            # No bytes would mean the end: read on where a block was only half a character.
            if text or not block:
                self._require_parsable(text)
                return text

    def _decoded(self, block: bytes) -> bytes:
        text = self._decoder.decode(block, final=not block)
        if self._first and text:
            text, self._first = text.removeprefix("\ufeff"), False
        return text.encode()

    def _whole(self, text: bytes, *, last: bool) -> bytes:
        """Mark half characters; hold back an escape that the block cut in two."""
        if self._held:
            text, self._held = self._held + text, b""
        if b"\\" not in text:
            return text
        if not last and (end := surrogates.whole_part(text)) < len(text):
            text, self._held = text[:end], text[end:]
        found = surrogates.marked(text)
        self.broken = self.broken or (found is not text and found != text)
        return found

    def _require_parsable(self, text: bytes) -> None:
        """Refuse what would bring the parser down: endless records, bottomless nesting, numbers of thousands of digits."""
        self._since += len(text)
        self._opened += text.count(b"[") + text.count(b"{")
        if self._since > _RECORD_BYTES or self._opened > _RECORD_BRACKETS + READ_BYTES:
            raise refuse("file.json-malformed", what="单条记录过长或嵌套过多，可能缺少括号或引号")
        leading = len(text) - len(text.lstrip(_DIGITS))
        if self._digits + leading > _NUMBER_DIGITS:
            raise refuse("file.json-malformed", what="有一个数字长达数千位")
        self._digits = self._digits + leading if leading == len(text) else len(text) - len(text.rstrip(_DIGITS))

    def next_record(self) -> None:
        """A record was completed: count anew."""
        self._since = self._opened = 0
