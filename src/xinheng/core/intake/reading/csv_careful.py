"""A delimited text record by record: slower, but it knows which line is wrong and forgives what is only unusual."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import polars as pl

from xinheng.core.intake.reading.csv_layout import Layout
from xinheng.core.intake.reading.limits import CELL_CHARACTERS
from xinheng.core.intake.reading.refusal import refuse

_RECORDS = 50_000
_LONE_RETURN = re.compile(r"\r(?!\n)")
_NAMES = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "gb18030": "GB18030", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}


def frames(path: Path, encoding: str, layout: Layout, *, beyond: str, skip: int) -> Iterator[pl.DataFrame]:
    """Yield frames of text cells after the first ``skip`` records; raise FileUnusable naming the line that is wrong."""
    names = [*layout.header.titles, beyond]
    width = len(names)
    previous = csv.field_size_limit(CELL_CHARACTERS)
    try:
        records = _records(path, encoding, layout)
        next(islice(records, skip, skip), None)
        while batch := list(islice(records, _RECORDS)):
            columns: list[list[str | None]] = [[None] * len(batch) for _ in names]
            for at, record in enumerate(batch):
                for column, cell in zip(range(width), record, strict=False):
                    if cell:
                        columns[column][at] = cell
            yield pl.DataFrame(dict(zip(names, columns, strict=True)), schema=dict.fromkeys(names, pl.String))
    finally:
        csv.field_size_limit(previous)


def _records(path: Path, encoding: str, layout: Layout) -> Iterator[list[str]]:
    codec = "utf-8-sig" if encoding == "utf-8" else encoding
    number, line = 0, 0
    with path.open(encoding=codec, newline=layout.newline) as stream:
        lines = _only_newlines(stream, layout.newline)
        # strict: `"a"b` is not silently read as `ab`; a quote inside an unquoted cell is still just a character.
        reader = csv.reader(lines, delimiter=layout.separator, strict=True)
        try:
            for record in reader:
                number, line = number + 1, reader.line_num
                if number == 1 and record:
                    record[0] = record[0].removeprefix("\ufeff")
                yield record
        except csv.Error:
            raise refuse("file.unclosed-quote", line=line + 1) from None
        except UnicodeDecodeError:
            raise refuse(
                "file.encoding-broken", row=broken_row(path, encoding, layout), encoding=_NAMES[encoding]
            ) from None


def _only_newlines(stream: Iterator[str], newline: str) -> Iterator[str]:
    if newline == "\r":
        return (line.replace("\r", "\n") for line in stream)
    # A lone carriage return inside a line is part of the cell: only "\n" ends a row, as for the fast reader.
    return (_LONE_RETURN.sub(" ", line) if "\r" in line else line for line in stream)


def broken_row(path: Path, encoding: str, layout: Layout) -> int:
    """Return the number of the first record that is not of this encoding."""
    codec = "utf-8-sig" if encoding == "utf-8" else encoding
    with path.open(encoding=codec, errors="replace", newline=layout.newline) as stream:
        reader = csv.reader(_only_newlines(stream, layout.newline), delimiter=layout.separator)
        number = 0
        for number, record in enumerate(reader, start=1):
            if any("\ufffd" in cell for cell in record):
                return number
    return number


def short_rows(path: Path, encoding: str, layout: Layout) -> list[int]:
    """Return the numbers of records with fewer cells than the header; none where the text is too broken to count."""
    codec = "utf-8-sig" if encoding == "utf-8" else encoding
    width, short = len(layout.header.titles), []
    try:
        with path.open(encoding=codec, errors="replace", newline=layout.newline) as stream:
            for number, record in enumerate(
                csv.reader(_only_newlines(stream, layout.newline), delimiter=layout.separator), start=1
            ):
                if number > layout.skip_records and 0 < len(record) < width:
                    short.append(number)
    except csv.Error:  # the readers name what is wrong
        return []
    return short
