"""JSON Lines: one record on each line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import orjson
import polars as pl

from xinheng.core.intake.reading import surrogates
from xinheng.core.intake.reading.cells import frames_of
from xinheng.core.intake.reading.encoding import detect
from xinheng.core.intake.reading.header import KnownHeaders
from xinheng.core.intake.reading.records import RecordSource, RecordTable, header_of
from xinheng.core.intake.reading.refusal import refuse

_LINE = 64 << 20


def open_json_lines(path: Path, size: int, known: KnownHeaders) -> RecordSource:
    """Open a JSON Lines file. It is read twice: first for its names, since a later line may have one the first lacks."""
    encoding = detect(path, size)
    keys: dict[str, None] = {}
    for _, record in _records(path, encoding):
        if not record.keys() <= keys.keys():
            keys.update(dict.fromkeys(record))
    header = header_of(list(keys))

    def frames() -> Iterator[pl.DataFrame]:
        return frames_of(_records(path, encoding), header)

    return RecordSource(path, size, "jsonl", encoding, RecordTable(header, frames))


def _records(path: Path, encoding: str) -> Iterator[tuple[int, Mapping[str, object]]]:
    """Yield line number and record; blank lines are no records but are counted, so that numbers are the sender's."""
    number = 0
    try:
        for number, line in enumerate(_lines(path, encoding), start=1):
            if len(line) >= _LINE:
                raise refuse("file.json-malformed", what=f"第 {number} 行超过 64 MB")
            if not line.strip():
                continue
            record = orjson.loads(line)
            if not isinstance(record, dict):
                raise refuse("file.json-shape")
            yield number, record
    except orjson.JSONDecodeError:
        raise _malformed(line, number) from None
    except UnicodeDecodeError as error:
        raise refuse("file.encoding-broken", row=number + 1, encoding=error.encoding.upper()) from None


def _malformed(line: bytes, number: int) -> Exception:
    try:
        line.decode()
    except UnicodeDecodeError:
        return refuse("file.encoding-broken", row=number, encoding="UTF-8")
    try:
        record = orjson.loads(surrogates.marked(line))
    except orjson.JSONDecodeError:
        record = None
    if isinstance(record, dict) and (refused := surrogates.refusal(record, number)) is not None:
        return refused
    return refuse("file.json-malformed", what=f"第 {number} 行")


def _lines(path: Path, encoding: str) -> Iterator[bytes]:
    if encoding in ("utf-8", "utf-8-sig"):
        with path.open("rb") as stream:
            first = True
            while line := stream.readline(_LINE):
                yield line.removeprefix(b"\xef\xbb\xbf") if first else line
                first = False
        return
    with path.open(encoding=encoding, newline="\n") as text:
        while read := text.readline(_LINE):
            yield read.removeprefix("\ufeff").encode()
