"""GB18030 and UTF-16 text as UTF-8, in blocks that end with a record.

Only the standard library is imported: for large files this module runs as a process of its own, so that decoding and
parsing use two processors. It then writes each block to its output behind its length, and a length of zero at the end.
"""

from __future__ import annotations

import codecs
import sys
from collections.abc import Iterator
from typing import AnyStr, BinaryIO

BLOCK = 8 << 20
_LINES = 1 << 18  # bytes decoded and encoded at a time
_CARRIED = 16  # blocks without one complete record: a quotation mark is open somewhere


class CannotCut(ValueError):
    """The text has no end of record for too long."""


def blocks(stream: BinaryIO, encoding: str, newline: str) -> Iterator[bytes]:
    """Yield UTF-8 blocks, each ending with a complete record; raise ValueError where the text cannot be decoded or cut."""
    if encoding == "gb18030":
        # No later byte of a character is a newline or a quotation mark: the bytes are cut as they are.
        yield from _gb_blocks(stream, newline.encode())
        return
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    text, first = "", True
    while True:
        block = stream.read(BLOCK)
        text += decoder.decode(block, final=not block)
        if first:
            text, first = text.removeprefix("\ufeff"), False
        cut = whole_records(text, newline, '"') if block else len(text)
        if cut:
            yield text[:cut].encode()
        elif len(text) > _CARRIED * BLOCK:
            raise CannotCut
        text = text[cut:]
        if not block:
            return


def _gb_blocks(stream: BinaryIO, newline: bytes) -> Iterator[bytes]:
    raw, mark = b"", codecs.BOM_UTF8
    while True:
        block = stream.read(BLOCK)
        raw += block
        cut = whole_records(raw, newline, b'"') if block else len(raw)
        if cut:
            yield b"".join(_lines_as_utf8(raw[:cut], newline)).removeprefix(mark)
            mark = b""
        elif len(raw) > _CARRIED * BLOCK:
            raise CannotCut
        raw = raw[cut:]
        if not block:
            return


def _lines_as_utf8(raw: bytes, newline: bytes) -> Iterator[bytes]:
    """Yield a few lines at a time: what is decoded is encoded again while the processor still holds it near."""
    begin = 0
    while begin < len(raw):
        end = raw.rfind(newline, begin, begin + _LINES) + 1 or raw.find(newline, begin + _LINES) + 1 or len(raw)
        yield gb_text(raw[begin:end]).encode()
        begin = end


def gb_text(raw: bytes) -> str:
    """Decode strictly; GBK first, which is faster and all that most files need."""
    try:
        return raw.decode("gbk")
    except UnicodeDecodeError:
        return raw.decode("gb18030")


def whole_records(text: AnyStr, newline: AnyStr, quote: AnyStr) -> int:
    """Return how much of the text is complete records: up to the last newline outside quotation marks."""
    at = text.rfind(newline)
    while at >= 0 and text.count(quote, 0, at) % 2:  # inside a quoted cell: step to before the mark that opened it
        opened = text.rfind(quote, 0, at)
        at = text.rfind(newline, 0, opened)
    return at + 1


def main(path: str, encoding: str, newline: str) -> None:
    """Write the blocks of a file to the standard output."""
    out = sys.stdout.buffer
    with open(path, "rb") as stream:
        for block in blocks(stream, encoding, newline):
            out.write(len(block).to_bytes(8, "little"))
            out.write(block)
    out.write(bytes(8))
    out.flush()


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (ValueError, OSError):  # the reader begins anew, carefully, and says which row it was
        sys.exit(3)
