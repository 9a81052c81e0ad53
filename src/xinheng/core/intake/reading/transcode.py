"""GB18030 and UTF-16 text as UTF-8 in blocks that end with a record, so that memory does not grow with the file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

_BLOCK = 32 << 20
_CARRIED = 8  # blocks without one complete record: a quotation mark is open somewhere


def blocks(path: Path, encoding: str, newline: str) -> Iterator[bytes]:
    """Yield UTF-8 blocks, each ending with a complete record; raise PolarsError where the text cannot be cut."""
    end = newline.encode(encoding)
    with path.open("rb") as stream:
        carry = b""
        first = True
        while True:
            block = stream.read(_BLOCK)
            raw = carry + block
            if not raw:
                return
            cut = len(raw) if len(block) < _BLOCK else whole_records(raw, end, encoding)
            if cut == 0:
                if len(raw) > _CARRIED * _BLOCK:
                    raise pl.exceptions.ComputeError("no end of record")
                carry = raw
                continue
            text = decode(raw[:cut], encoding)
            carry = raw[cut:]
            if first:
                text, first = text.removeprefix("\ufeff"), False
            yield text.encode()


def whole_records(raw: bytes, end: bytes, encoding: str) -> int:
    """Return how many of these bytes are complete records: up to the last newline outside quotation marks."""
    # No second byte of GBK and no later byte of GB18030 is a newline or a quotation mark: both may be sought as bytes.
    quote = '"'.encode(encoding)
    at = _last(raw, end, len(raw))
    while at >= 0 and _count(raw[:at], quote) % 2:  # inside a quoted cell: step to before the mark that opened it
        at = _last(raw, end, _last(raw, quote, at))
    return at + len(end) if at >= 0 else 0


def _count(raw: bytes, wanted: bytes) -> int:
    if len(wanted) == 1:
        return raw.count(wanted)
    # UTF-16: only aligned pairs are characters.
    pairs = np.frombuffer(raw, dtype="<u2", count=len(raw) // 2)
    return int((pairs == int.from_bytes(wanted, "little")).sum())


def _last(raw: bytes, wanted: bytes, until: int) -> int:
    at = raw.rfind(wanted, 0, until)
    while at >= 0 and at % len(wanted):
        at = raw.rfind(wanted, 0, at + len(wanted) - 1)
    return at


def decode(raw: bytes, encoding: str) -> str:
    """Decode strictly; GBK first, which is a third faster and all that most files need."""
    try:
        return raw.decode("gbk" if encoding == "gb18030" else encoding)
    except UnicodeDecodeError:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError as broken:
            raise pl.exceptions.ComputeError(f"not {encoding}") from broken
