"""One worksheet as a table of text cells: header found, blocks cut, and everything unusual told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import polars as pl

from xinheng.core.intake.reading.blocks import numbered
from xinheng.core.intake.reading.header import HeaderAt, KnownHeaders, find_header
from xinheng.core.intake.reading.limits import BLOCK_ROWS, HEAD_RECORDS
from xinheng.core.intake.reading.sheet_scan import SheetFacts
from xinheng.core.intake.reading.tidy import Seen, drop_rows_that_are_not_data, title_notes
from xinheng.core.intake.table import Note


@dataclass(slots=True)
class SheetTable:
    """A sheet with a header. Its cells are loaded when blocks are asked for, and not kept."""

    sheet: str | None
    found: HeaderAt
    raw_header: tuple[str, ...]
    title_rows: tuple[int, ...]
    facts: SheetFacts
    load: Callable[[], pl.DataFrame]
    above: tuple[tuple[str | None, ...], ...] = ()
    notes: list[Note] = field(default_factory=list)
    rows: int | None = None  # rows of data found, once blocks were read to the end
    header: tuple[str, ...] = field(init=False)
    header_row: int = field(init=False)
    first_column: int = field(init=False)

    def __post_init__(self) -> None:
        self.header, self.header_row = self.found.titles, self.found.last + 1
        self.first_column = self.facts.first_column or 1

    def blocks(self) -> Iterator[pl.DataFrame]:
        """Yield the rows of data in blocks, with the sheet's own row numbers."""
        seen = Seen(self.sheet)
        self.notes[:] = title_notes(self.title_rows, self.sheet)
        frame = cells_as_text(self.load(), self.facts, seen, data_from=self.header_row + 1)
        header_rows = tuple(at + 1 for at in self.found.repeated)
        frame = self._named(frame)
        rows = 0
        for begin in range(self.header_row, frame.height, BLOCK_ROWS):
            block = frame.slice(begin, BLOCK_ROWS)
            block = numbered(block, first=begin + 1)
            block = drop_rows_that_are_not_data(block, self.raw_header, seen, header_rows=header_rows)
            rows += block.height
            if block.height:
                yield block
        self.rows = rows
        self.notes.extend(seen.notes())

    def _named(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Give the columns their titles; columns beyond the header are dropped if empty, else kept as untitled."""
        titles = list(self.header)
        frame = frame.select(frame.columns[: len(titles)])
        missing = titles[frame.width :]
        frame.columns = titles[: frame.width]
        return frame.with_columns(pl.lit(None, dtype=pl.String).alias(title) for title in missing)


def find_table(
    sheet: str | None, frame: pl.DataFrame, facts: SheetFacts, known: KnownHeaders, load: Callable[[], pl.DataFrame]
) -> SheetTable | None:
    """Find the header of a sheet, or ``None`` where the sheet is blank."""
    head = [[cell.strip() if cell else None for cell in row] for row in frame.head(HEAD_RECORDS).rows()]
    while head and frame.height > HEAD_RECORDS and not any(any(row) for row in head):
        return None
    found = find_header(head, known)
    if found is None:
        return None
    titles = list(found.titles)
    # Columns of cells without any title: kept (quarantined later, never silently lost) if they hold something.
    below = frame.slice(found.last + 1)
    for number in range(len(titles), frame.width):
        column = below.to_series(number)
        if column.null_count() < below.height:
            titles.extend(f"第{n + 1}列（无标题）" for n in range(len(titles), number + 1))
    found = HeaderAt(
        first=found.first, last=found.last, titles=tuple(titles), score=found.score, repeated=found.repeated
    )
    return SheetTable(
        sheet=sheet,
        found=found,
        raw_header=tuple(cell or "" for cell in head[found.last]),
        title_rows=tuple(i + 1 for i in range(found.first) if any(head[i])),
        facts=facts,
        load=load,
        above=tuple(tuple(row) for row in head[: found.last + 1]),
    )


def cells_as_text(frame: pl.DataFrame, facts: SheetFacts, seen: Seen, *, data_from: int) -> pl.DataFrame:
    """Put right what the sheet reader renders otherwise than a person sees it, and fill merged cells down."""
    columns = []
    for column in frame.get_columns():
        if column.null_count() < len(column):
            if (column == "").any():
                column = column.replace("", None)
            if column.str.ends_with(" 00:00:00").any():
                column = column.str.replace(r"^(\d{4}-\d\d-\d\d) 00:00:00$", "$1")
            if column.str.starts_with("1899-12-31 ").any():  # a time of day without a date
                column = column.str.replace(r"^1899-12-31 (\d\d:\d\d:\d\d)", "$1")
            if facts.booleans:
                column = column.replace({"true": "是", "false": "否"})
        columns.append(column)
    offset = facts.first_column or 1
    wide, tall = len(columns), frame.height
    by_column: dict[int, list[tuple[int, str]]] = {}
    for row, number, text in facts.errors:
        if 0 <= number - offset < wide and row <= tall:
            by_column.setdefault(number - offset, []).append((row - 1, text))
    for at, cells in by_column.items():
        columns[at] = columns[at].scatter([row for row, _ in cells], [text for _, text in cells])
    seen.add("reading.cell-errors", sorted({row for row, _, _ in facts.errors if row >= data_from}))
    _fill_merged(columns, facts, seen, offset, tall, data_from)
    seen.add("reading.number-lost-digits", sorted({row for row, _ in facts.long_numbers if row >= data_from}))
    seen.add("reading.hidden-rows", [row for row in facts.hidden_rows if data_from <= row <= tall])
    hidden = [n for n in facts.hidden_columns if 0 <= n - offset < wide and columns[n - offset].null_count() < tall]
    seen.add("reading.hidden-columns", hidden)
    return pl.DataFrame(columns)


def _fill_merged(
    columns: list[pl.Series], facts: SheetFacts, seen: Seen, offset: int, tall: int, data_from: int
) -> None:
    filled: set[int] = set()
    plan: dict[int, tuple[list[int], list[str]]] = {}
    for top, left, bottom, _ in facts.merged:
        at, bottom = left - offset, min(bottom, tall)
        if top < data_from or bottom <= top or not 0 <= at < len(columns) or len(filled) > tall:
            continue
        value = columns[at][top - 1]
        if value is None:
            continue
        rows, values = plan.setdefault(at, ([], []))
        rows.extend(range(top, bottom))
        values.extend([value] * (bottom - top))
        filled.update(range(top + 1, bottom + 1))
    for at, (rows, values) in plan.items():
        columns[at] = columns[at].scatter(rows, values)
    seen.add("reading.merged-cells-filled", sorted(filled))
