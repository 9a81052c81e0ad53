"""Delimited text (CSV, TSV …) in blocks: fast where it is well formed, record by record where it is not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from xinheng.core.intake.reading import csv_careful, transcode
from xinheng.core.intake.reading.csv_layout import Layout, find_layout
from xinheng.core.intake.reading.encoding import detect
from xinheng.core.intake.reading.header import KnownHeaders
from xinheng.core.intake.reading.limits import BLOCK_ROWS
from xinheng.core.intake.reading.refusal import refuse
from xinheng.core.intake.reading.tidy import Seen, drop_rows_that_are_not_data
from xinheng.core.intake.table import ROW, Note

_BEYOND = "__beyond"  # takes the first cell that has no header above it


@dataclass(slots=True)
class CsvTable:
    """The one table of a delimited text."""

    path: Path
    encoding: str
    layout: Layout
    sheet: str | None = None
    first_column: int = 1
    notes: list[Note] = field(default_factory=list)

    @property
    def header(self) -> tuple[str, ...]:
        """Column titles."""
        return self.layout.header.titles

    @property
    def above(self) -> tuple[tuple[str, ...], ...]:
        """The records up to the header, as written."""
        return self.layout.above

    @property
    def header_row(self) -> int:
        """Number of the last header record."""
        return self.layout.skip_records

    def blocks(self) -> Iterator[pl.DataFrame]:
        """Yield the rows of data in blocks, numbered by record."""
        seen, before = Seen(), self.layout.skip_records
        self.notes[:] = _layout_notes(self.layout)
        data = 0
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
            numbered = (
                frame.insert_column(0, pl.Series(ROW, range(0)).cast(pl.UInt32))
                if frame.height == 0
                else _numbered(frame, before)
            )
            before += frame.height
            numbered = self._without_beyond(numbered, seen)
            numbered = drop_rows_that_are_not_data(numbered, self.header, self.layout.raw_header, seen)
            data += numbered.height
            if numbered.height:
                yield numbered
        if not data:
            raise refuse("file.no-rows")
        self.notes.extend(seen.notes())

    def _fast(self) -> Iterator[pl.DataFrame]:
        if self.encoding in ("utf-8", "utf-8-sig"):
            yield from _scan(self.path, self.layout, skip_lines=self.layout.skip_lines)
            return
        skip = self.layout.skip_lines
        for text in transcode.blocks(self.path, self.encoding, self.layout.newline):
            yield from _scan(text, self.layout, skip_lines=skip)
            skip = 0

    def _without_beyond(self, frame: pl.DataFrame, seen: Seen) -> pl.DataFrame:
        beyond = frame.get_column(_BEYOND)
        if beyond.null_count() < frame.height:
            ragged = frame.filter(beyond.is_not_null() & (beyond.str.strip_chars() != ""))
            seen.add("reading.ragged-row", ragged.get_column(ROW).to_list())
        return frame.drop(_BEYOND)


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
    for frame in lazy.collect_batches(chunk_size=BLOCK_ROWS, maintain_order=True):
        quoted_empty = [name for name in names if (frame.get_column(name) == "").any()]
        yield frame.with_columns(pl.col(quoted_empty).replace("", None)) if quoted_empty else frame


def _numbered(frame: pl.DataFrame, before: int) -> pl.DataFrame:
    numbers = pl.int_range(before + 1, before + 1 + frame.height, dtype=pl.UInt32, eager=True).alias(ROW)
    return frame.insert_column(0, numbers)


def _layout_notes(layout: Layout) -> list[Note]:
    notes = []
    if layout.title_rows:
        listed = "、".join(map(str, layout.title_rows))
        notes.append(
            Note(
                code="reading.title-rows-skipped",
                message=f"表头上方的标题或说明行（第 {listed} 行）未作为数据读取。",
                count=len(layout.title_rows),
                rows=layout.title_rows,
            )
        )
    return notes


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
    return CsvSource(path=path, size=size, encoding=encoding, table=CsvTable(path, encoding, layout))
