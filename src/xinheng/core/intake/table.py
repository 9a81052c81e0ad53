"""What a reader hands to the checks: sheets of text cells with the sender's own row numbers.

A *source* is one file. It has *tables* (one for each sheet that holds data; a CSV has one). A table has a header and
yields *blocks*: frames of text cells, some ten thousand rows each, so that memory does not grow with the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import polars as pl

ROW = "__row"  # UInt32: row number as the sender sees it (header rows counted, first row of the sheet is 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something the reader did or saw that the sender should know: a safe repair, a skipped row, a hidden row."""

    code: str  # reading.title-rows-skipped, reading.hidden-rows, reading.merged-cells-filled …
    message: str  # Chinese
    sheet: str | None = None
    count: int = 1
    rows: tuple[int, ...] = ()  # examples


class Table(Protocol):
    """One sheet of data."""

    sheet: str | None  # sheet name; None where the format has no sheets
    header: tuple[str, ...]  # column titles as the sender wrote them, in order, made unique with " (2)"
    header_row: int  # sender's number of the last header row; data begins below it
    notes: list[Note]  # grows while blocks are read

    def blocks(self) -> Iterator[pl.DataFrame]:
        """Yield frames: ROW first, then one String column for each header title, null for an empty cell."""
        ...


@runtime_checkable
class Headed(Protocol):
    """A table that remembers what stands above its data, so that the sender's own sheet can be given back in place."""

    above: tuple[tuple[str | None, ...], ...]  # the rows from the first to the last header row, as written
    first_column: int  # number of the first column in the sheet; 1 unless the sheet begins with empty ones


class Source(Protocol):
    """One file, opened and recognised."""

    format: str  # xlsx xls csv json jsonl parquet
    encoding: str | None  # utf-8, utf-8-sig, gb18030, utf-16-le …; None for binary formats
    size: int  # bytes
    notes: list[Note]

    def tables(self) -> Iterator[Table]:
        """Yield the sheets that hold data, in order."""
        ...


@dataclass(slots=True)
class FrameTable:
    """A table already in memory: for JSON over the API, for rows mended on a page, and for tests."""

    frame: pl.DataFrame  # String columns
    sheet: str | None = None
    header_row: int = 1
    notes: list[Note] = field(default_factory=list)

    @property
    def header(self) -> tuple[str, ...]:
        """Column titles."""
        return tuple(self.frame.columns)

    def blocks(self) -> Iterator[pl.DataFrame]:
        """Yield the frame as one block, rows numbered from below the header."""
        first = self.header_row + 1
        yield self.frame.with_row_index(ROW, offset=first).with_columns(pl.col(ROW).cast(pl.UInt32))
