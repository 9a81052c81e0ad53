"""A table of records that carry their own names: JSON, JSON Lines, Parquet. No header row; record 1 is row 1."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from xinheng.core.intake.reading.blocks import grouped
from xinheng.core.intake.reading.refusal import refuse
from xinheng.core.intake.reading.tidy import Seen, drop_rows_that_are_not_data
from xinheng.core.intake.table import ROW, Note


@dataclass(slots=True)
class RecordTable:
    """Records with the same names throughout; ``frames`` begins the reading anew at each call."""

    header: tuple[str, ...]
    frames: Callable[[], Iterator[pl.DataFrame]]  # ROW first
    sheet: str | None = None
    header_row: int = 0
    notes: list[Note] = field(default_factory=list)

    def blocks(self) -> Iterator[pl.DataFrame]:
        """Yield the records in blocks; raise ``file.no-rows`` where there are none."""
        seen, rows = Seen(), 0
        self.notes.clear()
        for block in grouped(self.frames()):
            block = drop_rows_that_are_not_data(block, (), seen)
            rows += block.height
            if block.height:
                yield block
        if not rows:
            raise refuse("file.no-rows")
        self.notes.extend(seen.notes())


@dataclass(slots=True)
class RecordSource:
    """One file of records."""

    path: Path
    size: int
    format: str
    encoding: str | None
    table: RecordTable
    notes: list[Note] = field(default_factory=list)

    def tables(self) -> Iterator[RecordTable]:
        """Yield the one table."""
        yield self.table


def header_of(keys: list[str]) -> tuple[str, ...]:
    """Return the names as a header, or refuse names that cannot be one."""
    if not keys:
        raise refuse("file.no-rows")
    if len(keys) > 16_384 or any(not key.strip() or key == ROW for key in keys):
        raise refuse("file.names-unusable")
    return tuple(keys)
