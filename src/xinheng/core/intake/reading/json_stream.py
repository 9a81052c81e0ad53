"""A JSON file as a stream of UTF-8, whatever its encoding, that stops where one record would not fit into memory."""

from __future__ import annotations

import codecs
from pathlib import Path
from types import TracebackType

from xinheng.core.intake.reading.refusal import refuse

_RECORD_BYTES = 64 << 20


class Utf8Stream:
    """Reads a file as UTF-8. Call ``next_record`` after each record: between two calls only so much may be read."""

    def __init__(self, path: Path, encoding: str) -> None:
        self._stream = path.open("rb")
        self._decoder = codecs.getincrementaldecoder({"utf-8-sig": "utf-8"}.get(encoding, encoding))("strict")
        self._pass_through = encoding == "utf-8"
        self._since = 0
        self._first = True

    def __enter__(self) -> Utf8Stream:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.close()

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes; no bytes at the end."""
        block = self._stream.read(size)
        self._since += len(block)
        if self._since > _RECORD_BYTES:
            raise refuse("file.json-malformed", what="单条记录超过 64 MB，可能缺少括号或引号")
        if self._pass_through or size == 0:
            return block
        while True:
            text = self._decoder.decode(block, final=not block)
            if self._first and text:
                text, self._first = text.removeprefix("\ufeff"), False
            # No bytes would mean the end: read on where a block was only half a character.
            if text or not block:
                return text.encode()
            block = self._stream.read(size)

    def next_record(self) -> None:
        """A record was completed: count anew."""
        self._since = 0
