"""The sender's own workbook back: every wrong cell coloured, and beside each row what is wrong and how to mend it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import polars as pl
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from xinheng.core.intake.checked import CheckedBlock
from xinheng.core.intake.engine import Checking
from xinheng.core.intake.finding import FileUnusable
from xinheng.core.intake.findings import MASK
from xinheng.core.intake.reading.own_sheets import OWN_SHEETS, TOTALS_SHEET
from xinheng.core.intake.table import ROW, Headed
from xinheng.documents import totals
from xinheng.documents.own_columns import DATA_SHEET, ERRORS, ROW_NUMBER, without_ours
from xinheng.documents.row_texts import RowText, row_texts
from xinheng.documents.styles import MAX_ROWS, add_styles, sheet_name, shown_width
from xinheng.documents.withheld import mask, withheld_columns

COMMENTS = 5_000  # each comment is also a drawing: more of them make the file slow to open
_LEFT_OUT = "（本行未作为数据读取：空行，或合计、说明、重复表头）"
_LEFT_OUT_ROWS = 50  # of one gap that are marked
_WIDTH_FROM_ROWS = 100
_ERRORS_WIDTH = 60
_NO_TEXT = RowText()


@dataclass(slots=True)
class _Sheet:
    """One sheet being written."""

    sheet: Worksheet
    titles: list[str]
    first: int  # zero-based column of the first title
    header_row: int  # zero-based row of the (last) header row
    next_row: int  # zero-based row that comes next
    shift: int  # records of JSON and Parquet have no header above them: their rows stand one lower here
    withheld: frozenset[str]
    numbered: bool  # a column x_原行号 is added

    @property
    def errors_at(self) -> int:
        """Column of the messages."""
        return self.first + len(self.titles) + self.numbered


class AnnotatedWorkbook:
    """Writes the answer while blocks are checked; memory stays that of one block.

    ``only_returned`` writes just the rows that go back, below the same header, with a column x_原行号: mended, it can be
    handed in alone. The file appears under its name when ``close`` has succeeded, never half-written.
    """

    def __init__(
        self, path: Path, checking: Checking, *, file_name: str, only_returned: bool = False, comments: int = COMMENTS
    ) -> None:
        self._path, self._checking, self._file_name, self._only_returned = (
            Path(path),
            checking,
            file_name,
            only_returned,
        )
        self._comments_left, self._comments_cut, self._most_comments = comments, False, comments
        self._spare = comments // 2  # kept for errors: a reminder on every row must not use the comments up
        # The writer's row files lie in a folder of ours, so that an abandoned answer leaves nothing behind.
        self._folder = tempfile.TemporaryDirectory(prefix="xinheng-")
        self._part = self._path.with_name(f".{self._path.name}.{os.getpid()}.part")
        self._book = Workbook(
            str(self._part),
            {
                "constant_memory": True,
                "strings_to_urls": False,
                "strings_to_formulas": False,
                "tmpdir": self._folder.name,
            },
        )
        self._styles = add_styles(self._book)
        self._taken = {name.casefold() for name in OWN_SHEETS}
        self._totals = self._book.add_worksheet(TOTALS_SHEET)
        self._sheets: dict[str | None, _Sheet] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self.discard()

    def add_block(self, block: CheckedBlock) -> None:
        """Write the rows of one block."""
        texts = row_texts(block)
        original = block.original
        if self._only_returned:
            original = original.filter(pl.col(ROW).is_in([row for row, text in texts.items() if text.fatal]))
            if original.is_empty():
                return
        place = self._sheets.get(block.sheet) or self._begin(block)
        cells = mask(original.select(ROW, *place.titles), place.withheld)
        cells = _harmless(cells, place.titles)
        if self._only_returned:
            self._write_returned(place, cells, texts)
        else:
            self._write_in_place(place, cells, texts)

    def close(self) -> None:
        """Finish the file and let it appear."""
        self.finish()
        self.appear()

    def finish(self) -> None:
        """Finish the sheets and write the totals; the file does not appear yet."""
        for place in self._sheets.values():
            place.sheet.autofilter(place.header_row, 0, max(place.next_row - 1, place.header_row), place.errors_at)
        totals.write(
            self._totals,
            self._styles,
            self._checking.report,
            item=self._checking.item,
            file_name=self._file_name,
            only_returned=self._only_returned,
            most_comments=self._most_comments if self._comments_cut else None,
        )
        self._book.close()

    def appear(self) -> None:
        """Let the finished file appear under its name."""
        self._part.replace(self._path)
        self._folder.cleanup()

    def discard(self) -> None:
        """Leave nothing behind."""
        for sheet in self._book.worksheets():
            if sheet.row_data_fh is not None and not sheet.row_data_fh_closed:
                sheet.row_data_fh.close()
        self._folder.cleanup()
        self._part.unlink(missing_ok=True)

    def _begin(self, block: CheckedBlock) -> _Sheet:
        mapped, table = self._checking.header_maps[block.sheet], self._checking.tables[block.sheet]
        titles = without_ours([title for title in block.original.columns if title != ROW])
        above: Sequence[Sequence[str | None]] = table.above if isinstance(table, Headed) else ()
        first = table.first_column - 1 if isinstance(table, Headed) else 0
        written = list(above[-1]) if len(above) else []
        header = [(written[i] if i < len(written) else None) or title for i, title in enumerate(titles)]
        if self._only_returned:
            # A header of two rows is given back as one: its joined titles are understood as well.
            header, above, first = (header if len(above) <= 1 or not _spread(above) else titles), (), 0
        place = _Sheet(
            sheet=self._book.add_worksheet(sheet_name(block.sheet, DATA_SHEET, self._taken)),
            titles=titles,
            first=first,
            header_row=0 if self._only_returned else max(table.header_row - 1, 0),
            next_row=1 if self._only_returned else max(table.header_row, 1),
            shift=1 if table.header_row == 0 else 0,
            withheld=withheld_columns(block.item, mapped),
            numbered=(self._only_returned or table.header_row == 0) and ROW_NUMBER not in titles,
        )
        self._sheets[block.sheet] = place
        self._lay_out(place, block.original)
        sheet, styles = place.sheet, self._styles
        for row, cells in enumerate(above[: place.header_row]):
            for column, cell in enumerate(cells[: len(titles)], first):
                if cell:
                    sheet.write_string(row, column, cell)
        doubtful = {f.column: f.message for f in mapped.findings if f.column is not None}
        for column, (title, text) in enumerate(zip(titles, header, strict=True), first):
            sheet.write_string(
                place.header_row, column, text, styles.header_doubtful if title in doubtful else styles.header
            )
            if title in doubtful:
                self._comment(sheet, place.header_row, column, doubtful[title])
        if place.numbered:
            sheet.write_string(place.header_row, place.errors_at - 1, ROW_NUMBER, styles.header)
        sheet.write_string(place.header_row, place.errors_at, ERRORS, styles.header)
        if not self._sheets or len(self._sheets) == 1:
            sheet.set_tab_color("#C00000")
        return place

    def _lay_out(self, place: _Sheet, original: pl.DataFrame) -> None:
        sample = original.head(_WIDTH_FROM_ROWS)
        for column, title in enumerate(place.titles, place.first):
            widest = max([shown_width(title), *map(shown_width, sample.get_column(title).drop_nulls())])
            place.sheet.set_column(column, column, min(max(widest + 2, 8), 36), self._styles.cell)
        if place.numbered:
            place.sheet.set_column(place.errors_at - 1, place.errors_at - 1, 10, self._styles.cell)
        place.sheet.set_column(place.errors_at, place.errors_at, _ERRORS_WIDTH)
        place.sheet.freeze_panes(place.header_row + 1, place.first + 1)
        place.sheet.set_comments_author("信衡")

    def _write_in_place(self, place: _Sheet, cells: pl.DataFrame, texts: dict[int, RowText]) -> None:
        write, first = place.sheet.write_string, place.first
        for row, *values in cells.iter_rows():
            at = row - 1 + place.shift
            if at > place.next_row:
                self._mark_left_out(place, at)
            place.next_row = at + 1
            if place.numbered:
                write(at, place.errors_at - 1, str(row))
            text = texts.get(row)
            if text is None:
                for column, value in enumerate(values, first):
                    if value is not None:
                        write(at, column, value)
            else:
                self._write_marked(place, at, values, text)
        if place.next_row > MAX_ROWS:
            raise _too_many_rows()

    def _write_returned(self, place: _Sheet, cells: pl.DataFrame, texts: dict[int, RowText]) -> None:
        for row, *values in cells.iter_rows():
            if place.next_row >= MAX_ROWS:
                raise _too_many_rows()
            self._write_marked(place, place.next_row, values, texts[row])
            if place.numbered:
                place.sheet.write_string(place.next_row, place.errors_at - 1, str(row))
            place.next_row += 1

    def _write_marked(self, place: _Sheet, at: int, values: Sequence[str | None], text: RowText) -> None:
        sheet, styles = place.sheet, self._styles
        for column, (title, value) in enumerate(zip(place.titles, values, strict=True), place.first):
            messages = text.cells.get(title)
            style = None if messages is None else styles.fatal if title in text.fatal_cells else styles.warning
            if text.gated:
                value = MASK if title == ROW_NUMBER and value is None else value if title == ROW_NUMBER else None
            if value is not None:
                sheet.write_string(at, column, value, style)
            elif style is not None:
                sheet.write_blank(at, column, None, style)
            if messages is not None and not text.gated:
                self._comment(
                    sheet, at, column, "\n".join(messages), spare=0 if title in text.fatal_cells else self._spare
                )
        sheet.write_string(at, place.errors_at, text.text, self._row_style(text))

    def _row_style(self, text: RowText) -> Format:
        return self._styles.error_text if text.fatal else self._styles.warning_text

    def _mark_left_out(self, place: _Sheet, until: int) -> None:
        for row in range(place.next_row, min(until, place.next_row + _LEFT_OUT_ROWS)):
            place.sheet.write_string(row, place.errors_at, _LEFT_OUT, self._styles.left_out)

    def _comment(self, sheet: Worksheet, row: int, column: int, text: str, *, spare: int = 0) -> None:
        if self._comments_left <= spare:
            self._comments_cut = True
            return
        self._comments_left -= 1
        lines = sum(1 + shown_width(line) // 44 for line in text.split("\n"))
        sheet.write_comment(row, column, text, {"width": 300, "height": 18 * min(lines, 20) + 12, "font_size": 9})


def _spread(above: Sequence[Sequence[str | None]]) -> bool:
    """Say whether the row over the header holds group names rather than one title line."""
    return sum(1 for cell in above[-2] if cell) > 1


def _harmless(cells: pl.DataFrame, titles: Sequence[str]) -> pl.DataFrame:
    """Keep the workbook writer from taking a cell that looks like its own mark-up for mark-up."""
    risky = [title for title in titles if cells.get_column(title).str.starts_with("<r>").any()]
    return cells.with_columns(pl.col(title).str.replace("^<r>", " <r>") for title in risky)


def _too_many_rows() -> FileUnusable:
    return FileUnusable(
        code="answer.too-many-rows",
        message=f"行数超过一张工作表的上限（{MAX_ROWS} 行），请把结果存为 .csv 文件（--out 结果.csv）。",
    )
