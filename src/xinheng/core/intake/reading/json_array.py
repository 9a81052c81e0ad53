"""A JSON array of records, or an object that holds one under rows, data, records or list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import ijson  # type: ignore[import-untyped]
import polars as pl

from xinheng.core.intake.reading import surrogates
from xinheng.core.intake.reading.cells import frames_of
from xinheng.core.intake.reading.encoding import detect
from xinheng.core.intake.reading.header import KnownHeaders
from xinheng.core.intake.reading.json_stream import READ_BYTES, Utf8Stream
from xinheng.core.intake.reading.records import RecordSource, RecordTable, header_of
from xinheng.core.intake.reading.refusal import refuse

HOLDERS = ("rows", "data", "records", "list")


def open_json(path: Path, size: int, known: KnownHeaders) -> RecordSource:
    """Open a JSON file. It is read twice: first for its names, since a later record may have one the first lacks."""
    encoding = detect(path, size)
    place = _place(path, encoding)
    keys: dict[str, None] = {}
    for _, record in _records(path, encoding, place):
        keys.update(dict.fromkeys(record))
    header = header_of(list(keys))

    def frames() -> Iterator[pl.DataFrame]:
        return frames_of(_records(path, encoding, place), header)

    return RecordSource(path, size, "json", encoding, RecordTable(header, frames))


def _place(path: Path, encoding: str) -> str:
    """Return where the records are, as ijson names it."""
    try:
        with Utf8Stream(path, encoding) as stream:
            for prefix, event, _ in ijson.parse(stream, buf_size=READ_BYTES):
                if prefix == "" and event == "start_array":
                    return "item"
                if prefix == "" and event not in ("start_map", "map_key"):
                    break
                if prefix in HOLDERS and event == "start_array":
                    return f"{prefix}.item"
    except (ijson.JSONError, UnicodeDecodeError, ValueError) as error:
        raise _malformed(error, 0) from None
    raise refuse("file.json-shape")


def _records(path: Path, encoding: str, place: str) -> Iterator[tuple[int, Mapping[str, object]]]:
    number = 0
    try:
        with Utf8Stream(path, encoding) as stream:
            for number, record in enumerate(ijson.items(stream, place, buf_size=READ_BYTES), start=1):
                if not isinstance(record, dict):
                    raise refuse("file.json-shape")
                stream.next_record()
                if stream.broken and (refused := surrogates.refusal(record, number)) is not None:
                    raise refused
                yield number, record
    except (ijson.JSONError, UnicodeError, ValueError, RecursionError, ArithmeticError) as error:
        raise _malformed(error, number) from None


def _malformed(error: Exception, number: int) -> Exception:
    if isinstance(error, UnicodeDecodeError):
        return refuse("file.encoding-broken", row=number + 1, encoding=error.encoding.upper())
    return refuse("file.json-malformed", what=f"第 {number + 1} 条记录处")
