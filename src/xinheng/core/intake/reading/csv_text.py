"""Delimited text (CSV, TSV …) in blocks: fast where it is well formed, record by record where it is not."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from xinheng.core.intake.reading import csv_careful, transcode
from xinheng.core.intake.reading.blocks import grouped, numbered
from xinheng.core.intake.reading.csv_layout import Layout, find_layout
from xinheng.core.intake.reading.encoding import detect
from xinheng.core.intake.reading.header import KnownHeaders
from xinheng.core.intake.reading.refusal import refuse
from xinheng.core.intake.reading.tidy import Seen, drop_rows_that_are_not_data, title_notes
from xinheng.core.intake.table import ROW, Note

# The scanner prefetches 16 MB pieces for each core by default, and holds 270 MB where this needs 70. Read when
# the scanner first runs; whoever sets them otherwise is left alone.
os.environ.setdefault("POLARS_CSV_CHUNK_SIZE", str(1 << 20))
os.environ.setdefault("POLARS_CSV_CHUNK_PREFETCH_LIMIT", "2")

_COUNT_CELLS_UP_TO = 8 << 20
_BEYOND = "__beyond"  # takes the first cell that has no header above it


@dataclass(slots=True)
class CsvTable:
    """The one table of a delimited text."""

    path: Path
    encoding: str
    layout: Layout
    size: int
    sheet: str | None = None
    notes: list[Note] = field(default_factory=list)
    header: tuple[str, ...] = field(init=False)
    header_row: int = field(init=False)
    above: tuple[tuple[str, ...], ...] = field(init=False)
    first_column: int = 1

    def __post_init__(self) -> None:
        self.header, self.header_row = self.layout.header.titles, self.layout.skip_records
        self.above = self.layout.above

    def blocks(self) -> Iterator[pl.DataFrame]:
        """Yield the rows of data in blocks, numbered by record; raise ``file.no-rows`` where there are none."""
        seen, before, rows = Seen(), self.layout.skip_records, 0
        self.notes[:] = title_notes(self.layout.title_rows)
        header_rows = tuple(at + 1 for at in self.layout.header.repeated)
        # In a large file a row cut short shows by its empty cells alone: counting cells takes longer than all the rest.
        short = csv_careful.short_rows(self.path, self.encoding, self.layout) if self.size <= _COUNT_CELLS_UP_TO else []
        frames = self._fast()
        while True:
            try:
                frame = next(frames, None)
            except pl.exceptions.PolarsError:
                # Stray quotes, broken bytes: the careful reader says where, or reads what is merely unusual.
                frames = csv_careful.frames(self.path, self.encoding, self.layout, beyond=_BEYOND, skip=before)
                continue
            if frame is None:
                break
            block = self._without_beyond(numbered(frame, first=before + 1), seen)
            before += frame.height
            del frame
            block = drop_rows_that_are_not_data(block, self.layout.raw_header, seen, header_rows=header_rows)
            if short:
                numbers = block.get_column(ROW)
                seen.add("reading.short-row", numbers.filter(numbers.is_in(short)).to_list())
            rows += block.height
            if block.height:
                yield block
            del block
        if not rows:
            raise refuse("file.no-rows")
        self.notes.extend(seen.notes())

    def _fast(self) -> Iterator[pl.DataFrame]:
        if self.encoding in ("utf-8", "utf-8-sig"):
            yield from grouped(_scan(self.path, self.layout, skip_lines=self.layout.skip_lines))
        else:
            yield from grouped(self._transcoded())

    def _transcoded(self) -> Iterator[pl.DataFrame]:
        skip = self.layout.skip_lines
        for text in transcode.blocks(self.path, self.encoding, self.layout.newline):
            yield from _scan(text, self.layout, skip_lines=skip)
            skip = 0

    def _without_beyond(self, frame: pl.DataFrame, seen: Seen) -> pl.DataFrame:
        beyond = frame.drop_in_place(_BEYOND)
        if beyond.null_count() < frame.height:
            ragged = frame.filter(beyond.str.strip_chars().fill_null("") != "")
            seen.add("reading.ragged-row", ragged.get_column(ROW).to_list())
        return frame


def _scan(source: Path | bytes, layout: Layout, *, skip_lines: int) -> Iterator[pl.DataFrame]:
    names = [*layout.header.titles, _BEYOND]
    lazy = pl.scan_csv(
        source,
        has_header=False,
        separator=layout.separator,
        eol_char=layout.newline,
        skip_lines=skip_lines,
        infer_schema=False,
        schema=dict.fromkeys(names, pl.String),
        missing_columns="insert",
        extra_columns="ignore",
        truncate_ragged_lines=True,
        raise_if_empty=False,
        glob=False,
    )
    yield from lazy.collect_batches(chunk_size=layout.batch_rows, maintain_order=True)


@dataclass(slots=True)
class CsvSource:
    """One delimited text file."""

    path: Path
    size: int
    encoding: str | None
    table: CsvTable
    notes: list[Note] = field(default_factory=list)
    format: str = "csv"

    def tables(self) -> Iterator[CsvTable]:
        """Yield the one table."""
        yield self.table


def open_csv(path: Path, size: int, known: KnownHeaders) -> CsvSource:
    """Open a delimited text file."""
    encoding = detect(path, size)
    layout = find_layout(path, encoding, known)
    return CsvSource(path=path, size=size, encoding=encoding, table=CsvTable(path, encoding, layout, size))
