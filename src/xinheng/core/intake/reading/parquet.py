"""Parquet files: typed columns become the text a person would have typed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from xinheng.core.intake.reading.blocks import numbered
from xinheng.core.intake.reading.cells import all_as_text
from xinheng.core.intake.reading.header import KnownHeaders
from xinheng.core.intake.reading.limits import BATCH_ROWS
from xinheng.core.intake.reading.records import RecordSource, RecordTable, header_of
from xinheng.core.intake.reading.refusal import refuse

# A damaged file can make the Parquet reader panic; that is still the file's fault, and nothing was written.
_BROKEN = (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError)


def open_parquet(path: Path, size: int, known: KnownHeaders) -> RecordSource:
    """Open a Parquet file."""
    try:
        lazy = pl.scan_parquet(path, glob=False)
        schema = lazy.collect_schema()
    except _BROKEN:
        raise refuse("file.damaged") from None
    header = header_of(list(schema))

    def frames() -> Iterator[pl.DataFrame]:
        first = 1
        try:
            for frame in all_as_text(lazy, schema).collect_batches(chunk_size=BATCH_ROWS, maintain_order=True):
                yield numbered(frame, first=first)
                first += frame.height
        except _BROKEN:
            raise refuse("file.damaged") from None

    return RecordSource(path, size, "parquet", None, RecordTable(header, frames))
