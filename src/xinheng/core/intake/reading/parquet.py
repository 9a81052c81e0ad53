"""Parquet files: typed columns become the text a person would have typed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from xinheng.core.intake.reading import isolated
from xinheng.core.intake.reading.blocks import numbered
from xinheng.core.intake.reading.cells import all_as_text
from xinheng.core.intake.reading.header import KnownHeaders
from xinheng.core.intake.reading.limits import BATCH_ROWS
from xinheng.core.intake.reading.records import RecordSource, RecordTable, header_of


def open_parquet(path: Path, size: int, known: KnownHeaders) -> RecordSource:
    """Open a Parquet file."""
    names = next(isolated.read(__name__, path, "names"))
    assert isinstance(names, dict)
    header = header_of(names["names"])

    def frames() -> Iterator[pl.DataFrame]:
        first = 1
        for frame in isolated.read(__name__, path, "rows"):
            assert isinstance(frame, pl.DataFrame)
            yield numbered(frame, first=first)
            first += frame.height

    return RecordSource(path, size, "parquet", None, RecordTable(header, frames))


def pieces(path: Path, wanted: str) -> Iterator[isolated.Piece]:
    """Yield the names of the columns, or the rows as frames of text cells."""
    try:
        lazy = pl.scan_parquet(path, glob=False)
        schema = lazy.collect_schema()
        if wanted == "names":
            yield {"names": list(schema)}
        else:
            yield from all_as_text(lazy, schema).collect_batches(chunk_size=BATCH_ROWS, maintain_order=True)
    except isolated.BROKEN:
        yield {"refused": "file.damaged"}
