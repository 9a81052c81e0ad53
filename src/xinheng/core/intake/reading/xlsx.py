"""Excel workbooks, new (xlsx) and old (xls): each sheet that holds data becomes a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import fastexcel
import polars as pl

from xinheng.core.intake.reading import sheet_scan, workbook_parts, xls
from xinheng.core.intake.reading.header import KnownHeaders
from xinheng.core.intake.reading.own_sheets import EXAMPLE_SHEET, OWN_SHEETS
from xinheng.core.intake.reading.refusal import refuse
from xinheng.core.intake.reading.sheet import SheetTable, find_table
from xinheng.core.intake.reading.sheet_scan import SheetFacts
from xinheng.core.intake.table import Note

_EXAMPLE_ROWS = 2  # its header and the one example


@dataclass(slots=True)
class WorkbookSource:
    """One workbook."""

    path: Path
    size: int
    format: str
    known: KnownHeaders
    sheets: tuple[workbook_parts.SheetPart, ...]
    notes: list[Note] = field(default_factory=list)
    encoding: str | None = None

    def tables(self) -> Iterator[SheetTable]:
        """Yield the sheets whose header is recognised; if none is, every sheet that holds anything.

        Raises ``file.no-rows`` at the end if every sheet was read and not one row of data was in them.
        """
        unknown: list[SheetTable] = []
        recognised: list[SheetTable] = []
        for part in self._not_ours():
            table = None if part.hidden else self._table(part)
            if part.hidden:
                self._note(
                    "reading.hidden-sheet",
                    f"工作表“{part.name}”是隐藏的，未读取。需要报送的请取消隐藏后重新上传。",
                    part.name,
                )
            elif table is not None and table.found.score:
                recognised.append(table)
                yield table
            elif table is not None:
                unknown.append(table)
        if not recognised and not unknown:
            raise refuse("file.empty")
        for table in unknown:
            if recognised:
                message = f"工作表“{table.sheet}”的表头与目录不符，未读取。"
                self._note("reading.sheet-not-recognised", message, table.sheet)
            else:
                yield table
        if all(table.rows == 0 for table in recognised or unknown):
            raise refuse("file.no-rows")

    def _not_ours(self) -> tuple[workbook_parts.SheetPart, ...]:
        """Leave out the example, guide and totals of our templates and answers, unless there is nothing else."""
        others = tuple(part for part in self.sheets if part.name not in OWN_SHEETS)
        for part in self.sheets if others else ():
            if part.name == EXAMPLE_SHEET and self._cells(part)[0].height > _EXAMPLE_ROWS:
                message = (
                    f"工作表“{EXAMPLE_SHEET}”是模板自带的示例，未读取。如果您的数据填在了其中，请移到第一张工作表。"
                )
                self._note("reading.example-not-read", message, part.name)
        return others or self.sheets

    def _note(self, code: str, message: str, sheet: str | None) -> None:
        if not any(note.code == code and note.sheet == sheet for note in self.notes):
            self.notes.append(Note(code=code, message=message, sheet=sheet))

    def _table(self, part: workbook_parts.SheetPart) -> SheetTable | None:
        frame, facts = self._cells(part)
        kept = [frame]  # the first call of blocks() takes the frame; a second one loads the sheet again

        def load() -> pl.DataFrame:
            return kept.pop() if kept else self._cells(part)[0]

        return find_table(part.name, frame, facts, self.known, load)

    def _cells(self, part: workbook_parts.SheetPart) -> tuple[pl.DataFrame, SheetFacts]:
        if self.format == "xls":
            frame, found = xls.load_sheet(self.path, part.name)
            if found is None:
                self._note(
                    "reading.xls-surroundings-unknown",
                    f"工作表“{part.name}”的隐藏行、隐藏列和合并单元格无法识别，请另存为 xlsx 后重新上传，以免遗漏。",
                    part.name,
                )
            return frame, found or SheetFacts()
        facts = sheet_scan.scan(self.path, part.part)  # first: it refuses what would not fit into memory
        return load_sheet(self.path, part.name), facts


def load_sheet(path: Path, sheet: str) -> pl.DataFrame:
    """Load the cells of one sheet as text; row 1 of the sheet is the first row of the frame."""
    try:
        return fastexcel.read_excel(path).load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string").to_polars()
    except (fastexcel.FastExcelError, pl.exceptions.PanicException):
        raise refuse("file.damaged") from None


def open_xlsx(path: Path, size: int, known: KnownHeaders) -> WorkbookSource:
    """Open an xlsx workbook once its package is known to be safe."""
    return WorkbookSource(path, size, "xlsx", known, workbook_parts.sheets(path))


def open_xls(path: Path, size: int, known: KnownHeaders) -> WorkbookSource:
    """Open an xls workbook."""
    return WorkbookSource(path, size, "xls", known, xls.sheets(path))
